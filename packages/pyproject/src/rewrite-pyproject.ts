/**
 * Edits name, version, homepage and single values and leaves every other byte as it is.
 *
 * Nothing is guessed: what is ambiguous is refused, and the result is read by a second parser and
 * compared with the original before anyone gets it.
 *
 * @module
 */

import type { Draft, DraftChange } from './draft.ts';
import { editPoetry } from './edit-poetry.ts';
import { assertNotDynamic, editProject, noLongerDynamic } from './edit-project.ts';
import { editValues } from './edit-values.ts';
import { warningsFor } from './file-warnings.ts';
import { findProjectTable } from './find-project-table.ts';
import { assertOnlyEdits } from './only-edits.ts';
import { checkEdits, type PyprojectEdits } from './requested-edits.ts';
import { lineNumberAt } from './text-lines.ts';
import { findEntry, parseDocument, splitMark, type TomlDocument } from './toml-document.ts';

/** One value that was changed. */
export interface PyprojectChange {
  /** Such as `project.version` or `project.urls.Homepage`. */
  readonly key: string;
  /** Where it stands in the new text, from 1; for a key that is gone, where the name stands. */
  readonly line: number;
  /** The value before, if there was one; a list as `["a", "b"]`. */
  readonly before?: string;
  readonly after: string;
}

/** A rewritten `pyproject.toml`. */
export interface PyprojectRewrite {
  readonly text: string;
  /** Empty when the text already was as asked for. */
  readonly changes: readonly PyprojectChange[];
  /** Each one clause, for a person. */
  readonly warnings: readonly string[];
}

/** Options of {@link rewritePyproject}. */
export interface PyprojectRewriteOptions {
  /** Refuses to edit a field that `project.dynamic` leaves to the build backend. */
  readonly refuseDynamic?: boolean;
}

/**
 * Sets name, version, homepage and any other strings in the text of a `pyproject.toml`.
 *
 * @throws PyprojectError with any of its codes; the text is never half edited.
 */
export function rewritePyproject(
  text: string,
  edits: PyprojectEdits,
  { refuseDynamic = false }: PyprojectRewriteOptions = {},
): PyprojectRewrite {
  const { edits: checked, warnings } = checkEdits(edits);
  const { mark, content } = splitMark(text);
  const document = parseDocument(content);
  const start: Draft = { document, changes: [] };
  const isProject = findProjectTable(document) === 'project';
  // Where both tables stand, Poetry's only repeats what `[project]` says.
  if (isProject && refuseDynamic) assertNotDynamic(document, checked);
  const described = editPoetry(isProject ? editProject(start, checked) : start, checked, {
    insert: !isProject,
  });
  const draft = editValues(described, checked.set);
  assertOnlyEdits(content, draft.document.text, draft.changes);
  return {
    text: mark + draft.document.text,
    changes: draft.changes.map((change) => locate(draft.document, change)),
    warnings: [
      ...warnings,
      ...(isProject ? noLongerDynamic(document, checked) : []),
      ...warningsFor(draft.document),
    ],
  };
}

function locate(document: TomlDocument, { path, before, after }: DraftChange): PyprojectChange {
  const entry = findEntry(document, path) ?? findEntry(document, ['project', 'name']);
  return {
    key: path.join('.'),
    line: lineNumberAt(document.text, entry?.node.range[0] ?? 0),
    ...(before !== undefined && { before }),
    after,
  };
}

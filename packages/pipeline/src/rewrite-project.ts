/**
 * The rewrite stage: name, version, homepage and other single values of `pyproject.toml`.
 *
 * @module
 */

import { readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type PyprojectChange,
  type PyprojectEdits,
  type PyprojectRewriteOptions,
  readProjectMetadata,
  rewritePyproject,
} from '@wheelseal/pyproject';
import { PipelineError } from './errors.ts';
import { runStage, type StageOptions } from './release-event.ts';
import { writeWhole } from './write-file.ts';

/** What the rewrite stage did, or would do. */
export interface ProjectRewrite {
  /** Absolute path of the `pyproject.toml`. */
  readonly path: string;
  readonly changes: readonly PyprojectChange[];
  readonly warnings: readonly string[];
  readonly before: string;
  readonly after: string;
  /** False when nothing had to change, or when nothing may be written. */
  readonly written: boolean;
}

/** Options of {@link rewriteProject}. */
export interface RewriteOptions extends StageOptions, PyprojectRewriteOptions {
  /** Writes nothing, and tells what would be written. */
  readonly dryRun?: boolean;
  /** Leaves a version that the build backend fills in to it; `buildRelease` tells it the version. */
  readonly keepDynamic?: boolean;
}

/**
 * Changes values in a project's `pyproject.toml` and nothing else; leaves it alone on any error.
 *
 * @throws PipelineError with code `PROJECT_UNREADABLE`, `FILE_UNWRITABLE` or `SETTING_MISSING`.
 * @throws PyprojectError when the file cannot be edited.
 */
export async function rewriteProject(
  directory: string,
  edits: PyprojectEdits,
  options: RewriteOptions = {},
): Promise<ProjectRewrite> {
  return runStage('rewrite', options, async (report) => {
    assertSomething(edits);
    const { path, text: before } = await readProjectFile(directory);
    const kept = options.keepDynamic === true ? withoutDynamic(before, edits) : edits;
    const { text: after, changes, warnings } = rewritePyproject(before, kept, options);
    options.signal?.throwIfAborted();
    const written = options.dryRun !== true && after !== before;
    if (written) await replaceText(path, after);
    for (const message of warnings) report({ type: 'warning', message });
    report({ type: 'project-rewritten', path, changes, written });
    return { path, changes, warnings, before, after, written };
  });
}

function withoutDynamic(text: string, { version, ...edits }: PyprojectEdits): PyprojectEdits {
  const isDynamic = readProjectMetadata(text).dynamic.includes('version');
  return isDynamic || version === undefined ? edits : { ...edits, version };
}

function assertSomething({ name, version, homepage, set = [] }: PyprojectEdits): void {
  if (set.length > 0) return;
  if ([name, version, homepage].some((value) => value !== undefined)) return;
  throw new PipelineError('no name, no version and no homepage to write', {
    code: 'SETTING_MISSING',
    hint: 'Set `PACKAGE_VERSION`, or give the values.',
  });
}

/**
 * Reads the `pyproject.toml` of a project, byte order mark included.
 *
 * @throws PipelineError with code `PROJECT_UNREADABLE`.
 */
export async function readProjectFile(
  directory: string,
): Promise<{ readonly path: string; readonly text: string }> {
  const path = join(directory, 'pyproject.toml');
  try {
    const bytes = await readFile(path);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { path, text };
  } catch (cause) {
    const isText = !(cause instanceof TypeError);
    throw new PipelineError(isText ? `cannot read \`${path}\`` : `\`${path}\` is not UTF-8`, {
      code: 'PROJECT_UNREADABLE',
      hint: isText
        ? 'Name the folder of a Python project that has a `pyproject.toml`.'
        : 'Save the file as UTF-8.',
      cause,
    });
  }
}

/** A link must stay a link: what is replaced is the file it points to. */
async function replaceText(path: string, text: string): Promise<void> {
  const file = await realpath(path);
  const { mode } = await stat(file);
  await writeWhole(file, text, mode & 0o7777);
}

/**
 * Finds the table that describes the project.
 *
 * @module
 */

import { PyprojectError } from './errors.ts';
import type { ProjectTable } from './project-table.ts';
import type { TomlDocument } from './toml-document.ts';
import { tableAt } from './toml-value.ts';

/** Finds the table that describes the project; `[project]` goes first. */
export function findProjectTable({ value }: TomlDocument): ProjectTable {
  if (tableAt(value, ['project'])) return 'project';
  if (tableAt(value, ['tool', 'poetry'])) return 'tool.poetry';
  throw new PyprojectError('there is no `[project]` table in `pyproject.toml`', {
    code: 'PROJECT_TABLE_MISSING',
    hint: 'Add a `[project]` table with `name` and `version`.',
  });
}

/**
 * Reads and edits `pyproject.toml`: text in, text out.
 *
 * @module
 */

export { PyprojectError } from './errors.ts';
export { readProjectMetadata } from './read-project-metadata.ts';
export { rewritePyproject } from './rewrite-pyproject.ts';
export type { PyprojectErrorCode } from './errors.ts';
export type { ProjectTable } from './project-table.ts';
export type { ProjectMetadata } from './read-project-metadata.ts';
export type { PyprojectEdits, PyprojectValue } from './requested-edits.ts';
export type {
  PyprojectChange,
  PyprojectRewrite,
  PyprojectRewriteOptions,
} from './rewrite-pyproject.ts';

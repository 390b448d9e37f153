/**
 * The spelling that names are compared in.
 *
 * As PEP 503 has it, but also for what GitLab stores and Python does not take for a name.
 *
 * @module
 */

/** Lower case, and one `-` for each run of `-`, `_` and `.`. */
export function normalized(name: string): string {
  return name.replaceAll(/[-_.]+/g, '-').toLowerCase();
}

/**
 * `wheelseal rewrite`: name, version and homepage in `pyproject.toml`.
 *
 * @module
 */

import type { ContinuousIntegration } from '@wheelseal/pipeline';
import { valueOf } from '../command-definition.ts';
import type { CommandDefinition, Invocation } from '../command-definition.ts';
import { dryRunFlag, editFlags } from '../flags.ts';
import { foldersOf } from '../folders.ts';

/** Edits `pyproject.toml` in place. */
export const rewrite: CommandDefinition = {
  name: 'rewrite',
  summary: 'write name, version and homepage into pyproject.toml',
  description:
    'Changes these values of pyproject.toml and nothing else: comments, layout and line ends stay. What is ambiguous is refused, and a refused file stays as it was.',
  operands: [['[DIR]', 'folder with the pyproject.toml, this one when left out']],
  flags: [...editFlags, dryRunFlag],
  variables: [
    ['CI_PROJECT_NAME', 'name of the project, in the form of PEP 503'],
    ['CI_PROJECT_URL', 'homepage of the project'],
    ['CI_COMMIT_TAG', 'version of the release when PACKAGE_VERSION is not set'],
  ],
  examples: [
    ['wheelseal rewrite', 'in a GitLab job: everything from its variables'],
    ['wheelseal rewrite path/to/project --package-version 1.2.0 --dry-run', 'anywhere: look first'],
  ],
  async perform(invocation) {
    const { readContinuousIntegration, rewriteProject } = await import('@wheelseal/pipeline');
    const { report, interrupts, environment, flags } = invocation;
    const settings = readContinuousIntegration(environment);
    const { project } = foldersOf(invocation);
    const { path, written, changes } = await rewriteProject(
      project,
      await editsOf(invocation, settings),
      { signal: interrupts.signal, onEvent: report.onEvent, dryRun: flags['dryRun'] === true },
    );
    report.result({ project: { path, written, changes } });
    return {};
  },
};

/** What to write: the flags, and for the rest what the CI says. */
export async function editsOf(
  invocation: Invocation,
  { projectName, projectUrl, ...settings }: ContinuousIntegration,
): Promise<{ readonly name?: string; readonly version?: string; readonly homepage?: string }> {
  const { projectEdits } = await import('@wheelseal/pipeline');
  const name = valueOf(invocation, 'name');
  const homepage = valueOf(invocation, 'homepage');
  return {
    ...projectEdits({
      ...settings,
      // A name that is replaced need not be a good one.
      ...(projectName !== undefined && name === undefined && { projectName }),
      ...(projectUrl !== undefined && { projectUrl }),
    }),
    ...(name !== undefined && { name }),
    ...(homepage !== undefined && { homepage }),
  };
}

/**
 * `wheelseal build`: a wheel and an sdist.
 *
 * @module
 */

import type { BuildFrontend } from '@wheelseal/pipeline';
import { valueOf } from '../command-definition.ts';
import type { CommandDefinition, Invocation } from '../command-definition.ts';
import { distributionsFlag, frontendFlag } from '../flags.ts';
import { foldersOf } from '../folders.ts';

/** Builds the distributions of a project. */
export const build: CommandDefinition = {
  name: 'build',
  summary: 'build wheel and sdist, and measure them',
  description:
    'Builds with uv, with python -m build, or with build in a virtual environment of our own, whichever is there first. The build gets none of the tokens in the environment. What comes out is measured once, into dist/release.json.',
  operands: [['[DIR]', 'folder with the pyproject.toml, this one when left out']],
  flags: [distributionsFlag, frontendFlag],
  variables: [
    ['SOURCE_DATE_EPOCH', 'time that the build takes for now'],
    ['PIP_*, UV_*', 'settings of the build frontend, such as its index'],
  ],
  examples: [
    ['wheelseal build', 'build this project into dist/'],
    ['wheelseal build path/to/project --frontend uv --verbose', 'with uv, and see what it says'],
  ],
  async perform(invocation) {
    const { buildRelease } = await import('@wheelseal/pipeline');
    const { report, interrupts, environment } = invocation;
    const { project, distributions } = foldersOf(invocation);
    const frontend = frontendOf(invocation);
    const { name, version } = await buildRelease(project, {
      environment,
      directory: distributions,
      signal: interrupts.signal,
      onEvent: report.onEvent,
      ...(frontend !== undefined && { frontend }),
    });
    report.result({ name, version, directory: distributions });
    return {};
  },
};

const frontends: readonly BuildFrontend[] = ['uv', 'build', 'private'];

/** The build frontend that was asked for. */
export function frontendOf(invocation: Invocation): BuildFrontend | undefined {
  const wanted = valueOf(invocation, 'frontend');
  return frontends.find((frontend) => frontend === wanted);
}

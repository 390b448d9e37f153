/**
 * `wheelseal build`: a wheel and an sdist.
 *
 * @module
 */

import type { BuildFrontend, MeasureOptions, Release } from '@wheelseal/pipeline';
import { valueOf } from '../command-definition.ts';
import type { CommandDefinition, Invocation } from '../command-definition.ts';
import { CommandError } from '../errors.ts';
import { buildFlags, distributionsFlag, versionFlag } from '../flags.ts';
import { foldersOf } from '../folders.ts';

/** Builds the distributions of a project. */
export const build: CommandDefinition = {
  name: 'build',
  summary: 'build wheel and sdist, and measure them',
  description:
    'Builds with uv, with python -m build, or with build in a virtual environment of our own, whichever is there first. The build gets none of the tokens in the environment. What comes out is measured once, into dist/release.json; what the build prints is in dist/build.log. A project that takes its version from git is built in a checkout of its commit.',
  operands: [['[DIR]', 'folder with the pyproject.toml, this one when left out']],
  flags: [distributionsFlag, versionFlag, ...buildFlags],
  variables: [
    ['SOURCE_DATE_EPOCH', 'time that the build takes for now'],
    ['PIP_*, UV_*', 'settings of the build frontend, such as its index'],
  ],
  examples: [
    ['wheelseal build', 'build this project into dist/'],
    ['wheelseal build path/to/project --frontend uv --verbose', 'with uv, and see what it says'],
    ['wheelseal build --check-reproducible', 'does the same commit give the same files?'],
    ['wheelseal build --no-build', 'check and measure the wheels that other jobs built'],
  ],
  async perform(invocation) {
    const { buildRelease, readContinuousIntegration } = await import('@wheelseal/pipeline');
    const { report, interrupts, environment } = invocation;
    const { project, distributions } = foldersOf(invocation);
    const { build: isBuilt, ...plan } = buildPlanOf(invocation);
    const { packageVersion } = readContinuousIntegration(environment);
    const options = {
      signal: interrupts.signal,
      onEvent: report.onEvent,
      ...(packageVersion !== undefined && { version: packageVersion }),
    };
    const { name, version } = isBuilt
      ? await buildRelease(project, { ...options, ...plan, environment, directory: distributions })
      : await measure(distributions, { ...options, project });
    report.result({ name, version, directory: distributions });
    return {};
  },
};

async function measure(directory: string, options: MeasureOptions): Promise<Release> {
  const { measureRelease, writeRelease } = await import('@wheelseal/pipeline');
  const release = await measureRelease(directory, options);
  await writeRelease(release);
  return release;
}

/** What the flags say about a build. */
export interface BuildPlan {
  readonly build: boolean;
  readonly checkReproducible: boolean;
  readonly frontend?: BuildFrontend;
}

const frontends: readonly BuildFrontend[] = ['uv', 'build', 'private'];

/** Reads the flags about the build. */
export function buildPlanOf(invocation: Invocation): BuildPlan {
  const { flags } = invocation;
  const plan = {
    build: flags['build'] !== false,
    checkReproducible: flags['checkReproducible'] === true,
  };
  const wanted = valueOf(invocation, 'frontend');
  const frontend = frontends.find((one) => one === wanted);
  if (!plan.build && (plan.checkReproducible || frontend !== undefined)) {
    const flag = plan.checkReproducible ? '--check-reproducible' : '--frontend';
    throw new CommandError(`\`--no-build\` builds nothing, so \`${flag}\` has no meaning`, {
      code: 'USAGE_INVALID',
      hint: 'Leave one of the two out.',
    });
  }
  return { ...plan, ...(frontend !== undefined && { frontend }) };
}

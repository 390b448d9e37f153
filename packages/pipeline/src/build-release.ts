/**
 * The build stage: a project becomes a wheel and an sdist, measured once.
 *
 * A frontend builds into a private folder. What it left there gets its place only after it was
 * found to be what the project says, so a build that fails leaves the output folder as it was.
 *
 * @module
 */

import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isCodedError } from '@wheelseal/errors';
import { type ProjectMetadata, readProjectMetadata } from '@wheelseal/pyproject';
import { type BuildEnvironment, buildEnvironment } from './build-environment.ts';
import { type BuildFrontend, findFrontend } from './build-frontend.ts';
import { assertBuilt, assertNoLeftovers } from './built-distributions.ts';
import { type ChildOptions, runChild } from './child-process.ts';
import type { Environment } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';
import { measureFolder } from './measure-release.ts';
import { inPrivateFolder } from './private-folder.ts';
import { runStage, type StageEvent, type StageOptions } from './release-event.ts';
import { writeRelease } from './release-manifest.ts';
import { type Release, signatureKinds, signatureSuffixes } from './release.ts';
import { readProjectFile } from './rewrite-project.ts';
import { sourceDateEpoch } from './source-date.ts';

/** Options of {@link buildRelease}. */
export interface BuildOptions extends StageOptions {
  /** The environment of the build; its secrets are taken out. */
  readonly environment: Environment;
  /** Folder of the distributions; `dist` in the project when absent. */
  readonly directory?: string;
  /** The frontend to take; the first that is found when absent. */
  readonly frontend?: BuildFrontend;
}

type Report = (event: StageEvent) => void;

/**
 * Builds a wheel and an sdist, and writes `release.json` beside them.
 *
 * @throws PipelineError with code `PROJECT_UNREADABLE`, `BUILD_FRONTEND_MISSING`, `BUILD_FAILED` or
 * `BUILD_UNEXPECTED`.
 */
export async function buildRelease(project: string, options: BuildOptions): Promise<Release> {
  return runStage('build', options, async (report) => {
    const folder = resolve(project);
    const directory = resolve(options.directory ?? join(folder, 'dist'));
    const { text } = await readProjectFile(folder);
    const metadata = readProjectMetadata(text);
    await assertNoLeftovers(directory, metadata);
    const release = await inPrivateFolder(directory, async (output) => {
      await build(folder, output, options, report);
      return takeOver(output, directory, metadata, options);
    });
    for (const distribution of release.distributions) {
      report({ type: 'distribution-measured', distribution });
    }
    return release;
  });
}

async function build(
  project: string,
  output: string,
  options: BuildOptions,
  report: Report,
): Promise<void> {
  const { signal } = options;
  const plain = buildEnvironment(options.environment, undefined);
  const asking = childOptions(project, plain, signal);
  const epoch = await sourceDateEpoch(asking);
  const environment = buildEnvironment(options.environment, epoch);
  for (const name of environment.leaking) {
    report({ type: 'warning', message: `the build can read the credentials in \`${name}\`` });
  }
  const running = childOptions(output, environment, signal);
  const { frontend, describe, command } = await findFrontend(
    { ...running, onCreate: (path) => report({ type: 'build-environment-created', path }) },
    options.frontend,
  );
  const call = command(project, output);
  report({
    type: 'build-started',
    frontend,
    describe,
    command: call,
    ...(epoch !== undefined && { sourceDateEpoch: epoch }),
  });
  const { exitCode, tail } = await runChild(call, running, (stream, line) =>
    report({ type: 'build-output', stream, line }),
  );
  if (exitCode !== 0) throw failed(describe, exitCode, tail);
}

function childOptions(
  directory: string,
  { variables, mask }: BuildEnvironment,
  signal: AbortSignal | undefined,
): ChildOptions {
  return { directory, environment: variables, mask, ...(signal && { signal }) };
}

/** Checks what was built, and only then lets it have its place. */
async function takeOver(
  output: string,
  directory: string,
  metadata: ProjectMetadata,
  options: BuildOptions,
): Promise<Release> {
  const built = await measureBuilt(output, options);
  await assertBuilt(built, metadata);
  await assertNoLeftovers(directory, built);
  options.signal?.throwIfAborted();
  for (const { filename } of built.distributions) {
    await rename(join(output, filename), join(directory, filename));
    // Signatures of an earlier build say nothing about this one.
    await Promise.all(
      signatureKinds.map(async (kind) => {
        await rm(join(directory, filename + signatureSuffixes[kind]), { force: true });
      }),
    );
  }
  const release = await measureFolder(directory, options);
  await writeRelease(release);
  return release;
}

async function measureBuilt(output: string, options: BuildOptions): Promise<Release> {
  try {
    return await measureFolder(output, options);
  } catch (cause) {
    if (!isCodedError(cause) || cause.code !== 'NOTHING_TO_RELEASE') throw cause;
    throw new PipelineError('the build made no wheel and no sdist', {
      code: 'BUILD_UNEXPECTED',
      hint: 'Look at what the build backend says.',
    });
  }
}

function failed(describe: string, exitCode: number | null, tail: readonly string[]): PipelineError {
  return new PipelineError(`\`${describe}\` ended with exit code ${String(exitCode)}`, {
    code: 'BUILD_FAILED',
    hint: 'Read the output of the build above its last line.',
    cause: new Error(tail.join('\n')),
  });
}

/**
 * The build stage: a project becomes a wheel and an sdist, inspected and measured once.
 *
 * A frontend builds into a temporary folder. What it left there gets its place only after it was
 * found to be what the project says, so a build that fails leaves the output folder as it was.
 *
 * @module
 */

import { copyFile, rename, rm } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { assertUnchanged, findDistributions } from '@wheelseal/distributions';
import { readProjectMetadata } from '@wheelseal/pyproject';
import { assertReproducible } from './build-differences.ts';
import { buildDistributions } from './build-distributions.ts';
import type { BuildFrontend } from './build-frontend.ts';
import { buildLogPath } from './build-log.ts';
import { type ExpectedProject, expectedProject } from './build-version.ts';
import { assertExpected, assertNoLeftovers } from './built-distributions.ts';
import type { Environment } from './continuous-integration.ts';
import { assertSound } from './distribution-findings.ts';
import { PipelineError } from './errors.ts';
import { type InspectedDistribution, inspectAll, measureFolder } from './measure-release.ts';
import { inPrivateFolder } from './private-folder.ts';
import { runStage, type StageEvent, type StageOptions } from './release-event.ts';
import { writeRelease } from './release-manifest.ts';
import { type Release, releaseOf, signatureKinds, signatureSuffixes } from './release.ts';
import { readProjectFile } from './rewrite-project.ts';
import { inTemporaryFolder } from './temporary-folder.ts';

/** Options of {@link buildRelease}. */
export interface BuildOptions extends StageOptions {
  /** The environment of the build; its secrets are taken out. */
  readonly environment: Environment;
  /** Folder of the distributions; `dist` in the project when absent. */
  readonly directory?: string;
  /** The frontend to take; the first that is found when absent. */
  readonly frontend?: BuildFrontend;
  /**
   * The version that was asked for. A plugin such as `setuptools-scm` is told it; everything else
   * must come to it by itself.
   */
  readonly version?: string;
  /** Builds twice, and takes nothing if that gives different files. */
  readonly checkReproducible?: boolean;
}

/**
 * Builds a wheel and an sdist, and writes `release.json` beside them. What the frontend prints is in
 * `build.log` there, also when it fails.
 *
 * @throws PipelineError with code `PROJECT_UNREADABLE`, `SETTING_INVALID`, `TAG_UNUSABLE`,
 * `BUILD_FRONTEND_MISSING`, `BUILD_FAILED`, `BUILD_UNEXPECTED`, `DISTRIBUTION_UNSOUND` or
 * `BUILD_NOT_REPRODUCIBLE`.
 */
export async function buildRelease(project: string, options: BuildOptions): Promise<Release> {
  return runStage('build', options, async (report) => {
    const { environment, frontend, signal, checkReproducible = false } = options;
    const folder = resolve(project);
    const directory = resolve(options.directory ?? join(folder, 'dist'));
    const metadata = readProjectMetadata((await readProjectFile(folder)).text);
    const expected = expectedProject(metadata, options.version);
    await assertNoLeftovers(directory, expected);
    const release = await inTemporaryFolder(environment, async (scratch) => {
      const [output = scratch, again] = await buildDistributions({
        project: folder,
        metadata,
        expected,
        directory,
        scratch,
        environment,
        report,
        rounds: checkReproducible ? 2 : 1,
        ...(frontend && { frontend }),
        ...(signal && { signal }),
      });
      const built = await inspectAll(await findDistributions(output), options);
      assertBuilt(built, output, { directory, expected });
      assertSound(built, report);
      if (again !== undefined) {
        await assertReproducible(
          { directory: output, distributions: built },
          await measureFolder(again, options),
          { log: buildLogPath(directory), ...(signal && { signal }) },
        );
      }
      return takeOver(built, directory, { report, options });
    });
    for (const distribution of release.distributions) {
      report({ type: 'distribution-measured', distribution });
    }
    return release;
  });
}

/** Throws unless the frontend left a wheel and an sdist of the project. */
function assertBuilt(
  built: readonly InspectedDistribution[],
  output: string,
  { directory, expected }: { readonly directory: string; readonly expected: ExpectedProject },
): void {
  const kinds = new Set(built.map(({ kind }) => kind));
  const missing = (['wheel', 'sdist'] as const).filter((kind) => !kinds.has(kind));
  if (missing.length === 0) return assertExpected(releaseOf(output, built), expected);
  throw new PipelineError(`the build made ${missing.map((kind) => `no ${kind}`).join(' and ')}`, {
    code: 'BUILD_UNEXPECTED',
    hint: `Look at what the build backend says in \`${buildLogPath(directory)}\`.`,
  });
}

interface Takeover {
  readonly report: (event: StageEvent) => void;
  readonly options: BuildOptions;
}

/** Gives what was built its place, once it is sure to make one release with what lies there. */
async function takeOver(
  built: readonly InspectedDistribution[],
  directory: string,
  { report, options }: Takeover,
): Promise<Release> {
  return inPrivateFolder(directory, async (beside) => {
    // The output may be in another file system, from where nothing can be given its name at once.
    for (const distribution of built) {
      const path = join(beside, distribution.filename);
      await copyFile(distribution.path, path);
      // What was inspected may have been written to since: the build ran code of the project.
      await assertUnchanged({ ...distribution, path }, options);
    }
    const release = await joined(built, directory, { report, options });
    options.signal?.throwIfAborted();
    for (const { filename } of built) {
      await rename(join(beside, filename), join(directory, filename));
      // Signatures of an earlier build say nothing about this one.
      await Promise.all(
        signatureKinds.map(async (kind) => {
          await rm(join(directory, filename + signatureSuffixes[kind]), { force: true });
        }),
      );
    }
    await writeRelease(release);
    return release;
  });
}

/** What was built and what lies there already, as one release. */
async function joined(
  built: readonly InspectedDistribution[],
  directory: string,
  { report, options }: Takeover,
): Promise<Release> {
  const names = new Set(built.map(({ filename }) => filename));
  await assertNoLeftovers(directory, releaseOf(directory, built));
  const others = (await findDistributions(directory)).filter((path) => !names.has(basename(path)));
  const kept = await inspectAll(others, options);
  const unsigned = built.map((distribution) => ({ ...distribution, signatures: [] }));
  const release = releaseOf(directory, [...unsigned, ...kept]);
  assertSound(kept, report);
  for (const { filename } of kept) {
    report({
      type: 'warning',
      message: `\`${filename}\` was there before the build and is part of the release`,
      hint: `Remove it from \`${directory}\` if it is left over.`,
    });
  }
  return release;
}

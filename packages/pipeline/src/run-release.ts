/**
 * All stages in order: a project goes in, and comes back as `name==version` that verified.
 *
 * @module
 */

import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { PyprojectEdits } from '@wheelseal/pyproject';
import { buildRelease } from './build-release.ts';
import type { BuildFrontend } from './build-frontend.ts';
import type { Environment } from './continuous-integration.ts';
import { type DownloadedRelease, downloadVerified } from './download-verified.ts';
import { PipelineError } from './errors.ts';
import { measureRelease } from './measure-release.ts';
import type { Destination } from './destination.ts';
import { type PublishedRelease, publishRelease } from './publish-release.ts';
import type { StageOptions } from './release-event.ts';
import type { Release } from './release.ts';
import { type ProjectRewrite, rewriteProject } from './rewrite-project.ts';
import type { ReleaseServices } from './services.ts';
import { signRelease } from './sign-release.ts';
import { assertVerified, type ReleaseVerdict } from './verdict.ts';
import { verifyRelease } from './verify-release.ts';

/** One release from start to end. */
export interface ReleasePlan {
  /** Folder with the `pyproject.toml`. */
  readonly project: string;
  /** Folder of the distributions; `dist` in the project when absent. */
  readonly directory?: string;
  /** What to change in `pyproject.toml`; without an edit the file stays as it is. */
  readonly edits: PyprojectEdits;
  readonly services: ReleaseServices;
  /** The environment of the build. */
  readonly environment: Environment;
  readonly frontend?: BuildFrontend;
  /** Takes the distributions that lie in the folder instead of building. */
  readonly built?: boolean;
}

/** What every stage of a release did. */
export interface ReleaseReport {
  /** Absent when there was nothing to edit. */
  readonly rewrite?: ProjectRewrite;
  /** With its signatures. */
  readonly release: Release;
  readonly verdict: ReleaseVerdict;
  readonly destination: Destination;
  readonly published: PublishedRelease;
  /** What a consumer gets, verified once more. */
  readonly downloaded: DownloadedRelease;
}

/**
 * Runs all stages. Settings that are missing and a token that is no good come out before anything
 * is changed.
 *
 * @throws whatever a stage throws.
 */
export async function runRelease(
  plan: ReleasePlan,
  options: StageOptions = {},
): Promise<ReleaseReport> {
  const directory = resolve(plan.directory ?? join(plan.project, 'dist'));
  const signing = await plan.services.signing();
  const verification = await plan.services.verification();
  const registries = await plan.services.registries();
  const rewrite = await rewritten(plan, options);
  const measured = await made(plan, directory, options);
  const destination = plan.services.destination(measured);
  const release = await signRelease(measured, signing, options);
  const verdict = await verifyRelease(release, verification, options);
  assertVerified(verdict);
  const ports = { ...registries, ...verification };
  const published = await publishRelease(release, { ...ports, destination }, options);
  const request = {
    name: release.name,
    version: release.version,
    package: destination.package,
    packageVersion: destination.version,
  };
  const verifiedFolder = join(directory, 'verified');
  await clear(verifiedFolder, release);
  // What there was to say of the trusted root was said when the release was verified.
  const downloaded = await downloadVerified(
    request,
    { ...ports, notices: [] },
    { ...options, directory: verifiedFolder },
  );
  assertSameFiles(release, downloaded);
  return { ...(rewrite && { rewrite }), release, verdict, destination, published, downloaded };
}

async function rewritten(
  { project, edits }: ReleasePlan,
  options: StageOptions,
): Promise<ProjectRewrite | undefined> {
  if (Object.values(edits).every((value) => value === undefined)) return undefined;
  return rewriteProject(project, edits, options);
}

async function made(
  { project, environment, frontend, built = false }: ReleasePlan,
  directory: string,
  options: StageOptions,
): Promise<Release> {
  if (built) return measureRelease(directory, options);
  return buildRelease(project, {
    ...options,
    environment,
    directory,
    ...(frontend && { frontend }),
  });
}

/** The folder is ours, and what an earlier run left under these names is out of date. */
async function clear(folder: string, { distributions }: Release): Promise<void> {
  await Promise.all(
    distributions.map(async ({ filename }) => {
      await rm(join(folder, filename), { force: true });
    }),
  );
}

function assertSameFiles(release: Release, downloaded: DownloadedRelease): void {
  for (const { filename, sha256 } of release.distributions) {
    const back = downloaded.distributions.find((one) => one.filename === filename);
    if (back?.sha256 === sha256) continue;
    throw new PipelineError(`\`${filename}\` did not come back as it was published`, {
      code: 'RELEASE_CHANGED',
      hint: 'Compare the file in the registry with the one that was built.',
    });
  }
}

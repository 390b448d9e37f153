/**
 * `wheelseal publish`: signatures, then distributions, into the registries of a project.
 *
 * @module
 */

import type { PublishedRelease } from '@wheelseal/pipeline';
import type { CommandDefinition } from '../command-definition.ts';
import {
  distributionsFlag,
  dryRunFlag,
  registryFlags,
  logFlag,
  signerFlags,
  trustFlag,
  versionFlag,
} from '../flags.ts';
import { foldersOf } from '../folders.ts';
import { publishedLines } from '../published-lines.ts';
import { signerVariables } from './verify.ts';

/** Variables that name the project of the registries. */
export const projectVariables: CommandDefinition['variables'] = [
  ['CI_PROJECT_ID, CI_PROJECT_PATH', 'project with the registries'],
  ['CI_JOB_TOKEN', 'credentials of the job'],
];

/** Publishes the distributions in a folder. */
export const publish: CommandDefinition = {
  name: 'publish',
  summary: 'publish the release to the registries of a GitLab project',
  description:
    'Verifies the release once more, then publishes: signatures to the generic package registry, distributions to the PyPI registry, release.json last. What is there with the same bytes is left alone, so a run that was cut off is finished by the next one. Other bytes are a conflict (exit code 6), and nothing is ever overwritten.',
  operands: [['[DIR]', 'folder of the project, this one when left out']],
  flags: [
    distributionsFlag,
    dryRunFlag,
    ...registryFlags,
    versionFlag,
    ...signerFlags,
    trustFlag,
    logFlag,
  ],
  variables: [...projectVariables, ...signerVariables],
  examples: [
    ['wheelseal publish', 'in a GitLab job, with its CI_JOB_TOKEN'],
    ['wheelseal publish --dry-run', 'look at what would be sent'],
  ],
  async perform(invocation) {
    const pipeline = await import('@wheelseal/pipeline');
    const { report, interrupts, environment, flags } = invocation;
    const options = { signal: interrupts.signal, onEvent: report.onEvent };
    const settings = pipeline.readContinuousIntegration(environment);
    const services = pipeline.openServices(settings);
    const release = await pipeline.readRelease(foldersOf(invocation).distributions, {
      signal: interrupts.signal,
    });
    const ports = {
      ...(await services.verification()),
      ...(await services.registries()),
      destination: services.destination(release),
    };
    const dryRun = flags['dryRun'] === true;
    const published = await pipeline.publishRelease(release, ports, { ...options, dryRun });
    const { name, version } = release;
    report.result(
      { name, version, published: documentOf(published) },
      dryRun ? undefined : (paint) => publishedLines(settings, published, paint),
    );
    return {};
  },
};

/** The part of a document that says what is where. */
export function documentOf({ plan, files }: PublishedRelease): Readonly<Record<string, unknown>> {
  return {
    destination: plan.destination,
    ...(files.length > 0 ? { files } : { plan: plan.files }),
  };
}

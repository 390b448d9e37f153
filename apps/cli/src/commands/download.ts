/**
 * `wheelseal download`: `name==version`, but only if it verifies.
 *
 * @module
 */

import { relative, resolve } from 'node:path';
import { isCodedError } from '@wheelseal/errors';
import type { Destination, DownloadedRelease, ReleaseServices } from '@wheelseal/pipeline';
import { valueOf } from '../command-definition.ts';
import type { CommandDefinition } from '../command-definition.ts';
import { CommandError } from '../errors.ts';
import { registryFlags, logFlag, signerFlags, trustFlag, versionFlag } from '../flags.ts';
import type { Lines } from '../report.ts';
import { trustFields, trustLines } from '../trust-lines.ts';
import { projectVariables } from './publish.ts';
import { signerVariables } from './verify.ts';

interface Requirement {
  readonly name: string;
  readonly version: string;
}

/** Downloads and verifies one version. */
export const download: CommandDefinition = {
  name: 'download',
  summary: 'get NAME==VERSION back, but only if it verifies',
  description:
    "Downloads all distributions of one version from the project's PyPI registry and their signatures from its generic package registry. A file appears in the folder only after every one of them was verified. Nothing of a distribution is run, and no other index is ever asked.",
  operands: [['<NAME==VERSION>', 'what to download']],
  flags: [
    {
      flags: '-d, --output-directory <folder>',
      description: 'where to put the distributions, here when left out',
      group: 'Project:',
      aliases: ['--dest <folder>'],
    },
    {
      flags: '--bundles',
      description: 'also keep FILE.sigstore.json beside each distribution',
      group: 'Project:',
    },
    ...registryFlags,
    { ...versionFlag, description: 'version of the generic package, VERSION when left out' },
    ...signerFlags,
    trustFlag,
    logFlag,
  ],
  variables: [...projectVariables, ...signerVariables],
  examples: [
    ['wheelseal download demo==1.0.0', 'in the GitLab pipeline that published'],
    [
      'wheelseal download demo==1.0 --gitlab-project team/demo --ref refs/tags/1.0',
      'as a consumer, from gitlab.com',
    ],
  ],
  async perform(invocation) {
    const { name, version } = parseRequirement(invocation.operands[0] ?? '');
    const pipeline = await import('@wheelseal/pipeline');
    const { report, interrupts, environment, directory } = invocation;
    const settings = pipeline.readContinuousIntegration(environment);
    const services = pipeline.openServices(settings);
    const { packageVersion: _, ...unversioned } = settings;
    const place =
      valueOf(invocation, 'packageVersion') === undefined
        ? destinationOf(services, pipeline.openServices(unversioned), { name, version })
        : services.destination({ name, version });
    const ports = { ...(await services.verification()), ...(await services.registries()) };
    const downloaded = await pipeline.downloadVerified(
      { name, version, package: place.package, packageVersion: place.version },
      ports,
      {
        signal: interrupts.signal,
        onEvent: report.onEvent,
        directory: resolve(directory, valueOf(invocation, 'outputDirectory') ?? '.'),
        bundles: invocation.flags['bundles'] === true,
      },
    );
    report.result(
      { ...downloadedDocument(downloaded), ...trustFields(ports) },
      downloadedLines(downloaded, directory),
    );
    report.note(trustLines(ports));
    return {};
  },
};

/** What a document says about the files that came back. */
export function downloadedDocument({
  name,
  version,
  directory,
  distributions,
}: DownloadedRelease): Readonly<Record<string, unknown>> {
  const files = distributions.map(({ filename, path, outcome, sha256 }) => ({
    filename,
    path,
    outcome,
    sha256,
  }));
  return { name, version, downloaded: { directory, files } };
}

/** One line for each file that came back. */
export function downloadedLines({ distributions }: DownloadedRelease, directory: string): Lines {
  return (paint) =>
    distributions.map(({ path, outcome }) => {
      const shown = relative(directory, path);
      const word = outcome === 'downloaded' ? 'saved' : 'there';
      return `    ${paint.dim(word.padEnd(6))}  ${shown.startsWith('..') ? path : shown}`;
    });
}

/** Another version than that of the job may be wanted: then its variable is about something else. */
function destinationOf(
  services: ReleaseServices,
  unversioned: ReleaseServices,
  wanted: Requirement,
): Destination {
  try {
    return services.destination(wanted);
  } catch (error) {
    if (isCodedError(error) && error.code === 'SETTING_INVALID') {
      return unversioned.destination(wanted);
    }
    throw error;
  }
}

function parseRequirement(text: string): Requirement {
  const { name, version } =
    /^\s*(?<name>[^\s=]+)\s*==\s*(?<version>[^\s=]+)\s*$/.exec(text)?.groups ?? {};
  if (name !== undefined && version !== undefined) return { name, version };
  throw new CommandError(`\`NAME==VERSION\` expected, found \`${text}\``, {
    code: 'USAGE_INVALID',
    hint: 'Name one version, such as `demo==1.0.0`.',
  });
}

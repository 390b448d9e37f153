/**
 * `wheelseal release`: all stages, in GitLab or in a sandbox.
 *
 * @module
 */

import { basename } from 'node:path';
import type { ReleaseReport } from '@wheelseal/pipeline';
import type { CommandDefinition, Invocation, Outcome } from '../command-definition.ts';
import { overlay } from '../environment.ts';
import { CommandError } from '../errors.ts';
import {
  distributionsFlag,
  editFlags,
  frontendFlag,
  registryFlags,
  rekorFlag,
  signerFlags,
  signingFlags,
  statementFlags,
} from '../flags.ts';
import { foldersOf } from '../folders.ts';
import { publishedLines } from '../published-lines.ts';
import { attributeOf } from '../program.ts';
import { openSandbox } from '../sandbox-environment.ts';
import { secretsOf } from '../secrets.ts';
import { downloadedDocument, downloadedLines } from './download.ts';
import { documentOf, projectVariables } from './publish.ts';
import { editsOf } from './rewrite.ts';
import { frontendOf } from './build.ts';
import { assertIdentityToken, signingVariables, statementsOf } from './sign.ts';
import { signerVariables } from './verify.ts';

/** Runs all stages in order. */
export const release: CommandDefinition = {
  name: 'release',
  summary: 'do all of it: rewrite, build, sign, verify, publish, download',
  description:
    'Rewrites pyproject.toml, builds, signs, verifies, publishes, and downloads what was published to verify it once more, into dist/verified. Takes everything from the environment of a GitLab job, or from flags; with --sandbox from a GitLab and a Sigstore of its own that live as long as the command, on this machine only.',
  operands: [['[DIR]', 'folder with the pyproject.toml, this one when left out']],
  flags: [
    {
      flags: '--sandbox',
      description: 'with a GitLab and a Sigstore of its own: no account needed',
      group: 'Project:',
    },
    ...editFlags,
    distributionsFlag,
    frontendFlag,
    {
      flags: '--built',
      description: 'take the distributions that are there instead of building',
      group: 'Project:',
    },
    ...registryFlags,
    ...statementFlags,
    ...signingFlags,
    rekorFlag,
    ...signerFlags,
  ],
  variables: [
    ...projectVariables,
    ['CI_PROJECT_NAME, CI_PROJECT_URL', 'name and homepage to write'],
    ...signingVariables,
    ...signerVariables,
  ],
  examples: [
    ['wheelseal release --sandbox path/to/project', 'try it, without any account'],
    ['wheelseal release --package-version 1.2.0', 'in a GitLab job, with `id_tokens`'],
  ],
  async perform(invocation) {
    if (invocation.flags['sandbox'] !== true) return releaseIn(invocation);
    assertNothingElsewhere(invocation);
    const projectName = basename(foldersOf(invocation).project);
    const { environment, added, close } = await openSandbox(invocation, { projectName });
    for (const secret of secretsOf(added)) invocation.hide(secret);
    const { report, variables } = invocation;
    report.note((paint) => [
      `${paint.bold('sandbox')}  ${added['CI_PROJECT_URL'] ?? ''}, for this run only`,
    ]);
    try {
      return await releaseIn({ ...invocation, environment: overlay(environment, variables) });
    } finally {
      await close();
    }
  },
};

/** A sandbox has its own of everything that these flags name. */
function assertNothingElsewhere({ flags }: Invocation): void {
  const elsewhere = [...registryFlags, ...signingFlags, rekorFlag, ...signerFlags].find(
    (flag) => flag.variable !== 'PACKAGE_NAME' && flags[attributeOf(flag)] !== undefined,
  );
  if (elsewhere === undefined) return;
  throw new CommandError(`\`--sandbox\` has its own \`${elsewhere.flags}\``, {
    code: 'USAGE_INVALID',
    hint: 'Leave one of the two out.',
  });
}

async function releaseIn(invocation: Invocation): Promise<Outcome> {
  const { openServices, readContinuousIntegration, runRelease } =
    await import('@wheelseal/pipeline');
  const { report, interrupts, environment, directory, flags } = invocation;
  const settings = readContinuousIntegration(environment);
  await assertIdentityToken(settings);
  const { project, distributions } = foldersOf(invocation);
  const frontend = frontendOf(invocation);
  const plan = {
    project,
    directory: distributions,
    edits: await editsOf(invocation, settings),
    services: openServices({ ...settings, ...statementsOf(invocation) }),
    environment,
    built: flags['built'] === true,
    ...(frontend !== undefined && { frontend }),
  };
  const { rewrite, published, downloaded } = await runRelease(plan, {
    signal: interrupts.signal,
    onEvent: report.onEvent,
  });
  const where = flags['sandbox'] === true ? ' in the sandbox' : '';
  report.result(
    {
      ...downloadedDocument(downloaded),
      published: documentOf(published),
      ...(rewrite !== undefined && { project: projectDocument(rewrite) }),
    },
    (paint) => [
      ...downloadedLines(downloaded, directory)(paint),
      '',
      `${paint.bold(`${downloaded.name} ${downloaded.version}`)} was published${where}, and came back verified`,
      ...publishedLines(settings, published, paint),
    ],
  );
  return {};
}

function projectDocument({
  path,
  written,
  changes,
}: NonNullable<ReleaseReport['rewrite']>): Readonly<Record<string, unknown>> {
  return { path, written, changes };
}

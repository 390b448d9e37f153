/**
 * `wheelseal sandbox`: a GitLab and a Sigstore on this machine, for other programs too.
 *
 * @module
 */

import { once } from 'node:events';
import { basename } from 'node:path';
import { valueOf } from '../command-definition.ts';
import type { CommandDefinition, Invocation, Outcome } from '../command-definition.ts';
import { versionFlag } from '../flags.ts';
import type { Interrupts } from '../interrupts.ts';
import { runProgram } from '../run-program.ts';
import { openSandbox } from '../sandbox-environment.ts';
import type { OpenSandbox } from '../sandbox-environment.ts';

/** Starts a sandbox, for a program or until it is told to end. */
export const sandbox: CommandDefinition = {
  name: 'sandbox',
  summary: 'a GitLab and a Sigstore on this machine, to try things on',
  description:
    "With a command: runs it with the environment of a GitLab job in the sandbox, hands signals on to it, and ends with its exit code, 127 when there is no such program, 128 and the signal's number when a signal ended it. Without one: prints that environment as lines for a shell, and stays until Ctrl-C (exit code 0). Nobody but this machine can reach it, and nothing of it is left at the end. Variables of a real job are not handed on. Beside the variables of GitLab there are those of a private Sigstore: FULCIO_URL and REKOR_URL, WHEELSEAL_SIGNING_CONFIG and WHEELSEAL_TRUST_CONFIG, WHEELSEAL_TRUSTED_ROOT, and what cosign reads, TUF_MIRROR and TUF_ROOT_JSON among it.",
  operands: [['[COMMAND...]', 'a program with its arguments; write -- before it']],
  flags: [
    {
      flags: '--project <name>',
      description: 'name or path of the project, the name of this folder when left out',
      group: 'Project:',
    },
    { ...versionFlag, description: 'version of the release, 1.0.0 when left out' },
    {
      flags: '--rekor <version>',
      description: 'which Rekor WHEELSEAL_SIGNING_CONFIG names',
      choices: ['1', '2'],
      group: 'Sigstore:',
    },
  ],
  variables: [],
  examples: [
    ['wheelseal sandbox -- twine upload dist/*', 'one command'],
    ["wheelseal sandbox -- sh -c 'cosign sign-blob …'", 'anything a shell can do'],
    ['wheelseal sandbox', 'keep one, and copy its variables into another shell'],
  ],
  async perform(invocation) {
    const opened = await openSandbox(invocation, {
      ...projectOf(invocation),
      rekorVersion: valueOf(invocation, 'rekor') === '2' ? 2 : 1,
    });
    const [...command] = invocation.operands;
    if (command.length === 0) return stayOpen(invocation, opened);
    try {
      const { directory, interrupts } = invocation;
      const { environment } = opened;
      return { programExitCode: await runProgram(command, { directory, environment, interrupts }) };
    } finally {
      await opened.close();
    }
  },
};

function projectOf(
  invocation: Invocation,
): { readonly projectName: string } | { readonly projectPath: string } {
  const project = valueOf(invocation, 'project');
  if (project?.includes('/') === true) return { projectPath: project };
  const folder = basename(invocation.directory);
  return { projectName: project ?? (folder === '' ? 'demo' : folder) };
}

function stayOpen({ report, interrupts }: Invocation, { added, close }: OpenSandbox): Outcome {
  report.result({ environment: added }, () => Object.entries(added).map(exportLine));
  report.note((paint) => [
    `${paint.bold('sandbox')} of ${added['CI_PROJECT_URL'] ?? ''} is ready, Ctrl-C ends it`,
  ]);
  return {
    async stay() {
      await interrupted(interrupts);
      await close();
    },
  };
}

async function interrupted({ signal }: Interrupts): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

function exportLine([name, value]: readonly [string, string]): string {
  return `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'`;
}

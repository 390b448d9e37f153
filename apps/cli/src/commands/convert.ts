/**
 * `wheelseal convert`: one shape of a signature made into another.
 *
 * @module
 */

import { relative, resolve } from 'node:path';
import type { ConvertedKind } from '@wheelseal/pipeline';
import { valueOf } from '../command-definition.ts';
import type { CommandDefinition } from '../command-definition.ts';
import { CommandError } from '../errors.ts';
import { rekorFlag } from '../flags.ts';

const kinds: readonly ConvertedKind[] = ['bundle', 'signature', 'certificate', 'attestation'];

/** Converts a signature file. */
export const convert: CommandDefinition = {
  name: 'convert',
  summary: 'make another shape of a signature file',
  description:
    'Makes FILE.sigstore.json (bundle), FILE.sig (signature), FILE.crt (certificate) or FILE.publish.attestation (attestation) of a signature that has another shape. Nothing is verified by that. A .sig becomes a bundle if its .crt and the distribution lie beside it and the log knows it. What would prove nothing any more is refused.',
  operands: [['<SIGNATURE>', 'signature file, known by how its name ends']],
  flags: [
    {
      flags: '--to <shape>',
      description: 'what to make of it',
      group: 'Signing:',
      choices: kinds,
    },
    {
      flags: '-o, --output-file <file>',
      description: 'where to write; beside the signature when left out',
      group: 'Signing:',
    },
    { flags: '--force', description: 'replace a file with other content', group: 'Signing:' },
    rekorFlag,
  ],
  variables: [],
  examples: [
    ['wheelseal convert demo-1.0.0.tar.gz.sigstore.json --to signature', 'for cosign 2'],
    ['wheelseal convert demo-1.0.0.tar.gz.sig --to bundle', 'to verify it without the log'],
  ],
  async perform(invocation) {
    const { convertSignatureFile, readContinuousIntegration } = await import('@wheelseal/pipeline');
    const { directory, operands, environment, flags, interrupts, report } = invocation;
    const output = valueOf(invocation, 'outputFile');
    const { rekorUrl } = readContinuousIntegration(environment);
    const { path, outcome } = await convertSignatureFile(
      resolve(directory, operands[0] ?? ''),
      kindOf(valueOf(invocation, 'to')),
      {
        signal: interrupts.signal,
        isForced: flags['force'] === true,
        ...(rekorUrl !== undefined && { rekorUrl }),
        ...(output !== undefined && { output: resolve(directory, output) }),
      },
    );
    report.result({ path, outcome }, () => [relative(directory, path)]);
    return {};
  },
};

function kindOf(text: string | undefined): ConvertedKind {
  const kind = kinds.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw new CommandError('`convert` needs `--to`', {
    code: 'USAGE_INVALID',
    hint: `Write \`--to\` with ${kinds.map((one) => `\`${one}\``).join(', ')}.`,
  });
}

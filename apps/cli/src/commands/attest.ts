/**
 * `wheelseal attest`: statements beside the distributions, without signing the files anew.
 *
 * @module
 */

import type { CommandDefinition } from '../command-definition.ts';
import {
  checkingFlag,
  distributionsFlag,
  rekorFlag,
  signingFlags,
  statementFlags,
} from '../flags.ts';
import { signFolder, signingVariables, statementsOf } from './sign.ts';

/** Makes statements about the distributions in a folder. */
export const attest: CommandDefinition = {
  name: 'attest',
  summary: 'make statements about the distributions, without signing them anew',
  description:
    'Attests the publishing of every wheel and sdist (PEP 740) as FILE.publish.attestation, or with --provenance how it was built (SLSA) as FILE.provenance.sigstore.json; both with both flags. Signatures that are there stay as they are.',
  operands: [['[DIR]', 'folder of the project, this one when left out']],
  flags: [distributionsFlag, ...statementFlags, ...signingFlags, rekorFlag, checkingFlag],
  variables: signingVariables,
  examples: [
    ['wheelseal attest', 'in a GitLab job with `id_tokens: { SIGSTORE_ID_TOKEN: … }`'],
    [
      'wheelseal attest --provenance --key release.pem',
      'with a key, which can state how it was built',
    ],
  ],
  async perform(invocation) {
    const { attestation, provenance } = statementsOf(invocation);
    const wanted = { attestation: attestation || !provenance, provenance };
    return signFolder(invocation, { ...wanted, shapes: [] });
  },
};

/**
 * `wheelseal sign`: signatures beside the distributions.
 *
 * @module
 */

import type { ContinuousIntegration, ServiceSettings } from '@wheelseal/pipeline';
import type { CommandDefinition, Invocation, Outcome } from '../command-definition.ts';
import { CommandError } from '../errors.ts';
import {
  checkingFlag,
  distributionsFlag,
  rekorFlag,
  signingFlags,
  statementFlags,
} from '../flags.ts';
import { foldersOf } from '../folders.ts';

/** Variables of who signs, beside those of flags. */
export const signingVariables: CommandDefinition['variables'] = [
  ['WHEELSEAL_SIGNING_KEY_PASSWORD', 'opens the key of --key'],
  ['SIGSTORE_ID_TOKEN_FILE', 'a file with the identity token'],
  ['ACTIONS_ID_TOKEN_REQUEST_URL', 'where a job of GitHub asks for one, with'],
  ['ACTIONS_ID_TOKEN_REQUEST_TOKEN', 'the right to ask there'],
  ['CI_PROJECT_VISIBILITY', 'keeps it out of a public log if not public'],
];

/** Signs the distributions in a folder. */
export const sign: CommandDefinition = {
  name: 'sign',
  summary: 'sign the distributions with Sigstore',
  description:
    'Signs every wheel and sdist with one certificate for the identity of the job, and writes FILE.sigstore.json, FILE.sig and FILE.crt beside it. The last two are what cosign 2 reads; with a Rekor 2 they would prove nothing and are left out. With --key it signs with that key instead, which names no signer.',
  operands: [['[DIR]', 'folder of the project, this one when left out']],
  flags: [distributionsFlag, ...statementFlags, ...signingFlags, rekorFlag, checkingFlag],
  variables: signingVariables,
  examples: [
    ['wheelseal sign', 'in a GitLab job with `id_tokens: { SIGSTORE_ID_TOKEN: … }`'],
    ['wheelseal sign --dist wheelhouse --identity-token @token.jwt', 'what another tool built'],
    [
      'wheelseal sign --attestations --provenance',
      'with statements for package indexes and for SLSA',
    ],
  ],
  perform: async (invocation) => signFolder(invocation, statementsOf(invocation)),
};

/** What is made of each distribution: its signature unless `shapes` is empty, and statements. */
type Wanted = Pick<ServiceSettings, 'shapes' | 'attestation' | 'provenance'>;

/** Signs the distributions in the folder of a call, and tells what is there then. */
export async function signFolder(invocation: Invocation, wanted: Wanted): Promise<Outcome> {
  const { openServices, readContinuousIntegration, readRelease, signRelease } =
    await import('@wheelseal/pipeline');
  const { report, interrupts, environment } = invocation;
  const { signal } = interrupts;
  const settings = readContinuousIntegration(environment);
  await assertIdentityToken(settings);
  const release = await readRelease(foldersOf(invocation).distributions, { signal });
  const services = openServices({ ...settings, ...wanted });
  const options = { signal, onEvent: report.onEvent };
  const signed = await signRelease(release, await services.signing(), options);
  const { name, version, directory, distributions } = signed;
  report.result({ name, version, directory, signatures: signaturesOf(distributions) });
  return {};
}

/** What the flags want to be stated. */
export function statementsOf({ flags }: Pick<Invocation, 'flags'>): {
  readonly attestation: boolean;
  readonly provenance: boolean;
} {
  return { attestation: flags['attestations'] === true, provenance: flags['provenance'] === true };
}

/**
 * That nobody may sign without a token is a matter of access, not of settings.
 *
 * @throws CommandError with code `TOKEN_MISSING`.
 */
export async function assertIdentityToken(settings: ContinuousIntegration): Promise<void> {
  const { hasSigningCredential } = await import('@wheelseal/pipeline');
  if (hasSigningCredential(settings)) return;
  throw new CommandError('`SIGSTORE_ID_TOKEN` is not set, and nobody can sign without it', {
    code: 'TOKEN_MISSING',
    hint: 'Add `id_tokens: { SIGSTORE_ID_TOKEN: { aud: sigstore } }` to the GitLab job.',
  });
}

/** The names of the signature files of distributions. */
function signaturesOf(
  distributions: readonly { readonly signatures: readonly { readonly filename: string }[] }[],
): readonly string[] {
  return distributions.flatMap(({ signatures }) => signatures.map(({ filename }) => filename));
}

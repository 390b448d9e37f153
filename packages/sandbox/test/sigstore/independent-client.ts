/**
 * sigstore-js as a client of a sandbox: it shares no code with it.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';

import { SigningConfig, TrustedRoot } from '@sigstore/protobuf-specs';
import { bundleBuilderFromSigningConfig } from '@sigstore/sign';
import type { Bundle } from '@sigstore/sign';
import { Verifier, toSignedEntity, toTrustMaterial } from '@sigstore/verify';
import type { VerifierOptions } from '@sigstore/verify';
import type { Sandbox } from '@wheelseal/sandbox';

const statementType = 'application/vnd.in-toto+json';

/** Signs data as a file, or as the payload of an envelope, as a configuration says. */
export async function signWithConfig(
  sandbox: Sandbox,
  data: Buffer,
  {
    path = sandbox.trust.signingConfig,
    bundleType = 'messageSignature',
  }: { path?: string; bundleType?: 'messageSignature' | 'dsseEnvelope' } = {},
): Promise<Bundle> {
  const signingConfig = SigningConfig.fromJSON(JSON.parse(await readFile(path, 'utf8')));
  const builder = bundleBuilderFromSigningConfig({
    signingConfig,
    identityProvider: { getToken: async () => sandbox.mintToken() },
    bundleType,
    fetchOptions: { retry: false, timeout: 5000 },
  });
  const type = bundleType === 'dsseEnvelope' ? statementType : undefined;
  return builder.create({ data, ...(type !== undefined && { type }) });
}

/** Verifies a bundle with the trust in a sandbox. */
export async function verifyBundle(
  { trust }: Pick<Sandbox, 'trust'>,
  bundle: Bundle,
  artifact?: Buffer,
  options: VerifierOptions = { tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 1 },
) {
  const root = TrustedRoot.fromJSON(JSON.parse(await readFile(trust.trustedRoot, 'utf8')));
  const verifier = new Verifier(toTrustMaterial(root), options);
  return verifier.verify(toSignedEntity(bundle, artifact));
}

/**
 * The trust in a sandbox as files, for programs that read it from there.
 *
 * @module
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { signingConfig, trustedRoot } from './trusted-root.ts';
import type { SigstoreInstance } from './trusted-root.ts';
import { chainPem } from './x509/authority.ts';
import { publicKeyPem } from './x509/signing-key.ts';

/** Absolute paths of the files. */
export interface TrustFiles {
  /** `trusted_root.json`: everything a verifier needs. */
  readonly trustedRoot: string;
  /** `signing_config.json`: where a signer finds the services. */
  readonly signingConfig: string;
  /** Intermediate and root of the certificate authority, PEM. */
  readonly certificateAuthority: string;
  /** Public key of the transparency log, PEM. */
  readonly rekorPublicKey: string;
  /** Public key of the certificate transparency log, PEM. */
  readonly ctLogPublicKey: string;
  /** The time-stamp service's own certificate and its root, PEM. */
  readonly timestampChain: string;
  /** An empty folder. */
  readonly tufRoot: string;
}

/** Writes the trust in an instance into a folder. */
export async function writeTrustFiles(
  directory: string,
  instance: SigstoreInstance,
): Promise<TrustFiles> {
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, text, { flag: 'wx' });
    return path;
  };
  const tufRoot = join(directory, 'tuf');
  const [root, config, authority, rekor, ctLog, timestamp] = await Promise.all([
    write('trusted_root.json', trustedRoot(instance)),
    write('signing_config.json', signingConfig(instance)),
    write('fulcio.pem', chainPem(instance.certificateAuthority.chain)),
    write('rekor.pub', publicKeyPem(instance.rekorKey)),
    write('ctfe.pub', publicKeyPem(instance.ctLogKey)),
    write('timestamp.pem', chainPem(instance.timestampAuthority.chain)),
    mkdir(tufRoot),
  ]);
  return {
    trustedRoot: root,
    signingConfig: config,
    certificateAuthority: authority,
    rekorPublicKey: rekor,
    ctLogPublicKey: ctLog,
    timestampChain: timestamp,
    tufRoot,
  };
}

/**
 * The trust in a sandbox as files, for programs that read it from there.
 *
 * @module
 */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { jsonDocument } from './json-document.ts';
import { signingConfig, trustConfig } from './signing-config.ts';
import type { RekorVersions } from './signing-config.ts';
import { trustedRoot } from './trusted-root.ts';
import type { SigstoreInstance } from './trusted-root.ts';
import { chainPem } from './x509/authority.ts';
import { publicKeyPem } from './x509/signing-key.ts';

/** Absolute paths of what a signer is configured with. */
export interface ConfigFiles {
  /** `signing_config.json`: where a signer finds the services. */
  readonly signingConfig: string;
  /** `trust_config.json`: that, and the trusted root. */
  readonly trustConfig: string;
}

/** Absolute paths of the files; the configuration here names Rekor 1, as the job's variables do. */
export interface TrustFiles extends ConfigFiles {
  /** `trusted_root.json`: everything a verifier needs. */
  readonly trustedRoot: string;
  /** Configuration that names Rekor 2 and not Rekor 1. */
  readonly rekorTiles: ConfigFiles;
  /** Configuration that names every log. */
  readonly everyLog: ConfigFiles;
  /** Intermediate and root of the certificate authority, PEM. */
  readonly certificateAuthority: string;
  /** Public key of the transparency log of Rekor 1, PEM. */
  readonly rekorPublicKey: string;
  /** Public key of the transparency log of Rekor 2, PEM. */
  readonly rekorTilesPublicKey: string;
  /** Public key of the certificate transparency log, PEM. */
  readonly ctLogPublicKey: string;
  /** The time-stamp service's own certificate and its root, PEM. */
  readonly timestampChain: string;
  /** `root.json`: the first root of the TUF repository. */
  readonly tufFirstRoot: string;
  /** An empty folder. */
  readonly tufRoot: string;
}

type Write = (name: string, content: unknown) => Promise<string>;

/** Writes the trust in an instance into a folder. */
export async function writeTrustFiles(
  directory: string,
  instance: SigstoreInstance,
  firstRoot: Buffer,
): Promise<TrustFiles> {
  const write: Write = async (name, content) => {
    const path = join(directory, name);
    const text = isText(content) ? content : jsonDocument(content);
    await writeFile(path, text, { flag: 'wx' });
    return path;
  };
  const tufRoot = join(directory, 'tuf');
  const [root, rekor1, rekorTiles, everyLog, keys, tufFirstRoot] = await Promise.all([
    write('trusted_root.json', trustedRoot(instance)),
    writeConfig(write, instance, { versions: 1, ending: '' }),
    writeConfig(write, instance, { versions: 2, ending: '.rekor-tiles' }),
    writeConfig(write, instance, { versions: 'every', ending: '.every-log' }),
    writeKeys(write, instance),
    write('root.json', firstRoot),
    mkdir(tufRoot),
  ]);
  return { trustedRoot: root, ...rekor1, rekorTiles, everyLog, ...keys, tufFirstRoot, tufRoot };
}

async function writeConfig(
  write: Write,
  instance: SigstoreInstance,
  { versions, ending }: { readonly versions: RekorVersions; readonly ending: string },
): Promise<ConfigFiles> {
  const [signing, trust] = await Promise.all([
    write(`signing_config${ending}.json`, signingConfig(instance, versions)),
    write(`trust_config${ending}.json`, trustConfig(instance, versions)),
  ]);
  return { signingConfig: signing, trustConfig: trust };
}

async function writeKeys(write: Write, instance: SigstoreInstance) {
  const { certificateAuthority, ctLogKey } = instance;
  const [rekorLog, rekorTilesLog] = instance.logs;
  const [timestampAuthority] = instance.timestampAuthorities;
  const [authority, rekor, rekorTiles, ctLog, timestamp] = await Promise.all([
    write('fulcio.pem', chainPem(certificateAuthority.authority.chain)),
    write('rekor.pub', publicKeyPem(rekorLog.identity.key)),
    write('rekor-tiles.pub', publicKeyPem(rekorTilesLog.identity.key)),
    write('ctfe.pub', publicKeyPem(ctLogKey)),
    write('timestamp.pem', chainPem(timestampAuthority.authority.chain)),
  ]);
  return {
    certificateAuthority: authority,
    rekorPublicKey: rekor,
    rekorTilesPublicKey: rekorTiles,
    ctLogPublicKey: ctLog,
    timestampChain: timestamp,
  };
}

function isText(content: unknown): content is string | Buffer {
  return typeof content === 'string' || Buffer.isBuffer(content);
}

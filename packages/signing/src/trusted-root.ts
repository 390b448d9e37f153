/**
 * Whom verification trusts: certificate authorities, logs and timestamp authorities, each for a time.
 *
 * @module
 */

import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { toTrustMaterial } from '@sigstore/verify';
import { VerificationError } from './errors.ts';
import { bindTrust, type Trust } from './trust.ts';
import {
  malformedRoot,
  readTrustedRootJson,
  type AuthorityJson,
  type LogJson,
  type TrustedRootJson,
  type ValidityJson,
} from './trusted-root-json.ts';

/** One service of a trusted root. */
export interface TrustedService {
  readonly url: string;
  readonly validFrom: Date;
  /** Absent while the service is in use. */
  readonly validUntil?: Date;
}

/** A trusted root that was read; made by {@link parseTrustedRoot} or {@link loadTrustedRoot} only. */
export interface TrustedRoot {
  readonly certificateAuthorities: readonly TrustedService[];
  readonly transparencyLogs: readonly TrustedService[];
  readonly certificateLogs: readonly TrustedService[];
  readonly timestampAuthorities: readonly TrustedService[];
}

/** A `trusted_root.json` file, or public Sigstore's with a folder to keep it in. */
export type TrustedRootSource =
  | { readonly path: string }
  | {
      /** Where TUF keeps its metadata; a folder of the user when absent. */
      readonly cacheDirectory?: string;
      /** Another TUF repository, and the file with its first `root.json`. */
      readonly mirror?: { readonly url: URL; readonly rootPath: string };
    };

/**
 * Reads the text of a `trusted_root.json`.
 *
 * @throws VerificationError with code `TRUSTED_ROOT_MALFORMED`.
 */
export function parseTrustedRoot(text: string): TrustedRoot {
  const json = readTrustedRootJson(text);
  const trustedRoot: TrustedRoot = {
    certificateAuthorities: json.certificateAuthorities.map(authority),
    transparencyLogs: json.tlogs.map(log),
    certificateLogs: (json.ctlogs ?? []).map(log),
    timestampAuthorities: (json.timestampAuthorities ?? []).map(authority),
  };
  bindTrust(trustedRoot, readTrust(json));
  return trustedRoot;
}

/**
 * Reads a `trusted_root.json` file, or gets the one of public Sigstore through TUF.
 *
 * @throws VerificationError with code `TRUSTED_ROOT_UNAVAILABLE` or `TRUSTED_ROOT_MALFORMED`.
 */
export async function loadTrustedRoot(source: TrustedRootSource = {}): Promise<TrustedRoot> {
  if ('path' in source) return parseTrustedRoot(await readTrustedRoot(source.path));
  // TUF takes longer to load than a verification to run.
  const { downloadTrustedRoot } = await import('./public-trusted-root.ts');
  return parseTrustedRoot(await downloadTrustedRoot(source));
}

async function readTrustedRoot(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new VerificationError(`cannot read the trusted root \`${path}\``, {
      code: 'TRUSTED_ROOT_UNAVAILABLE',
      hint: 'Name a `trusted_root.json` file with `--trusted-root` or `WHEELSEAL_TRUSTED_ROOT`.',
      cause,
    });
  }
}

function readTrust(json: TrustedRootJson): Trust {
  try {
    const message = TrustedRootMessage.fromJSON(json);
    const chains = message.certificateAuthorities.flatMap(
      ({ certChain }) => certChain?.certificates ?? [],
    );
    return {
      material: toTrustMaterial(message),
      authorities: chains.map(({ rawBytes }) => new X509Certificate(rawBytes)),
    };
  } catch (cause) {
    throw malformedRoot('a key or certificate in the trusted root cannot be read', cause);
  }
}

function authority({ uri, validFor }: AuthorityJson): TrustedService {
  return { url: uri ?? '', ...validity(validFor) };
}

function log({ baseUrl, publicKey }: LogJson): TrustedService {
  return { url: baseUrl, ...validity(publicKey.validFor) };
}

function validity({ start, end }: ValidityJson): Omit<TrustedService, 'url'> {
  return {
    validFrom: new Date(start),
    ...(typeof end === 'string' && { validUntil: new Date(end) }),
  };
}

/**
 * Signs a batch of files: one key, one certificate, one log entry for each file.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import { parseBundle } from './bundle.ts';
import type { SigningCertificate } from './certificate.ts';
import { certificateText, signatureText } from './detached-signature.ts';
import { digestOf, type DigestedFile } from './digested-file.ts';
import { createEphemeralKey, type EphemeralKey } from './ecdsa.ts';
import { SigningError } from './errors.ts';
import { requestCertificate } from './fulcio.ts';
import { assertUnexpired, type IdentityToken } from './identity-token.ts';
import { timeOf } from './log-entry.ts';
import { addLogEntry } from './rekor.ts';
import { mapSideBySide } from './side-by-side.ts';
import type { SignerIdentity } from './signer-identity.ts';
import { requestTimestamp } from './timestamp-authority.ts';
import { bundleText } from './write-bundle.ts';

/** The services of one Sigstore. */
export interface SigstoreServices {
  readonly fulcioUrl: URL;
  readonly rekorUrl: URL;
  /** A timestamp authority to ask as well. */
  readonly timestampUrl?: URL;
  readonly dispatcher?: Dispatcher;
  /** The clock that the identity token is looked at by. */
  readonly now?: () => Date;
}

/** A file with its signature in every form. */
export interface SignedDistribution extends DigestedFile {
  /** Text of the `.sigstore.json` file. */
  readonly bundle: string;
  /** Text of the `.sig` file. */
  readonly signature: string;
  /** Text of the `.crt` file. */
  readonly certificate: string;
  readonly identity: SignerIdentity;
  readonly logIndex: string;
  readonly integratedTime: Date;
}

/** Settings of {@link Signer.sign}. */
export interface SignOptions {
  readonly signal?: AbortSignal;
  /** Told of each file as soon as it is signed. */
  readonly onSigned?: (signed: SignedDistribution) => void;
}

/** Signs files with the identity of a token. */
export interface Signer {
  /**
   * Signs all files, or none that counts: the first failure ends the batch.
   *
   * @throws SigningError with the code of what failed.
   */
  sign(
    files: readonly DigestedFile[],
    token: IdentityToken,
    options?: SignOptions,
  ): Promise<readonly SignedDistribution[]>;
}

const atOnce = 4;

/** Opens the services for signing. Does no I/O. */
export function createSigner(services: SigstoreServices): Signer {
  const { now = () => new Date() } = services;
  return {
    async sign(files, token, { signal, onSigned } = {}) {
      const digests = files.map(digestOf);
      if (digests.length === 0) {
        throw new SigningError('there is no file to sign', {
          code: 'NOTHING_TO_SIGN',
          hint: 'Build the distributions first.',
        });
      }
      signal?.throwIfAborted();
      assertToken(token);
      assertUnexpired(token.expiresAt, now());
      const key = createEphemeralKey();
      const certificate = await requestCertificate({ ...services, signal }, key, token);
      return mapSideBySide(files, { atOnce, signal }, async (file, one) => {
        const signed = await signOne(file, { ...services, signal: one }, key, certificate);
        onSigned?.(signed);
        return signed;
      });
    },
  };
}

// The value is not enumerable: a copy made by spreading has lost it.
function assertToken({ value }: IdentityToken): void {
  if (typeof value === 'string' && value !== '') return;
  throw new TypeError('the identity token has no value');
}

async function signOne(
  file: DigestedFile,
  services: SigstoreServices & { readonly signal: AbortSignal },
  key: EphemeralKey,
  { der, identity, notBefore, notAfter }: SigningCertificate,
): Promise<SignedDistribution> {
  const { filename, sha256 } = file;
  const digest = digestOf(file);
  const signature = key.sign(digest);
  const timestamps = await timestampsOf(signature, services);
  const entry = await addLogEntry(services, { key: { certificate: der }, signature, digest });
  const integratedTime = timeOf(entry);
  if (integratedTime === undefined || integratedTime < notBefore || integratedTime > notAfter) {
    throw new SigningError('the log took the entry when the certificate was not valid', {
      code: 'SERVICE_UNEXPECTED_RESPONSE',
      hint: 'Set the clocks of Fulcio and Rekor.',
    });
  }
  const bundle = bundleText({
    key: { certificate: der },
    content: { kind: 'message', signature, sha256 },
    logEntries: [entry],
    timestamps,
  });
  parseBundle(bundle);
  return {
    filename,
    sha256,
    bundle,
    signature: signatureText(signature),
    certificate: certificateText(der),
    identity,
    logIndex: entry.logIndex,
    integratedTime,
  };
}

async function timestampsOf(
  signature: Buffer,
  { timestampUrl, dispatcher, signal }: SigstoreServices & { readonly signal: AbortSignal },
): Promise<readonly Buffer[]> {
  if (timestampUrl === undefined) return [];
  return [await requestTimestamp({ timestampUrl, dispatcher, signal }, signature)];
}

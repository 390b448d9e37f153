/**
 * Trust as cosign takes it: certificates and public keys in files of PEM.
 *
 * Such files say less than a trusted root. Certificates bring their times; a key is trusted since the
 * first certificate was made. A log is known by its key, and its name has to be given.
 *
 * @module
 */

import { createHash, createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { VerificationError } from './errors.ts';
import { malformedRoot } from './trusted-root-json.ts';
import { parseTrustedRoot, withOrigin, type TrustedRoot } from './trusted-root.ts';

/** Where the files are; each holds one PEM block or more. */
export interface TrustFiles {
  /** Root and intermediate certificates of Fulcio: `SIGSTORE_ROOT_FILE`. */
  readonly certificateAuthorities: string;
  /** Public keys of Rekor: `SIGSTORE_REKOR_PUBLIC_KEY`. */
  readonly transparencyLogs: string;
  /** Public keys of the certificate transparency log: `SIGSTORE_CT_LOG_PUBLIC_KEY_FILE`. */
  readonly certificateLogs: string;
  /** Certificates of the timestamp authority, its own first: `SIGSTORE_TSA_CERTIFICATE_FILE`. */
  readonly timestampAuthority?: string;
  /** Address of the log, whose host its checkpoints name. */
  readonly rekorUrl: URL;
}

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;
const longest = 1024 * 1024;

// https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_common.proto
const keyKinds: Readonly<Record<string, string>> = {
  prime256v1: 'PKIX_ECDSA_P256_SHA_256',
  secp384r1: 'PKIX_ECDSA_P384_SHA_384',
  secp521r1: 'PKIX_ECDSA_P521_SHA_512',
  ed25519: 'PKIX_ED25519',
  rsa2048: 'PKIX_RSA_PKCS1V15_2048_SHA256',
  rsa3072: 'PKIX_RSA_PKCS1V15_3072_SHA256',
  rsa4096: 'PKIX_RSA_PKCS1V15_4096_SHA256',
};

/**
 * Reads files of certificates and keys as a trusted root.
 *
 * @throws VerificationError with code `TRUSTED_ROOT_UNAVAILABLE` or `TRUSTED_ROOT_MALFORMED`.
 */
export async function trustedRootFromFiles(files: TrustFiles): Promise<TrustedRoot> {
  const { certificateAuthorities, transparencyLogs, certificateLogs, timestampAuthority } = files;
  const [authorities, logKeys, certificateLogKeys, timestamping] = await Promise.all([
    readCertificates(certificateAuthorities),
    readKeys(transparencyLogs),
    readKeys(certificateLogs),
    timestampAuthority === undefined ? [] : readCertificates(timestampAuthority),
  ]);
  const start = new Date(Math.min(...authorities.map((one) => one.validFromDate.getTime())));
  const document = {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    // Each may issue: with the certificates above it, it is an authority of its own.
    certificateAuthorities: authorities
      .filter((one) => one.ca)
      .map((one) => authority(one, authorities)),
    tlogs: logKeys.map((key) =>
      log(key, start, { baseUrl: files.rekorUrl.href, origin: files.rekorUrl.hostname }),
    ),
    ctlogs: certificateLogKeys.map((key) =>
      log(key, start, { baseUrl: 'urn:certificate-transparency' }),
    ),
    timestampAuthorities: timestamping
      .filter((one) => !one.ca)
      .map((one) => authority(one, timestamping)),
  };
  return withOrigin(parseTrustedRoot(JSON.stringify(document)), { kind: 'keys' });
}

/** A certificate and those above it up to a root, trusted while all of them are valid. */
function authority(lowest: X509Certificate, all: readonly X509Certificate[]): object {
  const chain = [lowest];
  for (let top = lowest; !isSelfSigned(top);) {
    const above = all.find((one) => !chain.includes(one) && isIssuedBy(top, one));
    if (above === undefined) {
      throw malformedRoot(
        `the certificate \`${top.subject.replaceAll('\n', ', ')}\` has nobody above it in its file`,
      );
    }
    chain.push(above);
    top = above;
  }
  const start = Math.max(...chain.map((one) => one.validFromDate.getTime()));
  const end = Math.min(...chain.map((one) => one.validToDate.getTime()));
  return {
    certChain: { certificates: chain.map((one) => ({ rawBytes: one.raw.toString('base64') })) },
    validFor: { start: new Date(start).toISOString(), end: new Date(end).toISOString() },
  };
}

function isSelfSigned(certificate: X509Certificate): boolean {
  return isIssuedBy(certificate, certificate);
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

function log(
  key: KeyObject,
  start: Date,
  { baseUrl, origin }: { readonly baseUrl: string; readonly origin?: string },
): object {
  const rawBytes = key.export({ type: 'spki', format: 'der' });
  const { namedCurve, modulusLength } = key.asymmetricKeyDetails ?? {};
  const kind = namedCurve ?? `${key.asymmetricKeyType ?? ''}${modulusLength ?? ''}`;
  const keyDetails = keyKinds[kind];
  if (keyDetails === undefined)
    throw malformedRoot(`a log has a key of the unknown kind \`${kind}\``);
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: rawBytes.toString('base64'),
      keyDetails,
      validFor: { start: start.toISOString() },
    },
    logId: {
      keyId: createHash('sha256')
        .update(namedBy(rawBytes, kind, origin))
        .digest('base64'),
    },
  };
}

// A log with an Ed25519 key has its name in its ID (https://c2sp.org/signed-note), others do not.
function namedBy(spki: Buffer, kind: string, origin: string | undefined): Buffer {
  if (kind !== 'ed25519' || origin === undefined) return spki;
  return Buffer.concat([Buffer.from(`${origin}\n`), Buffer.of(1), spki.subarray(-32)]);
}

async function readCertificates(path: string): Promise<readonly X509Certificate[]> {
  return readBlocks(path, 'certificate', 'CERTIFICATE', (pem) => new X509Certificate(pem));
}

async function readKeys(path: string): Promise<readonly KeyObject[]> {
  return readBlocks(path, 'public key', 'PUBLIC KEY', (pem) => createPublicKey(pem));
}

async function readBlocks<Read>(
  path: string,
  what: string,
  label: string,
  read: (pem: string) => Read,
): Promise<readonly Read[]> {
  const text = await readText(path, what);
  const blocks = [...text.matchAll(block)];
  if (blocks.length === 0 || blocks.some(([, found]) => found !== label)) {
    throw malformedRoot(`\`${path}\` holds something else than a ${what} in PEM`);
  }
  try {
    return blocks.map(([pem]) => read(pem));
  } catch (cause) {
    throw malformedRoot(`\`${path}\` holds a ${what} that cannot be read`, cause);
  }
}

async function readText(path: string, what: string): Promise<string> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length <= longest) return text;
  } catch (cause) {
    throw new VerificationError(`cannot read the ${what} in \`${path}\``, {
      code: 'TRUSTED_ROOT_UNAVAILABLE',
      hint: 'Name a file that can be read, or a `trusted_root.json` with `--trusted-root`.',
      cause,
    });
  }
  throw malformedRoot(`\`${path}\` is longer than 1 MiB`);
}

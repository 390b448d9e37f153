/**
 * The documents that say whom to trust, and where to sign: `trusted_root.json`, `signing_config.json`.
 *
 * @module
 */

import type { Authority, Term } from './x509/authority.ts';
import type { SigningKey } from './x509/signing-key.ts';

/** Where a Sigstore and its token issuer are. */
export interface SigstoreUrls {
  readonly gitlab: URL;
  readonly fulcio: URL;
  readonly rekor: URL;
  readonly timestamp: URL;
}

/** A Sigstore, as much of it as verifiers and signers have to know. */
export interface SigstoreInstance {
  readonly urls: SigstoreUrls;
  readonly certificateAuthority: Authority;
  readonly timestampAuthority: Authority;
  readonly rekorKey: SigningKey;
  readonly ctLogKey: SigningKey;
  readonly term: Term;
}

/** Writes the trusted root of an instance, as JSON. */
export function trustedRoot(instance: SigstoreInstance): string {
  const { urls, term } = instance;
  return write({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    // The name in a checkpoint must occur in this address.
    tlogs: [logInstance(urls.rekor.origin, instance.rekorKey, term)],
    certificateAuthorities: [authority(urls.fulcio.origin, instance.certificateAuthority, term)],
    ctlogs: [logInstance(`${urls.fulcio.origin}/ct`, instance.ctLogKey, term)],
    timestampAuthorities: [authority(timestampAddress(urls), instance.timestampAuthority, term)],
  });
}

/** Writes the signing configuration of an instance, as JSON. */
export function signingConfig({ urls, term }: SigstoreInstance): string {
  const service = (url: string) => ({
    url,
    majorApiVersion: 1,
    validFor: { start: term.notBefore.toISOString() },
    operator: 'wheelseal-sandbox',
  });
  return write({
    mediaType: 'application/vnd.dev.sigstore.signingconfig.v0.2+json',
    caUrls: [service(urls.fulcio.origin)],
    oidcUrls: [service(urls.gitlab.origin)],
    rekorTlogUrls: [service(urls.rekor.origin)],
    rekorTlogConfig: { selector: 'ANY' },
    tsaUrls: [service(timestampAddress(urls))],
    tsaConfig: { selector: 'ANY' },
  });
}

function timestampAddress({ timestamp }: SigstoreUrls): string {
  return `${timestamp.origin}/api/v1/timestamp`;
}

function logInstance(baseUrl: string, { spki, keyId }: SigningKey, { notBefore }: Term) {
  return {
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: spki.toString('base64'),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor: { start: notBefore.toISOString() },
    },
    logId: { keyId: keyId.toString('base64') },
  };
}

function authority(uri: string, { chain }: Authority, { notBefore }: Term) {
  return {
    subject: { organization: 'wheelseal-sandbox', commonName: 'wheelseal-sandbox' },
    uri,
    certChain: {
      certificates: chain.map(({ raw }) => ({ rawBytes: raw.toString('base64') })),
    },
    validFor: { start: notBefore.toISOString() },
  };
}

function write(document: unknown): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

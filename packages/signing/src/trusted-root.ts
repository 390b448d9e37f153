/**
 * Whom verification trusts: certificate authorities, logs and timestamp authorities, each for a time.
 *
 * @module
 */

import { createPublicKey } from 'node:crypto';
import { readAuthorityCertificate } from './certificate-chain.ts';
import { toPublicKey } from './public-key.ts';
import type { TrustOrigin } from './trust-origin.ts';
import { bindTrust, trustOf, type Trust, type TrustedAuthority, type TrustedLog } from './trust.ts';
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

/** A trusted root that was read; made by `parseTrustedRoot`, or by what calls it, only. */
export interface TrustedRoot {
  readonly certificateAuthorities: readonly TrustedService[];
  readonly transparencyLogs: readonly TrustedService[];
  readonly certificateLogs: readonly TrustedService[];
  readonly timestampAuthorities: readonly TrustedService[];
  /** Where it came from; absent where that is not known here. */
  readonly origin?: TrustOrigin;
}

/**
 * Reads the text of a `trusted_root.json`.
 *
 * @throws VerificationError with code `TRUSTED_ROOT_MALFORMED`.
 */
export function parseTrustedRoot(text: string): TrustedRoot {
  const trust = readTrust(readTrustedRootJson(text));
  const trustedRoot: TrustedRoot = {
    certificateAuthorities: trust.certificateAuthorities.map(({ service }) => service),
    transparencyLogs: trust.transparencyLogs.map(({ service }) => service),
    certificateLogs: trust.certificateLogs.map(({ service }) => service),
    timestampAuthorities: trust.timestampAuthorities.map(({ service }) => service),
  };
  bindTrust(trustedRoot, trust);
  return trustedRoot;
}

/** The same trusted root with a word about where it came from. */
export function withOrigin(trustedRoot: TrustedRoot, origin: TrustOrigin): TrustedRoot {
  const told: TrustedRoot = { ...trustedRoot, origin };
  bindTrust(told, trustOf(trustedRoot));
  return told;
}

function readTrust(json: TrustedRootJson): Trust {
  try {
    return {
      certificateAuthorities: json.certificateAuthorities.map(readAuthority),
      timestampAuthorities: (json.timestampAuthorities ?? []).map(readAuthority),
      transparencyLogs: json.tlogs.flatMap(readLog),
      certificateLogs: (json.ctlogs ?? []).flatMap(readLog),
    };
  } catch (cause) {
    throw malformedRoot('a key or certificate in the trusted root cannot be read', cause);
  }
}

function readAuthority({ uri, certChain, validFor }: AuthorityJson): TrustedAuthority {
  return {
    service: { url: uri ?? '', ...validity(validFor) },
    certificates: certChain.certificates.map(({ rawBytes }) =>
      readAuthorityCertificate(Buffer.from(rawBytes, 'base64')),
    ),
  };
}

// A log with a key of a kind that is not supported proves nothing; the others still do.
function readLog({ baseUrl, publicKey, logId, checkpointKeyId }: LogJson): readonly TrustedLog[] {
  const { rawBytes, keyDetails, validFor } = publicKey;
  const type = keyDetails.startsWith('PKCS1_') ? 'pkcs1' : 'spki';
  const key = toPublicKey(
    createPublicKey({ key: Buffer.from(rawBytes, 'base64'), format: 'der', type }),
  );
  if (key === undefined) return [];
  const ids = [logId, checkpointKeyId ?? logId].map(({ keyId }) => Buffer.from(keyId, 'base64'));
  return [{ service: { url: baseUrl, ...validity(validFor) }, key, ids }];
}

function validity({ start, end }: ValidityJson): Omit<TrustedService, 'url'> {
  return {
    validFrom: new Date(start),
    ...(typeof end === 'string' && { validUntil: new Date(end) }),
  };
}

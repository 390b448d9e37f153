/**
 * Whom verification trusts: certificate authorities, logs and timestamp authorities, each for a time.
 *
 * @module
 */

import { X509Certificate } from 'node:crypto';
import { TrustedRoot as TrustedRootMessage } from '@sigstore/protobuf-specs';
import { toTrustMaterial } from '@sigstore/verify';
import type { TrustOrigin } from './trust-origin.ts';
import { bindTrust, trustOf, type Trust } from './trust.ts';
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

/** The same trusted root with a word about where it came from. */
export function withOrigin(trustedRoot: TrustedRoot, origin: TrustOrigin): TrustedRoot {
  const told: TrustedRoot = { ...trustedRoot, origin };
  bindTrust(told, trustOf(trustedRoot));
  return told;
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

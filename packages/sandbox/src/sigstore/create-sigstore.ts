/**
 * A Sigstore with new keys: Fulcio, a transparency log, and a time-stamp service.
 *
 * @module
 */

import { createHash } from 'node:crypto';

import type { Service } from '../listen.ts';
import type { TokenIssuer } from '../oidc/issuer.ts';
import type { SigstoreInstance, SigstoreUrls } from '../trusted-root.ts';
import { createRoot, createSubordinate } from '../x509/authority.ts';
import type { Term } from '../x509/authority.ts';
import { forCodeSigning, forTimeStamping, mayIssue, maySign } from '../x509/extensions.ts';
import { generateSigningKey, publicKeyPem, signWith } from '../x509/signing-key.ts';
import type { SigningKey } from '../x509/signing-key.ts';
import { createFulcio } from './fulcio.ts';
import { readHashedRekord } from './hashed-rekord.ts';
import { createRekor } from './rekor.ts';
import { createTimestampService } from './timestamp-service.ts';
import { createTransparencyLog } from './transparency-log.ts';

/** The keys of a Sigstore. */
export interface SigstoreKeys {
  readonly root: SigningKey;
  readonly intermediate: SigningKey;
  readonly timestampRoot: SigningKey;
  readonly timestamp: SigningKey;
  readonly rekor: SigningKey;
  readonly ctLog: SigningKey;
}

/** A Sigstore, ready to be served. */
export interface Sigstore {
  readonly instance: SigstoreInstance;
  readonly fulcio: Service;
  readonly rekor: Service;
  readonly timestamp: Service;
}

const day = 24 * 60 * 60 * 1000;

/** Makes all keys of a Sigstore. */
export async function generateSigstoreKeys(): Promise<SigstoreKeys> {
  const [root, intermediate, timestampRoot, timestamp, rekor, ctLog] = await Promise.all([
    generateSigningKey('P-384'),
    generateSigningKey('P-384'),
    generateSigningKey('P-384'),
    generateSigningKey('P-256'),
    generateSigningKey('P-256'),
    generateSigningKey('P-256'),
  ]);
  return { root, intermediate, timestampRoot, timestamp, rekor, ctLog };
}

/** Sets up a Sigstore that is reached at these addresses and believes one token issuer. */
export function createSigstore(
  keys: SigstoreKeys,
  { gitlab, fulcio, rekor, timestamp }: SigstoreUrls,
  { issuer, now }: { readonly issuer: TokenIssuer; readonly now: () => Date },
): Sigstore {
  const term = termAround(now());
  const certificateAuthority = createSubordinate(
    'fulcio-intermediate',
    keys.intermediate,
    createRoot('fulcio-root', keys.root, term),
    { term, uses: [...mayIssue(0), forCodeSigning()] },
  );
  const timestampAuthority = createSubordinate(
    'timestamp',
    keys.timestamp,
    createRoot('timestamp-root', keys.timestampRoot, term),
    { term, uses: [maySign(), forTimeStamping()] },
  );
  const log = createTransparencyLog(rekor.host, keys.rekor, now);
  log.add(firstEntry(keys.rekor));
  return {
    instance: {
      urls: { gitlab, fulcio, rekor, timestamp },
      certificateAuthority,
      timestampAuthority,
      rekorKey: keys.rekor,
      ctLogKey: keys.ctLog,
      term,
    },
    fulcio: createFulcio({
      authority: certificateAuthority,
      ctLogKey: keys.ctLog,
      issuer: gitlab.origin,
      issuerKey: issuer.publicKey,
      now,
    }),
    rekor: createRekor({ log, publicKey: publicKeyPem(keys.rekor) }),
    timestamp: createTimestampService(timestampAuthority, now),
  };
}

/**
 * The log's own entry, before all others.
 *
 * An entry of index 0 is written without its index by some signers and refused by some verifiers.
 */
function firstEntry(key: SigningKey) {
  const data = Buffer.from('the first entry of this log');
  return readHashedRekord({
    kind: 'hashedrekord',
    apiVersion: '0.0.1',
    spec: {
      data: {
        hash: { algorithm: 'sha256', value: createHash('sha256').update(data).digest('hex') },
      },
      signature: {
        content: signWith(key, data).toString('base64'),
        publicKey: { content: Buffer.from(publicKeyPem(key)).toString('base64') },
      },
    },
  });
}

function termAround(now: Date): Term {
  return {
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + 3650 * day),
  };
}

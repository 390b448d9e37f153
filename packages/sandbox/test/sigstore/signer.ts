/**
 * The smallest client that signs with a sandbox: one key, one certificate, one log entry.
 *
 * @module
 */

import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  sign,
  X509Certificate,
} from 'node:crypto';
import type { KeyObject } from 'node:crypto';

import type { Sandbox } from '@wheelseal/sandbox';
import { decodeJwt } from 'jose';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export interface LogEntry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification: {
    readonly inclusionProof: {
      readonly checkpoint: string;
      readonly hashes: readonly string[];
      readonly logIndex: number;
      readonly rootHash: string;
      readonly treeSize: number;
    };
    readonly signedEntryTimestamp: string;
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- the tests say what they expect
  readonly json: any;
}

export function ellipticKey(namedCurve = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve });
}

export async function call(
  method: string,
  base: URL,
  path: string,
  { body, headers }: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const response = await fetch(new URL(path, base), {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

export function pem(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString();
}

export function proofOf(
  text: string,
  { privateKey }: KeyPair,
  digest: string | null = 'sha256',
): string {
  return sign(digest, Buffer.from(text), privateKey).toString('base64');
}

export function subjectOf(token: string): string {
  return String(decodeJwt(token).sub);
}

export async function askForCertificate(
  { urls }: Pick<Sandbox, 'urls'>,
  token: string,
  key: KeyPair,
  proof: string = proofOf(subjectOf(token), key),
): Promise<Answer> {
  return call('POST', urls.fulcio, '/api/v2/signingCert', {
    body: {
      credentials: { oidcIdentityToken: token },
      publicKeyRequest: {
        publicKey: { algorithm: 'ECDSA', content: pem(key.publicKey) },
        proofOfPossession: proof,
      },
    },
  });
}

export function certificatesOf(answer: Answer): readonly X509Certificate[] {
  const texts: readonly string[] = answer.json.signedCertificateEmbeddedSct.chain.certificates;
  return texts.map((text) => new X509Certificate(text));
}

/** A proposed entry for a file, signed with a key and vouched for by `verifier`, PEM. */
export function hashedRekord(
  file: Uint8Array,
  key: KeyPair,
  verifier: string = pem(key.publicKey),
) {
  return {
    kind: 'hashedrekord',
    apiVersion: '0.0.1',
    spec: {
      data: { hash: { algorithm: 'sha256', value: sha256(file).toString('hex') } },
      signature: {
        content: sign('sha256', file, key.privateKey).toString('base64'),
        publicKey: { content: Buffer.from(verifier).toString('base64') },
      },
    },
  };
}

export function onlyEntry(answer: Answer): { readonly id: string; readonly entry: LogEntry } {
  const [found] = Object.entries<LogEntry>(answer.json);
  if (found === undefined) throw new Error('no entry in the answer');
  return { id: found[0], entry: found[1] };
}

export function publicKeyOf(text: string): KeyObject {
  return createPublicKey(text);
}

export function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Signs a file with everything there is, and puts it together as a Sigstore bundle, version 0.3. */
export async function signFile(sandbox: Sandbox, file: Uint8Array) {
  const key = ellipticKey();
  const issued = certificatesOf(await askForCertificate(sandbox, await sandbox.mintToken(), key));
  const proposed = hashedRekord(file, key, issued[0]!.toString());
  const answer = await call('POST', sandbox.urls.rekor, '/api/v1/log/entries', { body: proposed });
  const { entry } = onlyEntry(answer);
  return { certificates: issued, proposed, bundle: toBundle(issued[0]!, proposed, entry) };
}

function toBundle(
  certificate: X509Certificate,
  { spec }: ReturnType<typeof hashedRekord>,
  { body, integratedTime, logID, logIndex, verification }: LogEntry,
) {
  const { inclusionProof, signedEntryTimestamp } = verification;
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: certificate.raw.toString('base64') },
      tlogEntries: [
        {
          logIndex: String(logIndex),
          logId: { keyId: fromHex(logID) },
          kindVersion: { kind: 'hashedrekord', version: '0.0.1' },
          integratedTime: String(integratedTime),
          inclusionPromise: { signedEntryTimestamp },
          inclusionProof: {
            logIndex: String(inclusionProof.logIndex),
            rootHash: fromHex(inclusionProof.rootHash),
            treeSize: String(inclusionProof.treeSize),
            hashes: inclusionProof.hashes.map(fromHex),
            checkpoint: { envelope: inclusionProof.checkpoint },
          },
          canonicalizedBody: body,
        },
      ],
      timestampVerificationData: {
        rfc3161Timestamps: [] as { signedTimestamp: string }[],
      },
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: fromHex(spec.data.hash.value) },
      signature: spec.signature.content,
    },
  };
}

function fromHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

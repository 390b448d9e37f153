/**
 * Another client of Sigstore: one file, one certificate, written with nothing of this package.
 *
 * It signs with OpenSSL, takes its steps one at a time, and so can do what a good client does not:
 * wait between the certificate and the log entry.
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Sandbox } from '@wheelseal/sandbox';
import type { AnswerDocument, BundleDocument } from './bundle-document.ts';

export interface ForeignSignature {
  readonly signature: string;
  readonly certificate: string;
  readonly bundle: string;
}

export interface Credential {
  readonly privateKey: KeyObject;
  readonly certificatePem: string;
}

export async function certify(
  sandbox: Sandbox,
  [namedCurve, hash]: readonly ['P-256' | 'P-384', string] = ['P-256', 'sha256'],
): Promise<Credential> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
  const token = await sandbox.mintToken();
  const { sub } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString());
  const answer = await post(new URL('/api/v2/signingCert', sandbox.urls.fulcio), {
    credentials: { oidcIdentityToken: token },
    publicKeyRequest: {
      publicKey: {
        algorithm: 'ECDSA',
        content: publicKey.export({ type: 'spki', format: 'pem' }),
      },
      proofOfPossession: sign(hash, Buffer.from(sub), privateKey).toString('base64'),
    },
  });
  const [certificatePem] = answer.signedCertificateEmbeddedSct.chain.certificates;
  return { privateKey, certificatePem };
}

/** Signs content and logs it, or logs the signature that is given. */
export async function log(
  sandbox: Sandbox,
  content: string,
  { privateKey, certificatePem }: Credential,
  signature: string = sign('sha256', Buffer.from(content), privateKey).toString('base64'),
): Promise<ForeignSignature> {
  const certificate = Buffer.from(certificatePem).toString('base64');
  const digest = createHash('sha256').update(content).digest();
  const answer: Record<string, AnswerDocument> = await post(
    new URL('/api/v1/log/entries', sandbox.urls.rekor),
    {
      apiVersion: '0.0.1',
      kind: 'hashedrekord',
      spec: {
        data: { hash: { algorithm: 'sha256', value: digest.toString('hex') } },
        signature: { content: signature, publicKey: { content: certificate } },
      },
    },
  );
  const entry = Object.values(answer)[0]!;
  return {
    signature,
    certificate,
    bundle: JSON.stringify(bundleOf({ entry, signature, certificatePem, digest })),
  };
}

function bundleOf(parts: {
  readonly entry: AnswerDocument;
  readonly signature: string;
  readonly certificatePem: string;
  readonly digest: Buffer;
}): BundleDocument {
  const { body, integratedTime, logID, logIndex, verification } = parts.entry;
  const { checkpoint, hashes, rootHash, ...proof } = verification.inclusionProof;
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes: parts.certificatePem.replaceAll(/-----[^-]+-----|\s/g, '') },
      tlogEntries: [
        {
          logIndex: String(logIndex),
          logId: { keyId: fromHex(logID) },
          kindVersion: { kind: 'hashedrekord', version: '0.0.1' },
          integratedTime: String(integratedTime),
          inclusionPromise: { signedEntryTimestamp: verification.signedEntryTimestamp },
          inclusionProof: {
            logIndex: String(proof.logIndex),
            treeSize: String(proof.treeSize),
            rootHash: fromHex(rootHash),
            hashes: hashes.map(fromHex),
            checkpoint: { envelope: checkpoint },
          },
          canonicalizedBody: body,
        },
      ],
    },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: parts.digest.toString('base64') },
      signature: parts.signature,
    },
  };
}

function fromHex(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

async function post(url: URL, body: unknown) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${url.pathname} answered ${answer.status}`);
  return JSON.parse(await answer.text());
}

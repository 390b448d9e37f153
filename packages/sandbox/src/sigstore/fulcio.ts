/**
 * Fulcio: gives the job that a token names a certificate for a key that it holds.
 *
 * Both interfaces are here: version 1 as cosign 2 uses it, version 2 as everybody else does. What is
 * refused is refused in Fulcio's own words, which keep the reason to themselves.
 *
 * @module
 */

import type { KeyObject, X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

import { readBody, sendJson, sendText } from '../http-messages.ts';
import { bytesField, field, textField } from '../json-field.ts';
import type { Service } from '../listen.ts';
import { TokenError, verifyIdentityToken } from '../oidc/identity-token.ts';
import { chainPem } from '../x509/authority.ts';
import type { Authority } from '../x509/authority.ts';
import type { SigningKey } from '../x509/signing-key.ts';
import { ClaimError } from './claim-template.ts';
import { PossessionError, provenKey } from './possession.ts';
import type { KeyClaim } from './possession.ts';
import { issueSigningCertificate } from './signing-certificates.ts';

/** What Fulcio works with. */
export interface FulcioOptions {
  readonly authority: Authority;
  readonly ctLogKey: SigningKey;
  /** The only issuer whose tokens are believed, which is also where the projects live. */
  readonly issuer: string;
  readonly issuerKey: KeyObject;
  readonly now: () => Date;
  /** How long a certificate is valid; ten minutes when left out. */
  readonly certificateLifetimeSeconds?: number;
}

interface CertificateRequest {
  readonly token: string;
  readonly claim: KeyClaim;
}

const audience = 'sigstore';
const tenMinutes = 10 * 60;
const largestRequest = 4 * 1024 * 1024;
const chainType = { 'content-type': 'application/pem-certificate-chain' };

/** Creates the service. */
export function createFulcio(options: FulcioOptions): Service {
  const { chain } = options.authority;
  const routes: Readonly<Record<string, Service>> = {
    'POST /api/v1/signingCert': async (request, response) =>
      answer(response, async () => {
        const issued = await issue(readVersion1(await readJson(request), request), options);
        sendText(response, 201, chainPem([issued, ...chain]).trim(), chainType);
      }),
    'POST /api/v2/signingCert': async (request, response) =>
      answer(response, async () => {
        const issued = await issue(readVersion2(await readJson(request), request), options);
        const certificates = [issued, ...chain].map(String);
        sendJson(response, 200, { signedCertificateEmbeddedSct: { chain: { certificates } } });
      }),
    'GET /api/v1/rootCert': (_, response) =>
      sendText(response, 200, chainPem(chain).trim(), chainType),
    'GET /api/v2/trustBundle': (_, response) =>
      sendJson(response, 200, { chains: [{ certificates: chain.map(String) }] }),
    'GET /api/v2/configuration': (_, response) =>
      sendJson(response, 200, { issuers: [issuerDescription(options.issuer)] }),
    'GET /healthz': (_, response) => sendJson(response, 200, { status: 'SERVING' }),
  };
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const route = routes[`${request.method} ${pathname}`];
    if (route !== undefined) return route(request, response);
    const known = Object.keys(routes).some((name) => name.endsWith(` ${pathname}`));
    if (known) return refuse(response, 501, 12, 'Method Not Allowed');
    return refuse(response, 404, 5, 'Not Found');
  };
}

async function issue(
  { token, claim }: CertificateRequest,
  {
    authority,
    ctLogKey,
    issuer,
    issuerKey,
    now,
    certificateLifetimeSeconds = tenMinutes,
  }: FulcioOptions,
): Promise<X509Certificate> {
  const time = now();
  const claims = await verifyIdentityToken(token, { issuer, audience, key: issuerKey, now: time });
  const spki = provenKey(claim, textField(claims, 'sub'));
  return issueSigningCertificate(spki, claims, {
    authority,
    ctLogKey,
    gitlabUrl: issuer,
    now: time,
    lifetimeSeconds: certificateLifetimeSeconds,
  });
}

async function answer(response: ServerResponse, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (error instanceof TokenError) {
      return refuse(response, 400, 3, 'There was an error processing the identity token');
    }
    if (error instanceof PossessionError || error instanceof ClaimError) {
      return refuse(response, 400, 3, error.message);
    }
    if (error instanceof SyntaxError) return refuse(response, 400, 3, error.message);
    throw error;
  }
}

function refuse(response: ServerResponse, status: number, code: number, message: string): void {
  sendJson(response, status, { code, message, details: [] });
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  return JSON.parse((await readBody(request, largestRequest)).toString()) as unknown;
}

function readVersion1(body: unknown, request: IncomingMessage): CertificateRequest {
  const csr = bytesField(body, 'certificateSigningRequest').toString();
  const publicKey = bytesField(body, 'publicKey', 'content').toString();
  const proof = bytesField(body, 'signedEmailAddress');
  return { token: bearer(request), claim: csr === '' ? { publicKey, proof } : { request: csr } };
}

function readVersion2(body: unknown, request: IncomingMessage): CertificateRequest {
  const token = textField(body, 'credentials', 'oidcIdentityToken');
  const csr = bytesField(body, 'certificateSigningRequest').toString();
  const key = field(body, 'publicKeyRequest');
  const publicKey = textField(key, 'publicKey', 'content');
  const proof = bytesField(key, 'proofOfPossession');
  return {
    token: token === '' ? bearer(request) : token,
    claim: csr === '' ? { publicKey, proof } : { request: csr },
  };
}

function bearer(request: IncomingMessage): string {
  return (request.headers.authorization ?? '').replace('Bearer ', '');
}

function issuerDescription(issuerUrl: string) {
  return {
    issuerUrl,
    audience,
    challengeClaim: 'sub',
    spiffeTrustDomain: '',
    issuerType: 'ci-provider',
    subjectDomain: '',
    skipEmailVerification: false,
  };
}

/**
 * Fulcio, the certificate authority: an identity token for a short-lived certificate.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { parseCertificate, type SigningCertificate } from './certificate.ts';
import { SigningError, VerificationError } from './errors.ts';
import type { IdentityToken } from './identity-token.ts';
import type { EphemeralKeyPair } from './key-pair.ts';
import { readPem } from './pem.ts';
import { ask, unexpected, type NamedService } from './service-failure.ts';
import { endpoint, type Answer, type Connection } from './transport.ts';

/** A certificate authority and how to reach it. */
export interface FulcioConnection extends Connection {
  readonly fulcioUrl: URL;
}

const service: NamedService = { name: 'Fulcio', setting: 'FULCIO_URL' };

const Issued = z.looseObject({
  signedCertificateEmbeddedSct: z.looseObject({
    chain: z.looseObject({ certificates: z.array(z.string()).check(z.minLength(1)) }),
  }),
});
const Detached = z.looseObject({ signedCertificateDetachedSct: z.looseObject({}) });

/**
 * Gets a certificate for a key.
 *
 * @throws SigningError with code `CERTIFICATE_REFUSED`, `SERVICE_UNREACHABLE` or
 * `SERVICE_UNEXPECTED_RESPONSE`.
 */
export async function requestCertificate(
  { fulcioUrl, ...connection }: FulcioConnection,
  key: EphemeralKeyPair,
  token: IdentityToken,
): Promise<SigningCertificate> {
  const answer = await ask(service, {
    ...connection,
    url: endpoint(fulcioUrl, '/api/v2/signingCert'),
    method: 'POST',
    contentType: 'application/json',
    accept: 'application/json',
    body: JSON.stringify(certificateRequest(key, token)),
    limit: 256 * 1024,
  });
  if (answer.status !== 200 && answer.status !== 201) throw refusal(answer.status, token);
  const certificate = readLeaf(answer);
  if (certificate.publicPoint.equals(key.publicPoint)) return certificate;
  throw unexpected(service, 'a certificate for another key');
}

function certificateRequest(key: EphemeralKeyPair, token: IdentityToken): object {
  const challenge = createHash('sha256').update(challengeOf(token)).digest();
  return {
    credentials: { oidcIdentityToken: token.value },
    publicKeyRequest: {
      publicKey: { algorithm: 'ECDSA', content: key.publicKeyPem },
      proofOfPossession: key.signDigest(challenge).toString('base64'),
    },
  };
}

// Fulcio wants the name under which it knows the holder signed: a person's address, else the subject.
function challengeOf({ claims, subject }: IdentityToken): string {
  const { email, email_verified: verified } = claims;
  return typeof email === 'string' && verified === true ? email : subject;
}

function readLeaf({ body }: Answer): SigningCertificate {
  const json = parse(body);
  if (Detached.safeParse(json).success) {
    throw new SigningError('the certificate of Fulcio has no proof that a log has seen it', {
      code: 'SERVICE_UNEXPECTED_RESPONSE',
      hint: 'Connect Fulcio to a certificate transparency log.',
    });
  }
  const [leaf = ''] =
    Issued.safeParse(json).data?.signedCertificateEmbeddedSct.chain.certificates ?? [];
  const der = readPem(leaf);
  if (der === undefined) throw unexpected(service, 'no certificate');
  try {
    return parseCertificate(der);
  } catch (cause) {
    if (cause instanceof VerificationError)
      throw unexpected(service, `a certificate that is ${cause.code}`);
    throw cause;
  }
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw unexpected(service, 'no JSON');
  }
}

function refusal(status: number, { issuer, audiences }: IdentityToken): SigningError {
  if (![400, 401, 403].includes(status)) return unexpected(service, `status ${status}`);
  const audience = audiences.join('`, `');
  return new SigningError(
    `Fulcio issues no certificate for this identity token, it answered ${status}`,
    {
      code: 'CERTIFICATE_REFUSED',
      hint: `Check that this Fulcio accepts tokens of \`${issuer}\` for \`${audience}\`.`,
    },
  );
}

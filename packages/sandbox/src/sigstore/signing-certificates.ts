/**
 * Issues the short-lived certificates of Fulcio.
 *
 * @module
 */

import type { X509Certificate } from 'node:crypto';

import type { Authority } from '../x509/authority.ts';
import { distinguishedName, layOut, signCertificate } from '../x509/certificate.ts';
import { forCodeSigning, issuerKey, maySign, subjectKey } from '../x509/extensions.ts';
import type { SigningKey } from '../x509/signing-key.ts';
import { certificateTimestamps } from './ct-log.ts';
import { pipelineIdentity } from './pipeline-identity.ts';
import type { Claims } from './pipeline-identity.ts';

/** What a signing certificate is issued with. */
export interface Issuance {
  readonly authority: Authority;
  readonly ctLogKey: SigningKey;
  /** Where the projects of the tokens live. */
  readonly gitlabUrl: string;
  readonly now: Date;
  readonly lifetimeSeconds: number;
}

/** Issues a certificate for a key and the job that a token names. */
export function issueSigningCertificate(
  spki: Uint8Array,
  claims: Claims,
  { authority, ctLogKey, gitlabUrl, now, lifetimeSeconds }: Issuance,
): X509Certificate {
  const contents = layOut(
    {
      issuer: authority.name,
      subject: distinguishedName(),
      spki,
      notBefore: now,
      notAfter: new Date(now.getTime() + lifetimeSeconds * 1000),
      extensions: [
        maySign(),
        forCodeSigning(),
        subjectKey(spki),
        issuerKey(authority.key.spki),
        ...pipelineIdentity(claims, gitlabUrl),
      ],
    },
    authority.key,
  );
  const timestamps = certificateTimestamps(contents, {
    issuerSpki: authority.key.spki,
    key: ctLogKey,
    now,
  });
  contents.extensions?.push(timestamps);
  return signCertificate(contents, authority.key);
}

/**
 * Certificate authorities: a self-signed root and what it vouches for.
 *
 * @module
 */

import type { X509Certificate } from 'node:crypto';

import type { Extension, Name } from '@peculiar/asn1-x509';

import { distinguishedName, layOut, signCertificate } from './certificate.ts';
import { issuerKey, mayIssue, subjectKey } from './extensions.ts';
import type { SigningKey } from './signing-key.ts';

/** A key with the certificates that vouch for it. */
export interface Authority {
  readonly name: Name;
  readonly key: SigningKey;
  /** Its own certificate first, the root last. */
  readonly chain: readonly [X509Certificate, ...X509Certificate[]];
}

/** When the certificates of an authority are valid. */
export interface Term {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

const organization = 'wheelseal-sandbox';

/** Creates an authority that vouches for itself. */
export function createRoot(commonName: string, key: SigningKey, term: Term): Authority {
  const name = distinguishedName(organization, commonName);
  const extensions = [...mayIssue(1), subjectKey(key.spki)];
  const contents = layOut(
    { ...term, issuer: name, subject: name, spki: key.spki, extensions },
    key,
  );
  return { name, key, chain: [signCertificate(contents, key)] };
}

/** Creates an authority, or a service, that `issuer` vouches for. */
export function createSubordinate(
  commonName: string,
  key: SigningKey,
  issuer: Authority,
  { term, uses }: { readonly term: Term; readonly uses: readonly Extension[] },
): Authority {
  const name = distinguishedName(organization, commonName);
  const extensions = [...uses, subjectKey(key.spki), issuerKey(issuer.key.spki)];
  const contents = layOut(
    { ...term, issuer: issuer.name, subject: name, spki: key.spki, extensions },
    issuer.key,
  );
  return { name, key, chain: [signCertificate(contents, issuer.key), ...issuer.chain] };
}

/** A chain as PEM, one certificate after the other. */
export function chainPem(chain: readonly X509Certificate[]): string {
  return chain.map(String).join('');
}

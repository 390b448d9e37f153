/**
 * The certificate extensions of a Sigstore certificate chain.
 *
 * @module
 */

import { createHash } from 'node:crypto';

import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  ExtendedKeyUsage,
  Extension,
  GeneralName,
  KeyIdentifier,
  KeyUsage,
  KeyUsageFlags,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_codeSigning,
  id_kp_timeStamping,
} from '@peculiar/asn1-x509';

/** Allows a certificate to issue others, with at most `pathLength` issuers below it. */
export function mayIssue(pathLength: number): readonly Extension[] {
  return [
    extension(
      id_ce_keyUsage,
      new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign),
      true,
    ),
    extension(
      id_ce_basicConstraints,
      new BasicConstraints({ cA: true, pathLenConstraint: pathLength }),
      true,
    ),
  ];
}

/** Allows a certificate to sign data. */
export function maySign(): Extension {
  return extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), true);
}

/** Restricts a certificate, or those below it, to code signing. */
export function forCodeSigning(): Extension {
  return extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_codeSigning]));
}

/** Restricts a certificate to time stamps; RFC 3161 wants that critical. */
export function forTimeStamping(): Extension {
  return extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_timeStamping]), true);
}

/** Names the key a certificate is for. */
export function subjectKey(spki: Uint8Array): Extension {
  return extension(id_ce_subjectKeyIdentifier, new SubjectKeyIdentifier(keyIdentifier(spki)));
}

/** Names the key a certificate is signed with. */
export function issuerKey(spki: Uint8Array): Extension {
  const identifier = new KeyIdentifier(keyIdentifier(spki));
  return extension(
    id_ce_authorityKeyIdentifier,
    new AuthorityKeyIdentifier({ keyIdentifier: identifier }),
  );
}

/** Names the holder by a URI; critical, because the subject is empty. */
export function subjectUri(uri: string): Extension {
  const name = new GeneralName({ uniformResourceIdentifier: uri });
  return extension(id_ce_subjectAltName, new SubjectAlternativeName([name]), true);
}

/** An extension around a value of an ASN.1 type. */
export function extension(id: string, value: unknown, critical = false): Extension {
  return rawExtension(id, new Uint8Array(AsnConvert.serialize(value)), critical);
}

/** An extension around bytes that are taken as they are. */
export function rawExtension(id: string, value: Uint8Array, critical = false): Extension {
  return new Extension({ extnID: id, critical, extnValue: new OctetString(value) });
}

// RFC 5280, 4.2.1.2, method 1.
function keyIdentifier(spki: Uint8Array): Buffer {
  const { subjectPublicKey } = AsnConvert.parse(spki, SubjectPublicKeyInfo);
  return createHash('sha1').update(new Uint8Array(subjectPublicKey)).digest();
}

/**
 * Time-stamp tokens (RFC 3161): what was there, and when.
 *
 * @module
 */

import { createHash } from 'node:crypto';

import {
  Attribute,
  CMSVersion,
  CertificateChoices,
  CertificateSet,
  DigestAlgorithmIdentifiers,
  EncapsulatedContent,
  EncapsulatedContentInfo,
  IssuerAndSerialNumber,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
  id_contentType,
  id_messageDigest,
  id_signedData,
  id_signingTime,
} from '@peculiar/asn1-cms';
import {
  AsnArray,
  AsnConvert,
  AsnObjectIdentifierConverter,
  AsnType,
  AsnTypeTypes,
  OctetString,
} from '@peculiar/asn1-schema';
import {
  Accuracy,
  TSTInfo,
  TSTInfoVersion,
  TimeStampToken,
  id_ct_tstInfo,
} from '@peculiar/asn1-tsp';
import type { TimeStampReq } from '@peculiar/asn1-tsp';
import { AlgorithmIdentifier, Certificate, Time } from '@peculiar/asn1-x509';

import type { Authority } from '../x509/authority.ts';
import { serialNumber } from '../x509/certificate.ts';
import { signWith, signatureAlgorithm } from '../x509/signing-key.ts';

/** Policy that a token is issued under when the request names none: Sigstore's. */
const policy = '1.3.6.1.4.1.57264.2';
const sha256 = '2.16.840.1.101.3.4.2.1';
const signingCertificateV2 = '1.2.840.113549.1.9.16.2.47';

// SigningCertificateV2 of RFC 5035, in the parts that are not optional: the digest of one certificate.
class CertificateId extends AsnArray<OctetString> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: OctetString })(CertificateId);
class CertificateIds extends AsnArray<CertificateId> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: CertificateId })(CertificateIds);
class SigningCertificate extends AsnArray<CertificateIds> {}
AsnType({ type: AsnTypeTypes.Sequence, itemType: CertificateIds })(SigningCertificate);

class SignedAttributes extends AsnArray<Attribute> {}
AsnType({ type: AsnTypeTypes.Set, itemType: Attribute })(SignedAttributes);

/** Issues a token for a request; the key of `authority` must be on P-256. */
export function issueTimestamp(
  request: TimeStampReq,
  authority: Authority,
  now: Date,
): TimeStampToken {
  const content = serialize(timestampInfo(request, now));
  const certificate = AsnConvert.parse(authority.chain[0].raw, Certificate);
  const signedData = new SignedData({
    version: CMSVersion.v3,
    digestAlgorithms: new DigestAlgorithmIdentifiers([digestAlgorithm()]),
    encapContentInfo: new EncapsulatedContentInfo({
      eContentType: id_ct_tstInfo,
      eContent: new EncapsulatedContent({ single: new OctetString(content) }),
    }),
    ...(request.certReq && {
      certificates: new CertificateSet([new CertificateChoices({ certificate })]),
    }),
    signerInfos: new SignerInfos([signerInfo(content, { authority, certificate, now })]),
  });
  return new TimeStampToken({
    contentType: id_signedData,
    content: AsnConvert.serialize(signedData),
  });
}

function timestampInfo(request: TimeStampReq, now: Date): TSTInfo {
  const time = new Date(now);
  time.setUTCMilliseconds(0);
  return new TSTInfo({
    version: TSTInfoVersion.v1,
    policy: request.reqPolicy ?? policy,
    messageImprint: request.messageImprint,
    serialNumber: serialNumber(),
    genTime: time,
    accuracy: new Accuracy({ seconds: 1 }),
    ...(request.nonce !== undefined && { nonce: request.nonce }),
  });
}

function signerInfo(
  content: Uint8Array,
  {
    authority,
    certificate,
    now,
  }: { readonly authority: Authority; readonly certificate: Certificate; readonly now: Date },
): SignerInfo {
  const attributes = inOrder([
    attribute(id_contentType, AsnObjectIdentifierConverter.toASN(id_ct_tstInfo)),
    attribute(id_signingTime, new Time(now)),
    attribute(id_messageDigest, new OctetString(digest(content))),
    attribute(signingCertificateV2, certificateReference(authority)),
  ]);
  const { issuer, serialNumber: serial } = certificate.tbsCertificate;
  return new SignerInfo({
    version: CMSVersion.v1,
    sid: new SignerIdentifier({
      issuerAndSerialNumber: new IssuerAndSerialNumber({ issuer, serialNumber: serial }),
    }),
    digestAlgorithm: digestAlgorithm(),
    signedAttrs: attributes,
    signatureAlgorithm: signatureAlgorithm(authority.key),
    signature: new OctetString(
      signWith(authority.key, serialize(new SignedAttributes([...attributes]))),
    ),
  });
}

function certificateReference({ chain }: Authority): SigningCertificate {
  const id = new CertificateId([new OctetString(digest(chain[0].raw))]);
  return new SigningCertificate([new CertificateIds([id])]);
}

function attribute(type: string, value: unknown): Attribute {
  return new Attribute({ attrType: type, attrValues: [AsnConvert.serialize(value)] });
}

/** DER keeps the members of a set in the order of their encodings, and does not do so by itself here. */
function inOrder(attributes: readonly Attribute[]): Attribute[] {
  return attributes.toSorted((left, right) => Buffer.compare(serialize(left), serialize(right)));
}

function digestAlgorithm(): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm: sha256 });
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function serialize(value: unknown): Buffer {
  return Buffer.from(AsnConvert.serialize(value));
}

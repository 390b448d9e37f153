/**
 * The errors of this package: one class for signing, one for verifying.
 *
 * @module
 */

import { CodedError } from '@wheelseal/errors';

/** Every code a {@link SigningError} can carry. */
export type SigningErrorCode =
  /** The identity token is no JSON Web Token. */
  | 'TOKEN_MALFORMED'
  /** The identity token is no longer valid. */
  | 'TOKEN_EXPIRED'
  /** The identity token is not valid yet. */
  | 'TOKEN_NOT_YET_VALID'
  /** The identity token is meant for another service. */
  | 'TOKEN_AUDIENCE_MISMATCH'
  /** The identity token lacks a claim that the certificate needs. */
  | 'TOKEN_CLAIM_MISSING'
  /** This Fulcio takes no identity token of that issuer. */
  | 'TOKEN_ISSUER_REFUSED'
  /** There is no identity token where one was to be. */
  | 'TOKEN_UNAVAILABLE'
  /** The project is not public, and a public log would show what it is called. */
  | 'PUBLIC_LOG_REFUSED'
  /** Fulcio issues no certificate for this token. */
  | 'CERTIFICATE_REFUSED'
  /** The transparency log takes no entry. */
  | 'LOG_REFUSED'
  /** A service does not answer, or says that it cannot answer now. */
  | 'SERVICE_UNREACHABLE'
  /** A service answers with something else than its interface describes. */
  | 'SERVICE_UNEXPECTED_RESPONSE'
  /** There is no service of a kind that is needed, or none in use now. */
  | 'SERVICE_MISSING'
  /** The signing configuration is not in the form of one. */
  | 'SIGNING_CONFIG_MALFORMED'
  /** The private key cannot be read, or cannot sign this. */
  | 'KEY_UNUSABLE'
  /** Nothing would prove when the signature was made. */
  | 'TIME_UNPROVEN'
  /** The signature cannot be given this shape. */
  | 'SHAPE_IMPOSSIBLE'
  /** Something that the provenance must say is not known. */
  | 'PROVENANCE_INCOMPLETE'
  /** What was signed does not verify. */
  | 'SELF_CHECK_FAILED'
  /** There is no file to sign. */
  | 'NOTHING_TO_SIGN';

/** A file cannot be signed. */
export class SigningError extends CodedError<SigningErrorCode> {}

/** Every code a {@link VerificationError} can carry. */
export type VerificationErrorCode =
  /** The bundle is no Sigstore bundle. */
  | 'BUNDLE_MALFORMED'
  /** The attestation is none of a package index (PEP 740). */
  | 'ATTESTATION_MALFORMED'
  /** What was attested is no in-toto statement of the expected form. */
  | 'STATEMENT_MALFORMED'
  /** The certificate is no certificate, or not one for signing files. */
  | 'CERTIFICATE_MALFORMED'
  /** The signature is not in the form of an ECDSA signature. */
  | 'SIGNATURE_MALFORMED'
  /** No trusted authority issued the certificate, or not for that time. */
  | 'CERTIFICATE_UNTRUSTED'
  /** No trusted log has seen the certificate. */
  | 'SCT_INVALID'
  /** The transparency log does not know the signature. */
  | 'LOG_ENTRY_MISSING'
  /** The log entry is not proven by a trusted log. */
  | 'LOG_ENTRY_INVALID'
  /** The log entry is about another file, signature or certificate. */
  | 'LOG_ENTRY_MISMATCH'
  /** The time of signing is unproven or outside of the certificate's life. */
  | 'TIMESTAMP_INVALID'
  /** The signature is for a file with another digest. */
  | 'DIGEST_MISMATCH'
  /** The attestation is for a file with another name. */
  | 'NAME_MISMATCH'
  /** The signature does not fit the file and the key. */
  | 'SIGNATURE_INVALID'
  /** Somebody else signed. */
  | 'IDENTITY_MISMATCH'
  /** The identity policy does not name a signer. */
  | 'POLICY_INVALID'
  /** The key is of a kind that is not supported. */
  | 'KEY_UNSUPPORTED'
  /** The trusted root cannot be read or downloaded. */
  | 'TRUSTED_ROOT_UNAVAILABLE'
  /** The trusted root is not in the form of one. */
  | 'TRUSTED_ROOT_MALFORMED'
  /** What this machine knows of the trusted root has ended. */
  | 'TRUSTED_ROOT_OUTDATED'
  /** The TUF repository has no trusted root that is signed as it must be. */
  | 'TRUSTED_ROOT_REFUSED'
  /** The trust configuration is not in the form of one. */
  | 'TRUST_CONFIG_MALFORMED'
  /** The transparency log cannot be asked. */
  | 'LOG_UNREACHABLE';

/** A file is not proven to come from whom it must come. */
export class VerificationError extends CodedError<VerificationErrorCode> {}

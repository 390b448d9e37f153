/**
 * Signs files with Sigstore and verifies that they come from whom they must come.
 *
 * @module
 */

export { assertIssuerAccepted } from './accepted-issuer.ts';
export { parseAttestation } from './attestation.ts';
export { detachedSignature, parseBundle } from './bundle.ts';
export { convertSignature } from './convert-signature.ts';
export { SigningError, VerificationError } from './errors.ts';
export { gitlabProvenance } from './gitlab-provenance.ts';
export { githubWorkflow } from './github-workflow.ts';
export { gitlabPipeline } from './gitlab-pipeline.ts';
export { identityPattern } from './identity-pattern.ts';
export { allOf, anyOf, exactIdentity } from './identity-policy.ts';
export { parseIdentityToken } from './identity-token.ts';
export { parsePrivateKey } from './private-key.ts';
export { preAuthenticationEncoding } from './signed-content.ts';
export { assertDisclosureAllowed, isDisclosure, publicDisclosure } from './public-disclosure.ts';
export { createKeyVerifier } from './key-verifier.ts';
export { createSigner } from './signer.ts';
export { parseSigningConfig } from './signing-config.ts';
export { githubToken, tokenFile } from './token-source.ts';
export { parseTrustConfig } from './trust-config.ts';
export { trustNotices } from './trust-notices.ts';
export { trustedRootFromFiles } from './key-files.ts';
export { loadTrustedRoot } from './load-trusted-root.ts';
export { parseTrustedRoot } from './trusted-root.ts';
export { createVerifier } from './verifier.ts';
export { bundleText } from './write-bundle.ts';
export type { IssuerOptions } from './accepted-issuer.ts';
export type { BundleKey, SignatureBundle } from './bundle.ts';
export type { ConvertibleSignature, ConvertOptions } from './convert-signature.ts';
export type { DigestedFile, FileDigest } from './digested-file.ts';
export type { SigningErrorCode, VerificationErrorCode } from './errors.ts';
export type { GitHubWorkflow } from './github-workflow.ts';
export type { GitLabBuild } from './gitlab-provenance.ts';
export type { GitLabPipeline } from './gitlab-pipeline.ts';
export type { IdentityPattern } from './identity-pattern.ts';
export type { IdentityPolicy, PolicyContext, PolicyDifference } from './identity-policy.ts';
export type { IdentityToken, IdentityTokenOptions } from './identity-token.ts';
export type { KeyMaterial, KeyVerifier, KeyVerifierOptions } from './key-verifier.ts';
export type { KeyKind } from './key-pair.ts';
export type { InclusionProof, LogEntry } from './log-entry.ts';
export type { Patience } from './patience.ts';
export type { Predicate } from './predicate.ts';
export type { PrivateKeyOptions, SigningKey } from './private-key.ts';
export type { DisclosedFiles, DisclosedText, DisclosureOptions } from './public-disclosure.ts';
export type { SignedContent } from './signed-content.ts';
export type { CertificateClaims, SignerIdentity } from './signer-identity.ts';
export type { SelfContainedMaterial } from './signature-material.ts';
export type { FileShape, SignatureShape } from './signature-shape.ts';
export type { SignedDistribution } from './signed-distribution.ts';
export type { Signer, SignOptions, SigstoreServices } from './signer.ts';
export type { LogService, SigningConfig, SigningConfigOptions } from './signing-config.ts';
export type { GitHubTokenRequest, IdentityTokenSource } from './token-source.ts';
export type { TrustConfig } from './trust-config.ts';
export type { TrustedRootSource } from './load-trusted-root.ts';
export type { TrustFiles } from './key-files.ts';
export type { TrustNotice, TrustNoticeOptions } from './trust-notices.ts';
export type { TrustOrigin } from './trust-origin.ts';
export type { TrustedRoot, TrustedService } from './trusted-root.ts';
export type {
  KeyVerification,
  MaterialKind,
  SignatureFacts,
  Verification,
  VerifiedCertificate,
  VerifiedLogEntry,
  VerifiedTimestamp,
} from './verification.ts';
export type {
  DetachedMaterial,
  SignatureMaterial,
  Verifier,
  VerifierOptions,
  VerifyOptions,
} from './verifier.ts';

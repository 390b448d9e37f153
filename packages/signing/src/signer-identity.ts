/**
 * Who holds a signing certificate.
 *
 * @module
 */

/** What Fulcio wrote about the build into a certificate; extensions 1.3.6.1.4.1.57264.1.9 to .24. */
export interface CertificateClaims {
  readonly buildSignerUri?: string;
  readonly buildSignerDigest?: string;
  /** `gitlab-hosted`, `github-hosted` or `self-hosted`. */
  readonly runnerEnvironment?: string;
  readonly sourceRepositoryUri?: string;
  readonly sourceRepositoryDigest?: string;
  readonly sourceRepositoryRef?: string;
  /** The number of the project, which outlives a change of its name. */
  readonly sourceRepositoryIdentifier?: string;
  readonly sourceRepositoryOwnerUri?: string;
  readonly sourceRepositoryOwnerIdentifier?: string;
  readonly buildConfigUri?: string;
  readonly buildConfigDigest?: string;
  readonly buildTrigger?: string;
  readonly runInvocationUri?: string;
  readonly sourceRepositoryVisibility?: string;
  readonly deploymentEnvironment?: string;
  readonly tokenSubject?: string;
}

/** What a signing certificate says about its holder. */
export interface SignerIdentity {
  /** OIDC issuer, such as `https://gitlab.com`. */
  readonly issuer: string;
  /** Subject alternative name of the certificate. */
  readonly subject: string;
  readonly claims: CertificateClaims;
}

/**
 * Public Sigstore: which addresses are its, and whose identity tokens its Fulcio takes.
 *
 * @module
 */

/** The GitLab servers whose identity tokens public Fulcio takes; there are no others. */
export const publicGitLabs: readonly string[] = [
  'https://gitlab.com',
  'https://gitlab.archlinux.org',
  'https://dev.gitlab.org',
  'https://ops.gitlab.net',
];

/** The other issuers of public Fulcio, with `*` for a part of a name, as its configuration has them. */
export const publicIssuers: readonly string[] = [
  'https://accounts.google.com',
  'https://agent.buildkite.com',
  'https://auth.eclipse.org/auth/realms/foundation-service-accounts',
  'https://issuer.chainops.dev',
  'https://issuer.enforce.dev',
  'https://issuer.hello.coop',
  'https://oauth2.sigstore.dev/auth',
  'https://oidc.circleci.com',
  'https://oidc.circleci.com/org/*',
  'https://oidc.codefresh.io',
  'https://sigstore.verify.ibm.com/oauth2',
  'https://token.actions.githubusercontent.com',
  'https://token.actions.githubusercontent.com/*',
  'https://www.kaggle.com/api/v1/models/signing',
  'https://*.oic.prod-aks.azure.com/*',
  'https://container.googleapis.com/v1/projects/*/locations/*/clusters/*',
  'https://oidc.eks.*.amazonaws.com/id/*',
  'https://oidc.prod-aks.azure.com/*',
];

/** Whether a service belongs to public Sigstore, or to its staging, which is public as well. */
export function isPublicSigstore(url: URL | string): boolean {
  const { hostname } = new URL(url);
  return /(?:^|\.)(?:sigstore\.dev|sigstage\.dev)\.?$/.test(hostname);
}

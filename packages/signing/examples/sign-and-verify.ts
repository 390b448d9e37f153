import { measureDistribution } from '@wheelseal/distributions';
import {
  createSigner,
  createVerifier,
  gitlabPipeline,
  loadTrustedRoot,
  parseIdentityToken,
  type Verification,
} from '@wheelseal/signing';

/** Signs a wheel with the identity of a CI job, then verifies that it was this job. */
export async function signAndVerify(
  path: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Verification> {
  const {
    SIGSTORE_ID_TOKEN: identityToken = '',
    FULCIO_URL: fulcioUrl = 'https://fulcio.sigstore.dev',
    REKOR_URL: rekorUrl = 'https://rekor.sigstore.dev',
    WHEELSEAL_TRUSTED_ROOT: trustedRootPath,
    CI_SERVER_URL: serverUrl = 'https://gitlab.com',
    CI_PROJECT_PATH: project = '',
    CI_COMMIT_REF_NAME: branch = '',
  } = environment;

  const wheel = await measureDistribution(path);
  const signer = createSigner({ fulcioUrl: new URL(fulcioUrl), rekorUrl: new URL(rekorUrl) });
  const [signed] = await signer.sign([wheel], parseIdentityToken(identityToken));
  if (signed?.bundle === undefined) throw new Error('nothing was signed');

  // A file for a Sigstore of your own; without one, that of public Sigstore comes through TUF.
  const trustedRoot = await loadTrustedRoot(trustedRootPath ? { path: trustedRootPath } : {});
  const policy = gitlabPipeline({ serverUrl, project, ref: `refs/heads/${branch}` });
  return createVerifier(trustedRoot).verify(wheel, { bundle: signed.bundle }, policy);
}

/**
 * The outside world of a release, from its settings.
 *
 * Each service is opened when a stage first asks for it: who only verifies needs no registry, and
 * loads no code for one.
 *
 * @module
 */

import type { Authentication, GitLabConnection } from '@wheelseal/gitlab-registry';
import type { DisclosureOptions, FileShape, IdentityPolicy } from '@wheelseal/signing';
import type { ContinuousIntegration } from './continuous-integration.ts';
import { type Destination, destinationOf } from './destination.ts';
import { expectedSigner, type ExpectedSigner } from './expected-signer.ts';
import { identityTokenSource } from './identity-token-source.ts';
import { jobBuild } from './job-provenance.ts';
import type { Release } from './release.ts';
import { requireSetting } from './setting.ts';
import type { SigningPorts } from './sign-release.ts';
import { ownTrustedRoot, signingAddresses, signingCredential } from './signing-services.ts';
import { publicSigstore, trustSource } from './sigstore-settings.ts';
import type { RegistryPorts } from './stored-files.ts';
import type { VerificationPorts } from './verify-release.ts';

/** Settings of the services: those of the CI, and how requests are sent. */
export interface ServiceSettings extends ContinuousIntegration {
  /** Sends the requests; undici's global dispatcher when absent. */
  readonly dispatcher?: NonNullable<GitLabConnection['dispatcher']>;
  /** The clock for tokens and certificates. */
  readonly now?: () => Date;
  /** Shapes of the signature of each distribution; those that can be verified when absent. */
  readonly shapes?: readonly FileShape[];
  /** Whether to attest the publishing of each distribution too (PEP 740). */
  readonly attestation?: boolean;
  /** Whether to state how each distribution was built too (SLSA). */
  readonly provenance?: boolean;
}

/** What stages need of the outside world. Nothing is opened twice. */
export interface ReleaseServices {
  /**
   * For the sign stage.
   *
   * @throws PipelineError with code `SETTING_MISSING`.
   * @throws SigningError when the identity token is expired or for somebody else, or when a project
   * that is not public would be shown in a public log.
   */
  readonly signing: () => Promise<SigningPorts>;
  /**
   * For the verify, publish and download stages.
   *
   * @throws PipelineError with code `SETTING_MISSING`.
   * @throws VerificationError when the trusted root cannot be had.
   */
  readonly verification: () => Promise<VerificationPorts>;
  /**
   * For the publish and download stages.
   *
   * @throws PipelineError with code `SETTING_MISSING`.
   */
  readonly registries: () => Promise<RegistryPorts>;
  /**
   * The generic package of a release: `PACKAGE_NAME` and `PACKAGE_VERSION`, otherwise the names of
   * the project and of the release.
   *
   * @throws PipelineError with code `SETTING_INVALID` when `PACKAGE_VERSION` is another version.
   */
  readonly destination: (release: Pick<Release, 'name' | 'version'>) => Destination;
}

/** Prepares the services of a release. Does no I/O. */
export function openServices(settings: ServiceSettings): ReleaseServices {
  return {
    signing: once(async () => openSigning(settings)),
    verification: once(async () => openVerification(settings)),
    registries: once(async () => openRegistries(settings)),
    destination: (release) => destinationOf(settings, release),
  };
}

async function openSigning(settings: ServiceSettings): Promise<SigningPorts> {
  const { now, dispatcher, shapes, attestation, provenance } = settings;
  const addresses = await signingAddresses(settings);
  const token = await signingCredential(settings);
  const trustedRoot = await ownTrustedRoot(settings);
  const renew = await identityTokenSource(settings);
  const signing = await import('@wheelseal/signing');
  const identity = 'claims' in token ? token : undefined;
  const { fulcioUrl, logs = [] } = addresses;
  const disclosure: DisclosureOptions = {
    services: [...(fulcioUrl && identity ? [fulcioUrl] : []), ...logs.map(({ url }) => url)],
    ...(settings.visibility !== undefined && { visibility: settings.visibility }),
    isAllowed: settings.allowPublicLog === 'true',
  };
  // Before anybody is asked anything.
  signing.assertDisclosureAllowed(identity, disclosure);
  const sending = dispatcher && { dispatcher };
  if (identity && fulcioUrl) await signing.assertIssuerAccepted(identity, fulcioUrl, sending);
  return {
    signer: signing.createSigner({ ...addresses, ...sending, ...(now && { now }) }),
    token,
    isDisclosed: signing.isDisclosure(identity, disclosure),
    ...(shapes && { shapes }),
    ...(attestation === true && { attestation }),
    ...(provenance === true && {
      provenance: signing.gitlabProvenance(jobBuild(settings, identity)),
    }),
    ...(trustedRoot && { trustedRoot }),
    ...(renew && { renew }),
  };
}

async function openVerification(settings: ServiceSettings): Promise<VerificationPorts> {
  const expected = expectedSigner(settings);
  const source = trustSource(settings);
  const { now, dispatcher, offline, rekorUrl = publicSigstore.rekorUrl } = settings;
  const signing = await import('@wheelseal/signing');
  const policy = await policyOf(expected);
  const sending = { ...(dispatcher && { dispatcher }), ...(now && { now }) };
  const trustedRoot =
    'files' in source
      ? await signing.trustedRootFromFiles(source.files)
      : await signing.loadTrustedRoot({ ...sending, ...source });
  const verifier = signing.createVerifier(trustedRoot, {
    ...(offline !== 'true' && { rekorUrl: new URL(rekorUrl) }),
    ...sending,
  });
  const { packageVersion } = settings;
  return {
    verifier,
    policy,
    ...(packageVersion !== undefined && { spellings: [packageVersion] }),
    ...(trustedRoot.origin && { trust: trustedRoot.origin }),
    notices: signing.trustNotices(trustedRoot, now && { now }),
  };
}

async function policyOf(expected: ExpectedSigner): Promise<IdentityPolicy> {
  const signing = await import('@wheelseal/signing');
  if ('pipeline' in expected) return signing.gitlabPipeline(expected.pipeline);
  if ('pattern' in expected) return signing.identityPattern(expected.pattern);
  return signing.exactIdentity(expected);
}

async function openRegistries(settings: ServiceSettings): Promise<RegistryPorts> {
  const { projectId, serverUrl, dispatcher } = settings;
  const derived = serverUrl === undefined ? undefined : `${serverUrl}/api/v4`;
  const apiUrl = settings.apiUrl ?? derived ?? requireSetting(settings, 'apiUrl');
  const project = projectId ?? requireSetting(settings, 'projectPath');
  const auth = await authentication(settings);
  const library = await import('@wheelseal/gitlab-registry');
  const connection: GitLabConnection = {
    apiUrl: new URL(apiUrl),
    project,
    ...(auth && { auth }),
    ...(dispatcher && { dispatcher }),
  };
  return {
    registry: library.createPyPIRegistry(connection),
    packages: library.createGenericPackages(connection),
  };
}

/** A job's own token can do less, and for a shorter time, than any other. */
async function authentication({
  jobToken,
  gitlabToken,
}: ServiceSettings): Promise<Authentication | undefined> {
  const library = await import('@wheelseal/gitlab-registry');
  if (jobToken !== undefined) return library.jobToken(jobToken);
  return gitlabToken === undefined ? undefined : library.personalToken(gitlabToken);
}

function once<Result>(open: () => Promise<Result>): () => Promise<Result> {
  let opened: Promise<Result> | undefined;
  return async () => (opened ??= open());
}

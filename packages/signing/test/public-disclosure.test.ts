import {
  assertDisclosureAllowed,
  isDisclosure,
  parseIdentityToken,
  publicDisclosure,
  SigningError,
  type DisclosureOptions,
} from '@wheelseal/signing';
import { expect, test } from 'vitest';
import { canary, encode, gitlab, now, tokenOf } from './token-payload.ts';
import { fileOf, openScene } from './signing-scene.ts';

const tokenFrom = (claims: Readonly<Record<string, unknown>> = {}) =>
  parseIdentityToken(tokenOf({ ...gitlab, ...claims }), { now });
const publicSigstore = [
  new URL('https://fulcio.sigstore.dev'),
  new URL('https://rekor.sigstore.dev'),
];
const own = [new URL('https://fulcio.test'), new URL('https://rekor.test')];

function refusalOf(claims: Readonly<Record<string, unknown>>, options: DisclosureOptions) {
  try {
    assertDisclosureAllowed(tokenFrom(claims), options);
    return undefined;
  } catch (error) {
    return error;
  }
}

test.for<[visibility: string | undefined, claim: unknown, isRefused: boolean]>([
  ['public', 'public', false],
  [undefined, 'public', false],
  ['private', 'private', true],
  ['internal', 'internal', true],
  // Whoever says it, the stricter of the two counts.
  ['public', 'private', true],
  ['private', 'public', true],
  [undefined, 'internal', true],
  ['', 'public', false],
  ['public', 'something new', true],
])('the project is %s, by its token %s', ([visibility, claim, isRefused]) => {
  const said = visibility === undefined ? {} : { visibility };
  const claims = { project_visibility: claim };

  expect(refusalOf(claims, { ...said, services: publicSigstore }) !== undefined).toBe(isRefused);
  expect(refusalOf(claims, { ...said, services: own })).toBeUndefined();
  expect(refusalOf(claims, { ...said, services: publicSigstore, isAllowed: true })).toBeUndefined();
});

test.for<[service: string, isPublic: boolean]>([
  ['https://rekor.sigstore.dev', true],
  ['https://log2025-1.rekor.sigstore.dev', true],
  ['https://REKOR.sigstore.dev./api', true],
  ['https://sigstore.dev', true],
  ['https://rekor.sigstage.dev', true],
  ['https://rekor.sigstore.dev.example', false],
  ['https://xsigstore.dev', false],
  ['https://example.test/rekor.sigstore.dev', false],
  ['http://127.0.0.1:3000', false],
])('is %s public: %s', ([service, isPublic]) => {
  const services = [...own, new URL(service)];
  const token = tokenFrom({ project_visibility: 'private' });

  expect(isDisclosure(token, { services })).toBe(isPublic);
});

test('refuses when one of the services is public: Fulcio too writes into a log', () => {
  const [fulcio, rekor] = [publicSigstore[0]!, own[1]!];

  expect(refusalOf({ project_visibility: 'private' }, { services: [fulcio, rekor] })).toMatchObject(
    {
      code: 'PUBLIC_LOG_REFUSED',
    },
  );
});

test('says what would be public, and no token', () => {
  const refusal = refusalOf({ project_visibility: 'private' }, { services: publicSigstore });

  expect(refusal).toBeInstanceOf(SigningError);
  expect(refusal).toMatchObject({
    code: 'PUBLIC_LOG_REFUSED',
    message: expect.stringMatching(
      /`https:\/\/gitlab\.com\/group\/app\/\/\.gitlab-ci\.yml@refs\/heads\/main`.*`refs\/heads\/main`.*`714a629c0b401fdce83e847fc9589983fc6f46bc`.*digest/,
    ),
    hint: expect.stringMatching(/FULCIO_URL.*--allow-public-log/),
  });
  expect(String(refusal)).not.toContain(canary);
  expect(String(refusal)).not.toContain(encode(canary));
});

test('lists what a certificate of GitLab says, and nothing of the person', () => {
  const token = tokenFrom({
    user_login: 'somebody',
    user_email: 'somebody@example.com',
    user_id: '9',
  });
  const texts = publicDisclosure(token);

  expect(Object.fromEntries(texts.map(({ name, value }) => [name, value]))).toEqual({
    subject: 'https://gitlab.com/group/app//.gitlab-ci.yml@refs/heads/main',
    issuer: 'https://gitlab.com',
    sourceRepositoryUri: 'https://gitlab.com/group/app',
    sourceRepositoryIdentifier: '20',
    sourceRepositoryRef: 'refs/heads/main',
    sourceRepositoryDigest: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    sourceRepositoryOwnerUri: 'https://gitlab.com/group',
    sourceRepositoryOwnerIdentifier: '72',
    buildConfigDigest: '714a629c0b401fdce83e847fc9589983fc6f46bc',
    buildTrigger: 'push',
    runInvocationUri: 'https://gitlab.com/group/app/-/jobs/302',
    runnerEnvironment: 'gitlab-hosted',
    sourceRepositoryVisibility: 'public',
    tokenSubject: 'project_path:group/app:ref_type:branch:ref:main',
  });
});

test('lists every text that is really in the certificate', async () => {
  await using scene = await openScene();
  const token = parseIdentityToken(await scene.sandbox.mintToken());
  const { identity } = (await scene.signer.sign([fileOf('the wheel')], token))[0]!;
  const server = identity!.issuer;
  const listed = publicDisclosure(token).map(({ value }) =>
    value.replace('https://gitlab.com', server),
  );

  expect(listed).toEqual(
    expect.arrayContaining([
      identity!.subject,
      identity!.issuer,
      ...Object.values(identity!.claims),
    ]),
  );
});

test('lists the digests of the files, and their names where they are signed', () => {
  const file = fileOf('the wheel');
  const textsOf = (isStated: boolean) =>
    publicDisclosure(tokenFrom(), { files: [file], isStated }).map(({ value }) => value);

  expect(textsOf(false)).toContain(file.sha256);
  expect(textsOf(false)).not.toContain(file.filename);
  expect(textsOf(true)).toContain(file.filename);
});

test('lists the workflow of GitHub, and the address of a person', () => {
  const { iss, sub, aud, exp } = gitlab;
  const workflow = parseIdentityToken(
    tokenOf({
      iss: 'https://token.actions.githubusercontent.com',
      sub,
      aud,
      exp,
      job_workflow_ref: 'octo/app/.github/workflows/a.yml@refs/heads/main',
      repository: 'octo/app',
      repository_visibility: 'private',
    }),
    { now },
  );
  const person = parseIdentityToken(
    tokenOf({ iss, sub, aud, exp, email: 'somebody@example.com' }),
    { now },
  );

  expect(publicDisclosure(workflow)).toContainEqual({
    name: 'subject',
    value: 'https://github.com/octo/app/.github/workflows/a.yml@refs/heads/main',
  });
  expect(isDisclosure(workflow, { services: publicSigstore })).toBe(true);
  expect(publicDisclosure(person)).toContainEqual({
    name: 'subject',
    value: 'somebody@example.com',
  });
  expect(isDisclosure(person, { services: publicSigstore })).toBe(false);
});

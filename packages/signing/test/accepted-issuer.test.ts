import { assertIssuerAccepted, parseIdentityToken } from '@wheelseal/signing';
import { MockAgent } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gitlab, now, tokenOf } from './token-payload.ts';

const fulcioUrl = new URL('https://fulcio.test');
const publicUrl = new URL('https://fulcio.sigstore.dev');
const server = 'https://gitlab.test';
let agent: MockAgent;

beforeEach(() => {
  agent = new MockAgent();
  agent.disableNetConnect();
});

afterEach(async () => {
  agent.assertNoPendingInterceptors();
  await agent.close();
});

const tokenFrom = (claims: Readonly<Record<string, unknown>>) =>
  parseIdentityToken(tokenOf({ ...gitlab, ...claims }), { now });

function fulcioAnswers(status: number, body: unknown, origin: URL = fulcioUrl): void {
  agent
    .get(origin.origin)
    .intercept({ path: '/api/v2/configuration', method: 'GET' })
    .reply(status, typeof body === 'string' ? body : JSON.stringify(body));
}

async function check(iss: string, url: URL = fulcioUrl): Promise<void> {
  return assertIssuerAccepted(tokenFrom({ iss }), url, { dispatcher: agent });
}

test.for([
  'https://gitlab.com',
  'https://gitlab.archlinux.org',
  'https://dev.gitlab.org',
  'https://ops.gitlab.net',
])('asks nobody whether public Fulcio takes tokens of %s', async (iss) => {
  await expect(check(iss, publicUrl)).resolves.toBeUndefined();
});

test.for([
  'https://accounts.google.com',
  'https://token.actions.githubusercontent.com',
  'https://token.actions.githubusercontent.com/octo-corp',
  'https://oidc.eks.eu-west-1.amazonaws.com/id/ABC',
])('knows that it takes tokens of %s', async (iss) => {
  await expect(check(iss, publicUrl)).resolves.toBeUndefined();
});

test('says that public Fulcio takes no tokens of another GitLab, also when it is silent', async () => {
  fulcioAnswers(503, '', publicUrl);

  await expect(check(server, publicUrl)).rejects.toMatchObject({
    code: 'TOKEN_ISSUER_REFUSED',
    message: expect.stringMatching(
      /claim `iss` is `https:\/\/gitlab\.test`.*`https:\/\/gitlab\.com`/,
    ),
    hint: expect.stringMatching(/FULCIO_URL.*REKOR_URL/),
  });
});

test.for([
  'https://gitlab.com/',
  'http://gitlab.com',
  'https://GitLab.com',
  'https://gitlab.com.evil.example',
  'https://xgitlab.com',
  'https://gitlab\u0430.com',
  'https://oidc.eks.a/b.amazonaws.com/id/x',
])('takes %s for no issuer of public Fulcio', async (iss) => {
  fulcioAnswers(200, { issuers: [{ issuerUrl: 'https://gitlab.com' }] }, publicUrl);

  await expect(check(iss, publicUrl)).rejects.toMatchObject({ code: 'TOKEN_ISSUER_REFUSED' });
});

test('lets public Fulcio take an issuer that is not known here', async () => {
  fulcioAnswers(200, { issuers: [{ issuerUrl: server, audience: 'sigstore' }] }, publicUrl);

  await expect(check(server, publicUrl)).resolves.toBeUndefined();
});

test('asks a private Fulcio', async () => {
  fulcioAnswers(200, { issuers: [{ issuerUrl: 'https://x' }, { issuerUrl: server }] });
  await expect(check(server)).resolves.toBeUndefined();

  fulcioAnswers(200, { issuers: [{ wildcardIssuerUrl: 'https://*.test' }] });
  await expect(check(server)).resolves.toBeUndefined();

  fulcioAnswers(200, { issuers: [{ issuerUrl: 'https://other.test' }] });
  await expect(check(server)).rejects.toMatchObject({
    code: 'TOKEN_ISSUER_REFUSED',
    message: expect.stringContaining('`https://other.test`'),
    hint: 'Add the issuer to the configuration of Fulcio.',
  });

  fulcioAnswers(200, { issuers: [] });
  await expect(check(server)).rejects.toMatchObject({
    code: 'TOKEN_ISSUER_REFUSED',
    message: expect.stringContaining('none'),
  });
});

test('names the spelling that would do', async () => {
  fulcioAnswers(200, { issuers: [{ issuerUrl: `${server}/` }] });

  await expect(check(server)).rejects.toMatchObject({
    code: 'TOKEN_ISSUER_REFUSED',
    hint: `Write the issuer in the configuration of Fulcio as \`${server}\`, not as \`${server}/\`.`,
  });
});

test('names the audience that this Fulcio wants', async () => {
  fulcioAnswers(200, { issuers: [{ issuerUrl: server, audience: 'private-sigstore' }] });

  await expect(check(server)).rejects.toMatchObject({
    code: 'TOKEN_AUDIENCE_MISMATCH',
    message: expect.stringContaining('`private-sigstore`'),
    hint: expect.stringContaining('aud: private-sigstore'),
  });
});

test.for([
  [404, 'Not Found'],
  [401, ''],
  [302, ''],
  [200, 'no JSON'],
  [200, '{}'],
  [200, { issuers: 'all' }],
  [200, 'x'.repeat(300_000)],
] as const)('goes on where a Fulcio does not tell: %s', async ([status, body]) => {
  fulcioAnswers(status, body);

  await expect(check(server)).resolves.toBeUndefined();
});

test('goes on where nobody answers', async () => {
  agent
    .get(fulcioUrl.origin)
    .intercept({ path: '/api/v2/configuration' })
    .replyWithError(new Error('connection refused'));

  await expect(check(server)).resolves.toBeUndefined();
});

test('ends when it is told to', async () => {
  const signal = AbortSignal.abort();

  await expect(
    assertIssuerAccepted(tokenFrom({ iss: server }), fulcioUrl, { dispatcher: agent, signal }),
  ).rejects.toMatchObject({ name: 'AbortError' });
});

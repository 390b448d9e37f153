import {
  createSigner,
  parseIdentityToken,
  type IdentityToken,
  type IdentityTokenSource,
  type SignedDistribution,
} from '@wheelseal/signing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { atOnce, fileOf, openScene, type Scene } from './signing-scene.ts';

const minute = 60_000;
const files = Array.from({ length: 8 }, (_, index) => fileOf(`${index}`, `demo-1.0.${index}.whl`));

let scene: Scene;
let clock: { later: number };
let requests: number;

beforeEach(async () => {
  clock = { later: 0 };
  requests = 0;
  scene = await openScene({ now });
  scene.sandbox.faults.add({
    service: 'fulcio',
    rewrite: (body) => {
      requests += 1;
      return body;
    },
  });
});

afterEach(async () => scene[Symbol.asyncDispose]());

function now(): Date {
  return new Date(Date.now() + clock.later);
}

/** Lets time pass with every file that is signed. */
async function signSlowly(minutes: number, token?: IdentityToken, renew?: IdentityTokenSource) {
  const { fulcio: fulcioUrl, rekor: rekorUrl } = scene.sandbox.urls;
  const signer = createSigner({ fulcioUrl, rekorUrl, now, patience: atOnce });
  const given = token ?? parseIdentityToken(await scene.sandbox.mintToken());
  return signer.sign(files, given, {
    trustedRoot: scene.trustedRoot,
    ...(renew && { renew }),
    onSigned: () => (clock.later += minutes * minute),
  });
}

function certificatesOf(signed: readonly SignedDistribution[]): number {
  return new Set(signed.map(({ certificate }) => certificate)).size;
}

test('keeps one certificate while it lives', async () => {
  const signed = await signSlowly(1);

  expect(certificatesOf(signed)).toBe(1);
  expect(requests).toBe(1);
});

test('gets another key and certificate before the first one expires', async () => {
  const signed = await signSlowly(4);

  expect(signed.map(({ filename }) => filename)).toEqual(files.map(({ filename }) => filename));
  expect(certificatesOf(signed)).toBeGreaterThan(1);
  expect(requests).toBe(certificatesOf(signed));
  expect(requests).toBeLessThan(files.length);
});

test('says how far it got when the token expires in the middle', async () => {
  const exp = Math.floor(Date.now() / 1000) + 25 * 60;
  const token = parseIdentityToken(await scene.sandbox.mintToken({ exp }));

  await expect(signSlowly(6, token)).rejects.toMatchObject({
    code: 'TOKEN_EXPIRED',
    message: expect.stringMatching(/when [1-7] of 8 files were signed/),
    hint: expect.stringContaining('timeout'),
  });
});

test('gets another token when the first one expires in the middle', async () => {
  let renewed = 0;
  const token = await tokenFor(25);

  const signed = await signSlowly(6, token, async () => {
    renewed += 1;
    return tokenFor(120);
  });

  expect(signed).toHaveLength(files.length);
  expect(renewed).toBe(1);
});

test('refuses a further token of another holder', async () => {
  const other = { sub: 'project_path:group/other:ref_type:branch:ref:main' };

  await expect(
    signSlowly(6, await tokenFor(25), async () => tokenFor(120, other)),
  ).rejects.toMatchObject({
    code: 'TOKEN_UNAVAILABLE',
    message: expect.stringContaining('`project_path:group/other:ref_type:branch:ref:main`'),
    hint: expect.stringContaining('same job'),
  });
});

async function tokenFor(
  minutes: number,
  claims: Readonly<Record<string, unknown>> = {},
): Promise<IdentityToken> {
  const exp = Math.floor(now().getTime() / 1000) + minutes * 60;
  return parseIdentityToken(await scene.sandbox.mintToken({ ...claims, exp }), { now });
}

test('signs again when the certificate expired while the log was busy', async () => {
  let entries = 0;
  scene.sandbox.faults.add({
    service: 'rekor',
    rewrite: (body) => {
      entries += 1;
      return body;
    },
  });
  scene.sandbox.faults.add({
    service: 'rekor',
    times: 1,
    answer: async (_, response) => {
      clock.later += 11 * minute;
      response.writeHead(503).end();
    },
  });
  const { fulcio: fulcioUrl, rekor: rekorUrl } = scene.sandbox.urls;
  const signer = createSigner({ fulcioUrl, rekorUrl, now, patience: atOnce });
  const token = parseIdentityToken(await scene.sandbox.mintToken());

  const [{ bundle = '' } = {}] = await signer.sign([fileOf('slow')], token);

  expect(requests).toBe(2);
  expect(entries).toBe(2);
  await expect(
    scene.verifier.verify(fileOf('slow'), { bundle }, { describe: '', accepts: () => true }),
  ).rejects.toMatchObject({ message: expect.stringContaining('future') });
});

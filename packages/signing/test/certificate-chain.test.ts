/**
 * Chains that end at a trusted root and must not count all the same.
 *
 * @module
 */

import { expect, test } from 'vitest';
import { der, hex, type AuthorityOptions, type Extension } from './own-authority.ts';
import { after, artifact, createOwnSigstore, policy } from './own-sigstore.ts';

const keyUsage: Extension = [hex('0603 551d0f'), true, hex('03 02 01 06')];

function constraints(pathLength?: number): Extension {
  const length = pathLength === undefined ? [] : [der(0x02, Buffer.of(pathLength))];
  return [hex('0603 551d13'), true, der(0x30, hex('01 01 ff'), ...length)];
}

function purpose(...oids: readonly string[]): Extension {
  return [hex('0603 551d25'), false, der(0x30, ...oids.map(hex))];
}

const codeSigning = '0608 2b06010505070303';
const timeStamping = '0608 2b06010505070308';
const anyPurpose = '0604 551d2500';

async function codeUnder(options: AuthorityOptions): Promise<string> {
  const own = createOwnSigstore(options);
  const bundle = JSON.stringify(own.make().bundle);
  return own
    .verifier()
    .verify(artifact, { bundle }, policy)
    .then(
      () => 'accepted',
      (error: unknown) =>
        error instanceof Error && 'code' in error ? String(error.code) : 'crash',
    );
}

test.for<readonly [string, AuthorityOptions]>([
  ['only a root', { hasIntermediate: false }],
  ['an intermediate', {}],
  ['room for one intermediate', { rootExtensions: [keyUsage, constraints(1)] }],
  ['an intermediate for leaves only', { intermediateExtensions: [keyUsage, constraints(0)] }],
  [
    'an intermediate for signing code',
    { intermediateExtensions: [keyUsage, constraints(), purpose(codeSigning)] },
  ],
  [
    'an intermediate for anything',
    { intermediateExtensions: [keyUsage, constraints(), purpose(anyPurpose)] },
  ],
  [
    'an intermediate that was valid just so long',
    { intermediateTerm: { from: after(0), seconds: 60 } },
  ],
])('accepts a chain with %s', async ([, options]) => {
  expect(await codeUnder(options)).toBe('accepted');
});

test.for<readonly [string, AuthorityOptions]>([
  ['no room for an intermediate', { rootExtensions: [keyUsage, constraints(0)] }],
  ['an intermediate that is no authority', { intermediateExtensions: [keyUsage] }],
  [
    'an intermediate that may not sign certificates',
    { intermediateExtensions: [[keyUsage[0], true, hex('03 02 07 80')], constraints()] },
  ],
  [
    'an intermediate for timestamps',
    { intermediateExtensions: [keyUsage, constraints(), purpose(timeStamping)] },
  ],
  ['an intermediate from later', { intermediateTerm: { from: after(1), seconds: 600 } }],
  ['an intermediate from before', { intermediateTerm: { from: after(-600), seconds: 659 } }],
  [
    'a root from later',
    { from: after(1), seconds: 600, intermediateTerm: { from: after(0), seconds: 600 } },
  ],
])('refuses a chain with %s', async ([, options]) => {
  expect(await codeUnder(options)).toBe('CERTIFICATE_UNTRUSTED');
});

test('reads no trusted root with a critical extension that nobody understands', () => {
  const unknown: Extension = [hex('0603 551d1e'), true, der(0x30)];

  const own = createOwnSigstore({ intermediateExtensions: [keyUsage, constraints(), unknown] });

  expect(() => own.verifier()).toThrowError(
    expect.objectContaining({ code: 'TRUSTED_ROOT_MALFORMED' }),
  );
});

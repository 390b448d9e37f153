/**
 * The cases of the Sigstore conformance suite, by our client for it.
 *
 * @module
 */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startSandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runCommand } from '../../conformance/run-command.ts';
import { issuer, subject } from '../own-sigstore.ts';
import { fileOf, setting } from '../signing-scene.ts';
import { cases, usualRoot, type CaseInput } from './cases.ts';

const run = promisify(execFile);
const client = fileURLToPath(new URL('../../conformance/client', import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wheelseal-conformance-'));
});

afterAll(async () => rm(folder, { recursive: true, force: true }));

const identity = identityOf(subject, issuer);

function identityOf(name: string, voucher: string): readonly string[] {
  return ['--certificate-identity', name, '--certificate-oidc-issuer', voucher];
}

/** Lays out a case in a folder and returns the arguments before the file. */
async function layOut(
  name: string,
  { bundle, root = usualRoot(), key, hasIdentity }: CaseInput,
): Promise<readonly string[]> {
  const write = async (what: string, text: string): Promise<string> => {
    const path = join(folder, `${name}-${what}`);
    await writeFile(path, text);
    return path;
  };
  return [
    'verify-bundle',
    '--bundle',
    await write('bundle', bundle),
    ...(key === undefined ? identity : ['--key', await write('key', key)]),
    ...(hasIdentity === true ? identity : []),
    '--trusted-root',
    await write('root', JSON.stringify(root)),
  ];
}

async function outcomeOf(args: readonly string[]): Promise<string> {
  const told: string[] = [];
  const code = await runCommand(args, (line) => told.push(line));
  return code === 0 ? 'accepted' : (/^\w+/.exec(told.join())?.[0] ?? '');
}

describe.for(cases.map(({ name, ...one }) => [name, one] as const))('%s', ([name, one]) => {
  const expected = one.code ?? 'accepted';

  test('agrees with its name', () => {
    expect(expected === 'accepted').toBe(!name.endsWith('_fail'));
  });

  test('by path and by digest', async () => {
    const input = one.input();
    const { content = 'the wheel' } = input;
    const path = join(folder, `${name}-artifact`);
    await writeFile(path, content);
    const args = await layOut(name, input);

    expect(await outcomeOf([...args, path])).toBe(expected);
    expect(await outcomeOf([...args, `sha256:${fileOf(content).sha256}`])).toBe(expected);
  });
});

test('lists its cases in the guide', async () => {
  const guide = new URL('../../conformance/README.md', import.meta.url);
  const listed = [...(await readFile(guide, 'utf8')).matchAll(/^\| `([\w.-]+)`/gm)];

  expect(listed.map(([, name]) => name)).toEqual(cases.map(({ name }) => name));
});

test('is a program that signs and verifies', { timeout: 60_000 }, async () => {
  await using sandbox = await startSandbox();
  const { trustedRoot, signingConfig } = sandbox.trust;
  const [path, bundle] = [join(folder, 'signed'), join(folder, 'signed.json')];
  await writeFile(path, 'signed');
  const trust = ['--trusted-root', trustedRoot];
  const signing = [
    '--identity-token',
    await sandbox.mintToken(),
    '--signing-config',
    signingConfig,
  ];
  const expected = identityOf(
    setting(sandbox, 'CERTIFICATE_IDENTITY'),
    setting(sandbox, 'CERTIFICATE_OIDC_ISSUER'),
  );

  await run(client, ['sign-bundle', '--bundle', bundle, ...signing, ...trust, path]);

  await run(client, ['verify-bundle', '--bundle', bundle, ...expected, ...trust, path]);
  await expect(
    run(client, ['verify-bundle', '--bundle', bundle, ...identity, ...trust, path]),
  ).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('IDENTITY_MISMATCH') });
});

test.for<readonly [string, readonly string[]]>([
  ['no command', []],
  ['an unknown command', ['verify', 'file']],
  ['no file', ['verify-bundle', '--bundle', 'x']],
  ['an unknown option', ['verify-bundle', '--skip-everything', 'file']],
  ['no identity', ['verify-bundle', '--bundle', client, '--trusted-root', 'x', 'file']],
])('fails with %s', async ([, args]) => {
  expect(await outcomeOf(args)).not.toBe('accepted');
});

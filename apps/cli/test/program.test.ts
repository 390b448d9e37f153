import { expect, test } from 'vitest';
import { definitions } from '../src/commands/index.ts';
import { documentOf, wheelseal } from './harness.ts';

const commands = definitions.map(({ name }) => name);

test('lists the commands', async () => {
  const { exitCode, stdout, stderr } = await wheelseal(['--help']);

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  expect(stdout).toMatchSnapshot();
});

test.for(commands)('explains `%s` within 80 columns', async (command) => {
  const { exitCode, stdout } = await wheelseal([command, '--help']);

  expect(exitCode).toBe(0);
  expect(stdout).toMatchSnapshot();
  expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
});

test.for(commands)('gives examples of `%s` that it understands', async (command) => {
  const definition = definitions.find(({ name }) => name === command);
  const examples = definition?.examples ?? [];

  expect(examples.length).toBeGreaterThan(0);
  for (const [example] of examples) expect(example).toMatch(new RegExp(`^wheelseal ${command}\\b`));
});

test('shows its version', async () => {
  await expect(wheelseal(['--version'])).resolves.toEqual({
    exitCode: 0,
    stdout: '1.2.3\n',
    stderr: '',
  });
});

test('shows the help of a command by `help`', async () => {
  const [byHelp, byFlag] = await Promise.all([
    wheelseal(['help', 'verify']),
    wheelseal(['verify', '--help']),
  ]);

  expect(byHelp).toEqual(byFlag);
});

test('asks for a command when there is none', async () => {
  const { exitCode, stdout, stderr } = await wheelseal([]);

  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toContain('no command was given');
});

test.for([
  { argv: ['verfy'], code: 'USAGE_INVALID', hint: 'Write `verify`.' },
  {
    argv: ['verify', '--trusted-rot', 'x'],
    code: 'USAGE_INVALID',
    hint: 'Write `--trusted-root`.',
  },
  { argv: ['build', 'a', 'b'], code: 'USAGE_INVALID', hint: expect.stringContaining('help') },
  { argv: ['build', '--frontend', 'make'], code: 'USAGE_INVALID', hint: expect.anything() },
  { argv: ['verify', '--format', 'yaml'], code: 'USAGE_INVALID', hint: expect.anything() },
  { argv: ['download'], code: 'USAGE_INVALID', hint: expect.anything() },
  {
    argv: ['download', 'demo'],
    code: 'USAGE_INVALID',
    hint: 'Name one version, such as `demo==1.0.0`.',
  },
  {
    argv: ['verify', '--gitlab-project', 'a/b'],
    code: 'USAGE_INVALID',
    hint: expect.stringContaining('--ref refs/tags/'),
  },
  {
    argv: ['verify', '--ref', 'refs/tags/1'],
    code: 'USAGE_INVALID',
    hint: 'Name the project whose pipeline signs.',
  },
  {
    argv: ['verify', '--gitlab-project-id', '20'],
    code: 'USAGE_INVALID',
    hint: expect.stringContaining('--ref refs/tags/'),
  },
  {
    argv: ['verify', '--certificate-identity', 'x', '--runner', 'self-hosted'],
    code: 'USAGE_INVALID',
    hint: 'Leave one of them out.',
  },
  {
    argv: ['verify', '--certificate-identity', 'x', '--certificate-identity-regexp', 'y'],
    code: 'USAGE_INVALID',
    hint: 'Leave one of them out.',
  },
  { argv: ['verify', '--runner', 'mine'], code: 'USAGE_INVALID', hint: expect.anything() },
  {
    argv: ['release', '--sandbox', '--rekor-url', 'http://127.0.0.1:1'],
    code: 'USAGE_INVALID',
    hint: 'Leave one of the two out.',
  },
])('refuses `$argv` with exit code 2', async ({ argv, code, hint }) => {
  const text = await wheelseal(argv);
  const json = await wheelseal([...argv, '--json']);

  expect(text).toMatchObject({ exitCode: 2, stdout: '' });
  expect(text.stderr).toContain(`error[${code}]`);
  expect(text.stderr).toContain('hint: ');
  if (argv.includes('--format')) return;
  expect(json.exitCode).toBe(2);
  expect(documentOf(json)).toMatchObject({ schemaVersion: 1, exitCode: 2, error: { code, hint } });
});

test('understands what other tools call its flags', async () => {
  const called = await wheelseal(
    ['verify', '--cert-identity', 'x', '--cert-oidc-issuer', 'not-a-url', '--output', 'json'],
    { directory: '/nonexistent' },
  );

  expect(documentOf(called).error?.code).toBe('NOTHING_TO_RELEASE');
});

import { expect, test } from 'vitest';
import { readOutputOptions } from '../src/output-options.ts';
import { printable } from '../src/printable.ts';
import { formatCount, formatDuration, formatSize } from '../src/quantities.ts';
import { createSecrets } from '../src/secrets.ts';
import { createTerminal } from '../src/terminal.ts';
import type { Environment } from '../src/environment.ts';

const esc = '\u001B';

function terminal(
  color: 'auto' | 'always' | 'never',
  { isTTY = true, environment = {} }: { isTTY?: boolean; environment?: Environment } = {},
) {
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text), isTTY, columns: 20 };
  const secrets = createSecrets({ MY_TOKEN: 'canary-0001' }, []);
  return {
    written,
    ...createTerminal({ stdout: output, stderr: output, environment, color, secrets }),
  };
}

test.for([
  { color: 'auto', isTTY: true, environment: {}, painted: true },
  { color: 'auto', isTTY: false, environment: {}, painted: false },
  { color: 'auto', isTTY: true, environment: { NO_COLOR: '1' }, painted: false },
  { color: 'auto', isTTY: true, environment: { NO_COLOR: '' }, painted: true },
  { color: 'auto', isTTY: true, environment: { TERM: 'dumb' }, painted: false },
  { color: 'always', isTTY: false, environment: { NO_COLOR: '1' }, painted: true },
  { color: 'never', isTTY: true, environment: {}, painted: false },
] as const)('colours $color on a terminal ($isTTY) with $environment: $painted', (given) => {
  const { results } = terminal(given.color, given);

  expect(results.paint.red('x') !== 'x').toBe(given.painted);
});

test('takes a passing line away before the next line', () => {
  const { notes, passing, written } = terminal('never');

  passing('… build');
  passing('… sign');
  notes.print('done');

  expect(written).toEqual(['… build', `\r${esc}[2K`, '… sign', `\r${esc}[2K`, 'done\n']);
});

test('cuts a passing line to the width, and never cuts a secret open', () => {
  const { passing, written } = terminal('never');

  passing('0123456789 canary-0001 and more');

  expect(written).toEqual(['0123456789 [MASKED]']);
});

test.for([
  { isTTY: false, environment: {} },
  { isTTY: true, environment: { CI: 'true' } },
  { isTTY: true, environment: { TERM: 'dumb' } },
])('shows no passing line where nobody looks: $isTTY, $environment', (given) => {
  const { passing, written } = terminal('never', given);

  passing('… build');

  expect(written).toEqual([]);
});

test.for<[readonly string[], object]>([
  [[], { format: 'text', color: 'auto', quiet: false, verbose: false }],
  [['verify', '--format', 'json'], { format: 'json' }],
  [['verify', '--format=json'], { format: 'json' }],
  [['-F', 'json', 'verify'], { format: 'json' }],
  [['verify', '--json', '-q', '-v'], { format: 'json', quiet: true, verbose: true }],
  [['verify', '--output', 'json', '--color=never'], { format: 'json', color: 'never' }],
  [['verify', '--color', 'sometimes'], { color: 'auto' }],
  [['verify', '--no-progress'], { quiet: true }],
  [['verify', '--disable-progress-bar'], { quiet: true }],
  [['sandbox', '--', 'tool', '--json'], { format: 'text' }],
])('reads the output flags of %j', ([argv, expected]) => {
  expect(readOutputOptions(argv)).toMatchObject(expected);
});

test('leaves nothing in a foreign text that steers a terminal', () => {
  expect(printable(`a${esc}[31mb${esc}]0;title\u0007c\rd\u009B2Je\n\tf`)).toBe('abcde\n\tf');
});

test('writes quantities as people do', () => {
  expect([0, 999, 1000, 59_949, 125_000].map(formatDuration)).toEqual([
    '0 ms',
    '999 ms',
    '1.0 s',
    '59.9 s',
    '2 min 5 s',
  ]);
  expect([0, 999, 1000, 999_949, 999_950, 2_500_000_000].map(formatSize)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '999.9 kB',
    '1.0 MB',
    '2.5 GB',
  ]);
  expect([formatCount(1, 'file'), formatCount(2, 'file')]).toEqual(['1 file', '2 files']);
});

import { readFile } from 'node:fs/promises';
import { attributeOf } from '../src/program.ts';
import { expect, test } from 'vitest';
import { definitions } from '../src/commands/index.ts';
import { exitCodeMeanings, exitCodes } from '../src/exit-codes.ts';
import { wheelseal } from './harness.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const pipeline = await readFile(new URL('../examples/gitlab-ci.yml', import.meta.url), 'utf8');

/** Rows of the table under a heading, cells without their padding. */
function table(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const [text = ''] = section.split('\n## ');
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  );
}

test('shows the pipeline that is in the examples', () => {
  const [, block] = /```yaml\n(.*?)```/s.exec(readme) ?? [];

  expect(block).toBe(pipeline);
});

test('calls nothing in that pipeline that does not exist', async () => {
  const calls = [...`${pipeline}${readme}`.matchAll(/^ +(?:- )?wheelseal (.*)$/gm)];

  expect(calls.length).toBeGreaterThan(6);
  for (const [, call = ''] of calls) {
    const { exitCode, stderr } = await wheelseal([...call.split(' '), '--help']);
    expect({ call, exitCode, stderr }).toEqual({ call, exitCode: 0, stderr: '' });
  }
});

test('lists every command', () => {
  expect(table('Commands')).toEqual(
    definitions.map(({ name, operands, summary }) => [
      `\`${['wheelseal', name, ...operands.map(([syntax]) => syntax)].join(' ')}\``,
      summary,
    ]),
  );
});

test('lists every exit code with every error code', () => {
  expect(table('Exit codes')).toEqual(
    Object.entries(exitCodeMeanings).map(([exitCode, meaning]) => [
      exitCode,
      meaning,
      Object.entries(exitCodes)
        .filter(([, code]) => String(code) === exitCode)
        .map(([code]) => `\`${code}\``)
        .join(' '),
    ]),
  );
});

test('lists every variable that a flag stands for', () => {
  const documented = new Map(
    table('Environment').map(([variable = '', flag = '']) => [variable, flag]),
  );
  const flags = definitions.flatMap(({ flags }) => flags);

  for (const flag of flags) {
    if (flag.variable === undefined) continue;
    const long = `--${attributeOf(flag).replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    expect(documented.get(`\`${flag.variable}\``)).toBe(`\`${long}\``);
  }
});

test('lists every variable that the help of a command names', () => {
  const names = definitions.flatMap(({ variables }) =>
    variables.flatMap(([name]) => name.split(', ')),
  );
  const shown = table('Environment')
    .map(([variable = '']) => variable)
    .join(' ');

  // How the expected signer is composed is for the help of `verify`.
  const signer = /^CI_(?:CONFIG_REF_URI|COMMIT_|PROJECT_VISIBILITY)/;
  for (const name of names.filter((one) => !signer.test(one))) expect(shown).toContain(name);
});

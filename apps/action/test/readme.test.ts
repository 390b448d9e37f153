import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { readInputs } from '../src/inputs.ts';
import { project, step } from './harness.ts';

const text = async (path: string): Promise<string> =>
  readFile(new URL(`../${path}`, import.meta.url), 'utf8');

const [readme, manifest, example] = await Promise.all(
  ['README.md', 'action.yml', 'examples/release.yml'].map(text),
);

/** Names and descriptions under a key of `action.yml`. */
function described(key: string): readonly (readonly [name: string, description: string])[] {
  const [, section = ''] =
    new RegExp(`^${key}:\\n((?: .*\\n|\\n)*)`, 'm').exec(manifest ?? '') ?? [];
  return [...section.matchAll(/^ {2}([\w-]+):\n {4}description: '(.*)'$/gm)].map(
    ([, name = '', description = '']) => [name, description] as const,
  );
}

/** The first two cells of the rows below a heading. */
function table(heading: string): readonly (readonly string[])[] {
  const [, section = ''] = (readme ?? '').split(`\n## ${heading}\n`);
  return [...(section.split('\n## ')[0] ?? '').matchAll(/^\| `([\w-]+)` +\| (.*?) +\|/gm)].map(
    ([, name = '', meaning = '']) => [name, meaning],
  );
}

test('shows the workflow that is in the examples', () => {
  const [, block] = /```yaml\n(.*?)```/s.exec(readme ?? '') ?? [];

  expect(block).toBe(example);
});

test.for(['inputs', 'outputs'])('lists the %s of action.yml', (key) => {
  expect(described(key).length).toBeGreaterThan(5);
  expect(table(key === 'inputs' ? 'Inputs' : 'Outputs')).toEqual(described(key));
});

test('reads every input of action.yml, and no other', () => {
  const asked = new Set<string>();
  readInputs(
    (name) => {
      asked.add(name);
      return name === 'command' ? 'sign' : '';
    },
    {},
    '/',
  );

  expect([...asked].toSorted()).toEqual(
    described('inputs')
      .map(([name]) => name)
      .toSorted(),
  );
});

test('sets no output that action.yml does not name', async () => {
  const directory = await project();
  const environment = { WHEELSEAL_TRUSTED_ROOT: '/nonexistent', REKOR_URL: 'http://127.0.0.1:9' };

  const { outputs } = await step({ environment, directory, inputs: { command: 'verify' } });

  const names = described('outputs').map(([name]) => name);
  for (const name of Object.keys(outputs)) expect(names).toContain(name);
});

import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');

const documents = [
  '*.md',
  'docs/**/*.md',
  '{packages,apps}/*/*.md',
  '{peers,bench}/**/*.md',
  'examples/**/*.md',
]
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .filter((path) => !path.includes('node_modules') && !path.endsWith('CHANGELOG.md'))
  .toSorted();

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The codes of one package: the string literals of the unions in its `errors.ts`. */
function codesOf(path: string): readonly string[] {
  return [...read(path).matchAll(/^\s+\|?\s*'([A-Z_]+)'/gm)].map(([, code]) => String(code));
}

describe('links inside the repository', () => {
  test.for(documents)('of %s lead to a file', (path) => {
    const targets = [...read(path).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)];

    const missing = targets
      .map(([, target]) => String(target))
      .filter((target) => !existsSync(join(root, dirname(path), target)));

    expect(missing).toEqual([]);
  });
});

describe('every error code', () => {
  const errors = globSync('packages/*/src/errors.ts', { cwd: root }).toSorted();

  test.for(errors)('of %s is explained in the package and in the guide', (path) => {
    const codes = codesOf(path);
    const readme = read(join(dirname(path), '../README.md'));
    const guide = read('docs/guides/troubleshooting.md');

    expect(codes.length).toBeGreaterThan(0);
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
    expect(codes.filter((code) => !guide.includes(`\`${code}\``))).toEqual([]);
  });
});

test('the README shows the two commands that are run on a bare machine', () => {
  const readme = read('README.md');

  expect(readme).toContain('npm ci && npx wheelseal release examples/tide-tables --sandbox');
  expect(readme).toContain('npm ci && npm test');
  expect(read('.ci/run')).toContain('npm test');
});

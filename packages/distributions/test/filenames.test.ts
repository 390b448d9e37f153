import { readFile } from 'node:fs/promises';
import { parseDistributionFilename, parseVersion } from '@wheelseal/distributions';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';

const lines = (await readFile(new URL('fixtures/filenames.txt', import.meta.url), 'utf8'))
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split(' '));

describe('file names of well-known projects', () => {
  test('are of two hundred projects and of every kind', () => {
    const filenames = lines.map(([, , filename]) => String(filename));
    const kinds = [/abi3/, /universal2/, /\.manylinux/, /musllinux/, /-1-cp/, /\.zip$/, /\+/, /!/];

    expect(new Set(lines.map(([name]) => name)).size).toBeGreaterThanOrEqual(200);
    expect(kinds.filter((kind) => !filenames.some((name) => kind.test(name)))).toEqual([]);
  });

  test.for(lines)('%s %s is `%s`', ([name = '', version = '', filename = '']) => {
    const parsed = parseDistributionFilename(filename);

    expect(parsed).toMatchObject({ filename, name, version });
    expect(parseDistributionFilename(filename, { name, version })).toEqual(parsed);
    expect(() => parseDistributionFilename(filename, { name: `${name}-x` })).toThrow(
      expect.objectContaining({ code: 'FILENAME_INVALID' }),
    );
    expect(() => parseDistributionFilename(filename, { version: '9999' })).toThrow(
      expect.objectContaining({ code: 'FILENAME_INVALID' }),
    );
  });
});

const word = fc.stringMatching(/^[a-z0-9]{1,6}$/);
const names = fc.array(word, { minLength: 1, maxLength: 3 });
const versions = fc
  .tuple(
    fc.nat(2),
    fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
    fc.constantFrom('', 'a1', 'b2', 'rc3', '.post4', '.dev5', 'a1.post2.dev3', '+local.7'),
  )
  .map(([epoch, release, rest]) => `${epoch > 0 ? `${epoch}!` : ''}${release.join('.')}${rest}`);
const tags = fc.array(fc.constantFrom('py2', 'py3', 'cp313', 'abi3', 'none', 'any', 'win32'), {
  minLength: 1,
  maxLength: 3,
});
const builds = fc.option(fc.stringMatching(/^\d[a-z0-9_]{0,3}$/), { nil: undefined });

test('reads every wheel name that a build backend writes', () => {
  fc.assert(
    fc.property(
      names,
      versions,
      builds,
      tags,
      tags,
      tags,
      (words, version, build, python, abi, platform) => {
        const sets = [python, abi, platform];
        const parts = [words.join('_'), version, ...(build === undefined ? [] : [build])];
        const filename = `${[...parts, ...sets.map((set) => set.join('.'))].join('-')}.whl`;
        expect(parseDistributionFilename(filename)).toEqual({
          filename,
          kind: 'wheel',
          name: words.join('-'),
          version: parseVersion(version).canonical,
          ...(build !== undefined && { build }),
          pythonTags: python,
          abiTags: abi,
          platformTags: platform,
        });
      },
    ),
    { numRuns: 500 },
  );
});

test('reads every sdist name that a build backend writes', () => {
  fc.assert(
    fc.property(names, versions, fc.constantFrom('.tar.gz', '.zip'), (words, version, suffix) => {
      const filename = `${words.join('_')}-${version}${suffix}`;
      expect(parseDistributionFilename(filename)).toEqual({
        filename,
        kind: 'sdist',
        name: words.join('-'),
        version: parseVersion(version).canonical,
      });
    }),
    { numRuns: 500 },
  );
});

test('reads an sdist name with dashes as what is known of it, or not at all', () => {
  const dashed = fc.array(fc.oneof(word, fc.nat(9).map(String)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(dashed, versions, (words, version) => {
      const filename = `${words.join('-')}-${version}.tar.gz`;
      const known = { name: words.join('_'), version };
      const expected = { name: words.join('-'), version: parseVersion(version).canonical };
      expect(parseDistributionFilename(filename, known)).toMatchObject(expected);
      const answer = answerTo(filename);
      expect([expected.name, 'FILENAME_AMBIGUOUS']).toContain(answer);
    }),
    { numRuns: 1000 },
  );
});

function answerTo(filename: string): string {
  try {
    return parseDistributionFilename(filename).name;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

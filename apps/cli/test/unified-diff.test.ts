import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../src/unified-diff.ts';
import { temporaryFolder } from './harness.ts';

const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}\n`);
const twenty = lines(20).join('');

test('writes hunks with three lines around them', () => {
  const after = twenty.replace('line 3\n', 'three\n').replace('line 18\n', 'line 18\nadded\n');

  expect(unifiedDiff('f', twenty, after)).toBe(`--- a/f
+++ b/f
@@ -1,7 +1,7 @@
 line 0
 line 1
 line 2
-line 3
+three
 line 4
 line 5
 line 6
@@ -17,4 +17,5 @@
 line 16
 line 17
 line 18
+added
 line 19
`);
});

test('is empty when nothing differs', () => {
  expect(unifiedDiff('f', twenty, twenty)).toBe('');
});

test.for([
  ['', 'a\n'],
  ['a\n', ''],
  ['a', 'b'],
  ['a', 'a\n'],
  ['a\n', 'a'],
  ['a\r\nb\r\n', 'a\r\nc\r\n'],
  [twenty, twenty.replaceAll('1', 'x')],
  [twenty, `${twenty}new`],
  [twenty, `new\n${twenty}`],
  [twenty, lines(20).toReversed().join('')],
  ['\uFEFFa\n', '\uFEFFb\n'],
  ['a\nb\nc\na\nb\nb\na\n', 'c\nb\na\nb\na\nc\n'],
] as const)('is what `git apply` understands %#', async ([before, after]) => {
  const folder = await temporaryFolder();
  const patch = unifiedDiff('f', before, after);
  await writeFile(join(folder, 'f'), before);
  await writeFile(join(folder, 'patch'), patch);

  await promisify(execFile)('git', ['apply', '--unidiff-zero', 'patch'], { cwd: folder });

  await expect(readFile(join(folder, 'f'), 'utf8')).resolves.toBe(after);
});

test('is quick for a long file', () => {
  const long = lines(100_000).join('');

  expect(unifiedDiff('f', long, long.replace('line 5\n', 'x\n')).split('\n')).toHaveLength(12);
});

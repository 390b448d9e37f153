import { readdirSync, readFileSync } from 'node:fs';
import { readProjectMetadata, rewritePyproject } from '@wheelseal/pyproject';
import { expect, test } from 'vitest';

const folder = new URL('fixtures/layouts/', import.meta.url);
const edits = { name: 'demo-pkg', version: '1.2.3', homepage: 'https://gitlab.com/group/demo' };

test.for(readdirSync(folder))('edits `%s` and nothing around it', (layout) => {
  const original = readFileSync(new URL(layout, folder), 'utf8');

  const { text } = rewritePyproject(original, edits);

  expect(difference(lines(original), lines(text)).join('\n')).toMatchSnapshot();
  expect(rewritePyproject(text, edits)).toMatchObject({ text, changes: [] });
  const { name, version, urls, dynamic } = readProjectMetadata(text);
  expect({ name, version }).toEqual({ name: 'demo-pkg', version: '1.2.3' });
  expect(Object.values(urls)).toContain('https://gitlab.com/group/demo');
  expect(dynamic).not.toContain('version');
});

function lines(text: string): readonly string[] {
  return text.split('\n').map((line) => line.replace('\r', '␍'));
}

/** The lines that only one of two texts has, by their longest common subsequence. */
function difference(before: readonly string[], after: readonly string[]): readonly string[] {
  const common = before.map(() => after.map(() => 0));
  const at = (row: number, column: number) => common[row]?.[column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      common[row]![column] =
        before[row] === after[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const result: string[] = [];
  let [row, column] = [0, 0];
  while (row < before.length || column < after.length) {
    if (row < before.length && before[row] === after[column]) [row, column] = [row + 1, column + 1];
    else if (row < before.length && at(row + 1, column) >= at(row, column + 1))
      result.push(`-${before[row++]}`);
    else result.push(`+${after[column++]}`);
  }
  return result;
}

import { readdirSync, readFileSync } from 'node:fs';
import { readProjectMetadata, rewritePyproject } from '@wheelseal/pyproject';
import { parse, type TomlTable } from 'smol-toml';
import { expect, test } from 'vitest';

const folder = new URL('fixtures/layouts/', import.meta.url);
const edits = { name: 'demo-pkg', version: '1.2.3', homepage: 'https://gitlab.com/group/demo' };

const layouts = readdirSync(folder);

test('has layouts of a hundred projects', () => {
  expect(layouts.length).toBeGreaterThanOrEqual(100);
});

test.for(layouts)('edits `%s` and nothing around it', (layout) => {
  const original = readFileSync(new URL(layout, folder), 'utf8');

  const { text } = rewritePyproject(original, edits);

  const differing = difference(lines(original), lines(text));
  expect(differing.join('\n')).toMatchSnapshot();
  expect(differing.filter((line) => !isAskedFor(line))).toEqual([]);
  expect(withoutEdits(text)).toEqual(withoutEdits(original));
  expect(rewritePyproject(text, edits)).toMatchObject({ text, changes: [] });
  const { name, version, urls, dynamic } = readProjectMetadata(text);
  expect({ name, version }).toEqual({ name: 'demo-pkg', version: '1.2.3' });
  expect(Object.values(urls)).toContain('https://gitlab.com/group/demo');
  expect(dynamic).not.toContain('version');
});

/** A line that may go must hold one of the values, and one that may come a new one. */
function isAskedFor(line: string): boolean {
  if (line.startsWith('-'))
    return /na(?:m|\\u006D)e|version|dynamic|urls|h(?:o|\\u006F)me/i.test(line);
  return (
    Object.values(edits).some((value) => line.includes(value)) ||
    /^\+\s*(?:"?project"?\.)?dynamic\s*=|^\+\[[\w.]*urls\]|^\+[^#]*project = \{|^\+␍?$/.test(line)
  );
}

/** What a second parser reads, without the places that the edits are about. */
function withoutEdits(text: string): TomlTable {
  const value = parse(text.replace('\uFEFF', ''));
  const { project = {}, tool = {}, ...others } = value;
  return {
    ...others,
    project: stripped(project),
    tool: { ...tables(tool), poetry: stripped(tables(tool)['poetry'] ?? {}) },
  };
}

function stripped(table: TomlTable[string]): TomlTable {
  const { name: _, version: __, homepage: ___, urls = {}, dynamic = [], ...others } = tables(table);
  const kept = Object.entries(tables(urls)).filter(([label]) => !/^home[ _.-]?page$/i.test(label));
  const fields = Array.isArray(dynamic) ? dynamic : [];
  return {
    ...others,
    urls: Object.fromEntries(kept),
    dynamic: fields.filter((field) => field !== 'version' && field !== 'urls'),
  };
}

function tables(value: TomlTable[string]): TomlTable {
  return value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value) &&
    !(value instanceof Date)
    ? value
    : {};
}

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

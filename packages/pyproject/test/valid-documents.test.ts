import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rewritePyproject } from '@wheelseal/pyproject';
import { describe, expect, test } from 'vitest';
import { validDocuments } from './valid-documents.ts';

const homepage = 'https://host/1';
const edits = { name: 'b', version: '1', homepage };

/** A project below a document, in the line breaks of the document. */
function below(document: string, [name, version, url]: readonly string[]): string {
  const lines = ['', '[project]', `name = '${name}'`, `version = "${version}" # v`, ''];
  const urls = ['[project.urls]', `Homepage="${url}"`, ''];
  return document + [...lines, ...urls].join(document.includes('\r\n') ? '\r\n' : '\n');
}

/** A project above a document. */
function above(document: string, [name, version, url]: readonly string[]): string {
  const mark = document.startsWith('\uFEFF') ? '\uFEFF' : '';
  const lines = [
    `project.name = '${name}'`,
    `project.version = "${version}" # v`,
    `project.urls.homepage="${url}"`,
    '',
  ];
  return mark + lines.join('\n') + document.slice(mark.length);
}

function expectSurvival(document: string): void {
  for (const write of [below, above]) {
    const { text, changes } = rewritePyproject(write(document, ['a', '0', 'h']), edits);
    expect(text).toBe(write(document, ['b', '1', homepage]));
    expect(changes).toHaveLength(3);
  }
  const lineBreak = document.includes('\r\n') ? '\r\n' : '\n';
  const inserted = rewritePyproject(below(document, ['a', '0', 'h']), {
    set: [{ path: 'project.description', value: 'd' }],
  });
  expect(inserted.text).toBe(
    below(document, ['a', '0', 'h']).replace(
      new RegExp(`(version = "0" # v${lineBreak})(?=${lineBreak}\\[project\\.urls\\])`),
      `$1description = "d"${lineBreak}`,
    ),
  );
}

test.for(Object.entries(validDocuments))('keeps %s byte for byte', ([, document]) => {
  expectSurvival(document);
});

const suite = process.env['WHEELSEAL_TOML_SUITE'];

describe.runIf(suite !== undefined)('the TOML test suite', () => {
  const files = suite === undefined ? [] : globSync('valid/**/*.toml', { cwd: suite });

  test.for(files)('keeps %s byte for byte', (file) => {
    expectSurvival(readFileSync(join(suite ?? '', file), 'utf8'));
  });
});

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

/** A document with a project below and above it after the edits, and with one more key. */
function edited(document: string): readonly string[] {
  const original = below(document, ['a', '0', 'h']);
  const set = [{ path: 'project.description', value: 'd' }];
  return [
    rewritePyproject(original, edits).text,
    rewritePyproject(above(document, ['a', '0', 'h']), edits).text,
    rewritePyproject(original, { set }).text,
  ];
}

function asAsked(document: string): readonly string[] {
  const after = ['b', '1', homepage];
  const original = below(document, ['a', '0', 'h']);
  const lineBreak = document.includes('\r\n') ? '\r\n' : '\n';
  const place = original.lastIndexOf(`${lineBreak}[project.urls]`);
  return [
    below(document, after),
    above(document, after),
    `${original.slice(0, place)}description = "d"${lineBreak}${original.slice(place)}`,
  ];
}

test.for(Object.entries(validDocuments))('keeps %s byte for byte', ([, document]) => {
  expect(edited(document)).toEqual(asAsked(document));
});

const suite = process.env['WHEELSEAL_TOML_SUITE'];

describe.runIf(suite !== undefined)('the TOML test suite', () => {
  const files = suite === undefined ? [] : globSync('valid/**/*.toml', { cwd: suite });

  test.for(files)('keeps %s byte for byte', (file) => {
    const document = readFileSync(join(suite ?? '', file), 'utf8');

    expect(edited(document)).toEqual(asAsked(document));
  });
});

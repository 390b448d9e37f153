import { rewritePyproject, type PyprojectValue } from '@wheelseal/pyproject';
import { expect, test } from 'vitest';

const project = '[project]\nname = "a"\nversion = "0"\n';

function set(text: string, ...values: readonly PyprojectValue[]) {
  const rewrite = rewritePyproject(text, { set: values });
  expect(rewritePyproject(rewrite.text, { set: values })).toMatchObject({
    text: rewrite.text,
    changes: [],
  });
  return rewrite;
}

test.for([
  ['tool.x.version', `[tool.x]\nversion = '0' # c\n`, `[tool.x]\nversion = 'V' # c\n`],
  ['tool."my tool".key', `[tool.'my tool']\nkey="0"\n`, `[tool.'my tool']\nkey="V"\n`],
  [
    'tool.x.a.b',
    `[tool]\nx = { a = { b = "0", c = 1 } }\n`,
    `[tool]\nx = { a = { b = "V", c = 1 } }\n`,
  ],
  ['tool.x.a.b', `[tool.x]\na.b = """\n0"""\n`, `[tool.x]\na.b = """\nV"""\n`],
  [
    'build-system.build-backend',
    `[build-system]\nbuild-backend = "0"\n`,
    `[build-system]\nbuild-backend = "V"\n`,
  ],
] as const)('replaces `%s` where it stands', ([path, before, after]) => {
  const { text, changes } = set(`${project}\n${before}`, { path, value: 'V' });

  expect(text).toBe(`${project}\n${after}`);
  expect(changes).toMatchObject([{ before: '0', after: 'V' }]);
});

test.for([
  // Behind the other keys of its table, in their style.
  ['project.description', '', `description = "V"\n`],
  ['tool.x.key', `[tool.x]\n  other='o'\n`, `[tool.x]\n  other='o'\n  key='V'\n`],
  ['tool.x.key', `[tool]\nx = { other = "o" }\n`, `[tool]\nx = { other = "o", key = "V" }\n`],
  ['tool.x.key', `[tool]\nx.other = "o"\n`, `[tool]\nx.other = "o"\nx.key = "V"\n`],
  ['tool.x.key', `[tool.x]\n`, `[tool.x]\nkey = "V"\n`],
  // With the table it needs.
  ['tool.x.key', '', `\n[tool.x]\nkey = "V"\n`],
  [
    'tool.x.key',
    `[tool.y]\nz = 'z'\nw = 'w'\nv = 'v'`,
    `[tool.y]\nz = 'z'\nw = 'w'\nv = 'v'\n\n[tool.x]\nkey = 'V'`,
  ],
  ['tool."é x"."a.b"', '', `\n[tool."é x"]\n"a.b" = "V"\n`],
  ['tool.x.key', `[tool.x.y]\nz = 1\n`, `[tool.x]\nkey = "V"\n\n[tool.x.y]\nz = 1\n`],
  ['tool.x.y.key', `[tool.x]\nz = 1\n`, `[tool.x]\nz = 1\n\n[tool.x.y]\nkey = "V"\n`],
  ['tool.x.y.key', `[tool]\nx = { z = 1 }\n`, `[tool]\nx = { z = 1, y.key = "V" }\n`],
  ['tool.x.y.key', `[tool]\nx.z = 1\n`, `[tool]\nx.z = 1\nx.y.key = "V"\n`],
  ['tool.x.key', `[[tool.y]]\nz = 1\n`, `[[tool.y]]\nz = 1\n\n[tool.x]\nkey = "V"\n`],
] as const)('inserts `%s` where it belongs %#', ([path, before, after]) => {
  expect(set(project + before, { path, value: 'V' }).text).toBe(project + after);
});

test('keeps byte order mark and line ends', () => {
  const text = `\uFEFF${project}`.replaceAll('\n', '\r\n');

  expect(set(text, { path: 'tool.x.key', value: 'V' }).text).toBe(
    `${text}\r\n[tool.x]\r\nkey = "V"\r\n`,
  );
});

test('writes any text', () => {
  for (const value of ['', 'a"b', "a'b", 'a\\b', 'a\nb\r\n', '\u0000\u007F', '🐍', '"""', "'''"]) {
    for (const quotes of ['"', "'", '"""', "'''"]) {
      const text = `${project}[tool.x]\nkey = ${quotes}0${quotes}\n`;
      expect(set(text, { path: ['tool', 'x', 'key'], value }).changes).toMatchObject([
        { key: 'tool.x.key', after: value },
      ]);
    }
  }
});

test('sets several values beside the version', () => {
  const { text } = rewritePyproject(`${project}[tool.x]\nversion = "0"\n`, {
    version: '1.0',
    set: [
      { path: 'tool.x.version', value: '1.0' },
      { path: 'tool.x.tag', value: 'v1.0' },
    ],
  });

  expect(text).toBe(
    `[project]\nname = "a"\nversion = "1.0"\n[tool.x]\nversion = "1.0"\ntag = "v1.0"\n`,
  );
});

test.for([
  '',
  ' ',
  '.',
  'a.',
  '.a',
  'a b',
  'a = 1 #',
  'a = 1\nb',
  '[a]',
  'é',
  '"a',
  '# a',
  [] as const,
  ['\uD800'] as const,
])('refuses `%s` for a path', (path) => {
  expect(() => rewritePyproject(project, { set: [{ path, value: 'V' }] })).toThrow(
    expect.objectContaining({
      code: 'VALUE_INVALID',
      message: expect.stringContaining('is not a path of keys'),
      hint: expect.stringContaining('dotted key'),
    }),
  );
});

test.for([
  ['project.name', 'the name'],
  ['project.version', 'the version'],
  ['project.urls.home-page', 'the homepage'],
  ['tool.poetry.name', 'the name'],
  ['tool.poetry.version', 'the version'],
  ['tool.poetry.homepage', 'the homepage'],
  ['tool.poetry.urls.Homepage', 'the homepage'],
] as const)('refuses `%s`, which has an edit of its own', ([path, hint]) => {
  expect(() => rewritePyproject(project, { set: [{ path, value: 'V' }] })).toThrow(
    expect.objectContaining({ code: 'VALUE_INVALID', hint: `Give it as ${hint}.` }),
  );
});

test('refuses the same path twice, however it is written', () => {
  const twice = [
    { path: 'tool.x."a"', value: '1' },
    { path: ['tool', 'x', 'a'], value: '1' },
  ];

  expect(() => rewritePyproject(project, { set: twice })).toThrow(
    expect.objectContaining({ code: 'VALUE_INVALID', hint: 'Give each path once.' }),
  );
});

test('refuses a value that no text file can hold', () => {
  expect(() => rewritePyproject(project, { set: [{ path: 'a.b', value: '\uDC00' }] })).toThrow(
    expect.objectContaining({ code: 'VALUE_INVALID', hint: expect.stringContaining('text') }),
  );
});

test.for([
  ['tool.x.key', '[tool.x]\nkey = 1\n'],
  ['tool.x.key', '[tool.x]\nkey = ["a"]\n'],
  ['tool.x.key', '[tool.x.key]\na = "a"\n'],
  ['tool.x.key', '[[tool.x]]\nkey = "a"\n'],
  ['tool.x.key', '[tool]\nx = "a"\n'],
  ['tool.x.key', '[tool]\nx = 2020-01-01\n'],
] as const)('refuses `%s` where something else than a string is %#', ([path, text]) => {
  expect(() => rewritePyproject(project + text, { set: [{ path, value: 'V' }] })).toThrow(
    expect.objectContaining({ code: 'VALUE_NOT_STRING', hint: expect.stringContaining('Make `') }),
  );
});

test('replaces a key outside of all tables, and adds none', () => {
  expect(set(`title = "t"\n${project}`, { path: 'title', value: 'V' }).text).toContain(
    'title = "V"\n',
  );
  expect(() => rewritePyproject(project, { set: [{ path: 'title', value: 'V' }] })).toThrow(
    expect.objectContaining({
      code: 'KEY_MISSING',
      hint: expect.stringContaining('tool.name.key'),
    }),
  );
});

import { rewritePyproject, type PyprojectEdits } from '@wheelseal/pyproject';
import { expect, test } from 'vitest';

const complete = '[project]\nname = "a"\nversion = "0"\n';

function refusal(code: string, message: RegExp, hint: string) {
  return expect.objectContaining({
    name: 'PyprojectError',
    code,
    message: expect.stringMatching(message),
    hint: expect.stringContaining(hint),
  });
}

test.for([
  ['[project]\nname = = "a"\n', /^line 2, column \d+ is not TOML: .* in `name = = "a"`$/],
  ['[project\n', /^line 1, column \d+ is not TOML: .* in `\[project`$/],
  ['\uFEFF[project]\r\nname = "a\r\n', /^line 2, column \d+ is not TOML: .* in `name = "a`$/],
  ['[project]\nname = "a"\nname = "b"\n', /^line 3, column 1 is not TOML: .* in `name = "b"`$/],
  ['[project]\n[project]\n', /^line 2, /],
  ['project.name = "a"\n[project]\n', /^line 2, /],
  ['[project]\nname = "a" version = "0"\n', /^line 2, /],
  ['a = 2021-02-30\n', /^line 1, column 14 .* in `a = 2021-02-30`$/],
  ['a = "\u0001"\n', /^line 1, .* in `a = "�"`$/],
  ['a = {', /^line 1, /],
  [`a = ${'['.repeat(50_000)}`, /^line 1, .* in `a = \[{116}`$/],
  ['<?xml version="1.0"?>\n', /^line 1, column 1 /],
] as const)('refuses what is not TOML with its place and its line %#', ([text, message]) => {
  expect(() => rewritePyproject(text, {})).toThrow(
    refusal('TOML_INVALID', message, 'Correct line'),
  );
});

test('shows no password of a line that is not TOML', () => {
  expect(() => rewritePyproject('url = "https://user:secret@host/" x', {})).toThrow(
    refusal('TOML_INVALID', /in `url = "https:\/\/\[MASKED\]@host\/" x`$/, 'line 1'),
  );
});

test.for(['', '# nothing\n', '[build-system]\nrequires = []\n', '[tool.x]\nname = "a"\n'])(
  'refuses a file without a table to edit %#',
  (text) => {
    expect(() => rewritePyproject(text, {})).toThrow(
      refusal('PROJECT_TABLE_MISSING', /`\[project\]`/, 'Add a `[project]` table'),
    );
  },
);

test.for([
  ['[project]\nversion = "0"\n', { version: '1' }, 'name'],
  ['[project]\nname = "a"\n', { name: 'b' }, 'version'],
  ['[project]\nname = "a"\ndynamic = ["readme"]\n', {}, 'version'],
  ['[project.urls]\nHomepage = "h"\n', { homepage: 'https://host/' }, 'name'],
] as const)(
  'refuses a project that would lack what every backend demands %#',
  ([text, edits, key]) => {
    expect(() => rewritePyproject(text, edits)).toThrow(
      refusal(
        'KEY_MISSING',
        new RegExp(`^.project\\.${key}. is missing and was not given$`),
        `Give a ${key}`,
      ),
    );
  },
);

test.for([
  '[project.urls]\nHomepage = "h"\nhomepage = "h"\n[project]\nname = "a"\nversion = "0"\n',
  `${complete}urls = { Home-Page = "h", "home page" = "i" }\n`,
  `${complete}urls.HomePage = "h"\nurls.home_page = "i"\n`,
])('refuses two labels that mean the homepage %#', (text) => {
  expect(() => rewritePyproject(text, { homepage: 'https://host/' })).toThrow(
    refusal('KEY_AMBIGUOUS', /^`project\.urls` has both/, 'Remove one'),
  );
  // Nobody asked about the homepage here.
  expect(rewritePyproject(text, { version: '1' }).changes).toHaveLength(1);
});

const all = { name: 'b', version: '1', homepage: 'https://host/' };

test.for([
  ['[project]\nname = 1\nversion = "0"\n', /`project\.name` is not a string/],
  ['[project]\nname = "a"\nversion = 1.0\n', /`project\.version` is not a string/],
  ['[project]\nname = "a"\n[project.version]\nfile = "v"\n', /`project\.version` is not a string/],
  ['[project]\nname = "a"\nversion = { file = "v" }\n', /`project\.version` is not a string/],
  ['[project]\nname = "a"\nversion.file = "v"\n', /`project\.version` is not a string/],
  [`${complete}urls = "h"\n`, /`project\.urls` is not a table/],
  [`${complete}urls.Homepage = ["h"]\n`, /`project\.urls\.Homepage` is not a string/],
  [`${complete}dynamic = "version"\n`, /`project\.dynamic` is not an array of strings/],
  [`${complete}dynamic = ["version", 1]\n`, /`project\.dynamic` is not an array of strings/],
  ['project = "a"\n', /`project` is not a table/],
  ['[[project]]\nname = "a"\n', /`project` is not a table/],
  ['project = 2021-01-01\n', /`project` is not a table/],
  ['[tool.poetry]\nname = 1\n', /`tool\.poetry\.name` is not a string/],
] as const)('refuses a value of another type %#', ([text, message]) => {
  expect(() => rewritePyproject(text, all)).toThrow(refusal('VALUE_NOT_STRING', message, 'Make `'));
});

const invalid: readonly (readonly [PyprojectEdits, string, RegExp, string])[] = [
  [{ name: 'my package' }, 'NAME_INVALID', /`my package`/, 'ASCII letters'],
  [{ name: '' }, 'NAME_INVALID', /``/, 'ASCII letters'],
  [{ version: '1.0.0-alpha.beta' }, 'VERSION_INVALID', /`1\.0\.0-alpha\.beta`/, '1.2.0rc1'],
  [{ version: '' }, 'VERSION_INVALID', /``/, '1.2.0rc1'],
  ...[
    ['gitlab.com/group', 'is not an absolute http\\(s\\) URL'],
    ['/group', 'is not an absolute http\\(s\\) URL'],
    ['ftp://host/', 'is not an absolute http\\(s\\) URL'],
    ['javascript:alert(1)', 'is not an absolute http\\(s\\) URL'],
    ['http:host', 'is not an absolute http\\(s\\) URL'],
    ['https:///host', 'is not an absolute http\\(s\\) URL'],
    ['https://', 'is not an absolute http\\(s\\) URL'],
    ['https://ho st/', 'has white space or control characters in it'],
    ['https://host/\n', 'has white space or control characters in it'],
    ['https://host/\u0000', 'has white space or control characters in it'],
    ['https://user:pass@host/', 'has credentials in it'],
    ['https://token@host/', 'has credentials in it'],
  ].map(
    ([homepage = '', complaint = '']) =>
      [
        { homepage },
        'HOMEPAGE_INVALID',
        new RegExp(`^the homepage ${complaint}$`),
        'absolute URL',
      ] as const,
  ),
];

test.for(invalid)('refuses the edit %j', ([edits, code, message, hint]) => {
  expect(() => rewritePyproject(complete, edits)).toThrow(refusal(code, message, hint));
});

test('refuses wrong edits before it looks at the text', () => {
  expect(() => rewritePyproject('not TOML', { version: 'x' })).toThrow(
    refusal('VERSION_INVALID', /`x`/, ''),
  );
});

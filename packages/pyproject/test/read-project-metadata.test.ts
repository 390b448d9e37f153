import { readProjectMetadata } from '@wheelseal/pyproject';
import { expect, test } from 'vitest';

test('reads what the project table says', () => {
  expect(
    readProjectMetadata(`\uFEFF[build-system]
requires = ["hatchling", "hatch-vcs"]
build-backend = "hatchling.build"
[project]
name = "Ledger.Tools"
dynamic = ["version"]
description = "Books that add up"
requires-python = ">=3.9"
authors = [{ name = "Ada", email = "ada@example.org" }, { name = "Bo" }, { email = "c@example.org" }]
[project.urls]
Homepage = "https://host/"
"Bug Tracker" = "https://host/issues"
[tool.poetry]
name = "other"
`),
  ).toEqual({
    table: 'project',
    name: 'Ledger.Tools',
    description: 'Books that add up',
    dynamic: ['version'],
    requiresPython: '>=3.9',
    urls: { Homepage: 'https://host/', 'Bug Tracker': 'https://host/issues' },
    authors: ['Ada <ada@example.org>', 'Bo', 'c@example.org'],
    buildBackend: 'hatchling.build',
    buildRequires: ['hatchling', 'hatch-vcs'],
    versionPlugin: 'hatch-vcs',
    warnings: [],
  });
});

test('reads what the table of Poetry says where there is no other', () => {
  expect(
    readProjectMetadata(`[tool.poetry]
name = "ledger"
version = "1.0"
authors = ["Ada <ada@example.org>"]
homepage = "https://host/"
[tool.poetry.urls]
Changelog = "https://host/changes"
`),
  ).toEqual({
    table: 'tool.poetry',
    name: 'ledger',
    version: '1.0',
    dynamic: [],
    urls: { homepage: 'https://host/', Changelog: 'https://host/changes' },
    authors: ['Ada <ada@example.org>'],
    buildRequires: [],
    warnings: [],
  });
});

test.for([
  ['"setuptools>=64", "Setuptools_SCM[toml] >= 8"', 'setuptools-scm'],
  ['"setuptools-scm", "hatch.vcs; python_version > \\"3.8\\"", "hatchling"', 'hatch-vcs'],
  ['"poetry-core", "poetry-dynamic-versioning>=1,<2"', 'poetry-dynamic-versioning'],
  ['"setuptools", "setuptools-scm-git-archive"', undefined],
  ['"", "@", "setuptools"', undefined],
] as const)('of the build requirements %s knows git: %s', ([requires, plugin]) => {
  const text = `[build-system]\nrequires = [${requires}]\n[project]\nname = "a"\n`;

  expect(readProjectMetadata(text).versionPlugin).toBe(plugin);
});

test.for([
  ['"scm"', 'pdm-backend'],
  ['"file"', undefined],
  ['1', undefined],
] as const)('with the source %s, PDM asks git: %s', ([source, plugin]) => {
  const text = `[build-system]\nrequires = ["pdm-backend>=2"]\n[project]\nname = "a"\n[tool.pdm.version]\nsource = ${source}\n`;

  expect(readProjectMetadata(text).versionPlugin).toBe(plugin);
});

test('takes keys that objects have in JavaScript for ordinary ones', () => {
  expect(readProjectMetadata('[project]\n[project.urls]\n__proto__ = "p"\n')).toMatchObject({
    table: 'project',
  });
  expect(() => readProjectMetadata('[x]\nconstructor = 1\n')).toThrow(
    expect.objectContaining({ code: 'PROJECT_TABLE_MISSING' }),
  );
});

test.for([
  ['name = = 1', 'TOML_INVALID'],
  ['a = 1', 'PROJECT_TABLE_MISSING'],
  ['[project]\nname = 1', 'VALUE_NOT_STRING'],
  ['[project]\nurls = 1', 'VALUE_NOT_STRING'],
  ['[build-system]\nrequires = "x"\n[project]\nname = "a"', 'VALUE_NOT_STRING'],
] as const)('refuses %j', ([text, code]) => {
  expect(() => readProjectMetadata(text)).toThrow(
    expect.objectContaining({ code, hint: expect.any(String) }),
  );
});

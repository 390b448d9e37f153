import { rewritePyproject } from '@wheelseal/pyproject';
import { expect, test } from 'vitest';

const project = '[project]\nname = "a"\nversion = "0"\n';

test('refuses to make static what is dynamic, if asked to', () => {
  const dynamic = '[project]\nname = "a"\ndynamic = ["version", "readme"]\n';
  const options = { refuseDynamic: true };

  expect(() => rewritePyproject(dynamic, { version: '1' }, options)).toThrow(
    expect.objectContaining({ code: 'FIELD_DYNAMIC', hint: expect.stringContaining('static') }),
  );
  // Only what is edited matters.
  expect(rewritePyproject(dynamic, { name: 'b' }, options).changes).toHaveLength(1);
  expect(rewritePyproject(project, { version: '1' }, options).changes).toHaveLength(1);
});

test.for([
  ['[tool.hatch.version]\npath = "a.py"\n', '`tool.hatch.version`'],
  ['[tool.setuptools_scm]\n', '`tool.setuptools_scm`'],
  ['[tool.setuptools.dynamic]\nversion = { attr = "a.b" }\n', '`tool.setuptools.dynamic.version`'],
  ['[tool.pdm]\nversion.source = "scm"\n', '`tool.pdm.version`'],
  [
    '[tool]\nscikit-build.metadata.version.provider = "x"\n',
    '`tool.scikit-build.metadata.version`',
  ],
  [
    '[tool.hatch.version]\nsource = "uv"\n[tool.uv-dynamic-versioning]\nvcs = "git"\n',
    '`tool.hatch.version` and `tool.uv-dynamic-versioning`',
  ],
  ['[tool.setuptools.dynamic]\nreadme = { file = "R" }\n', 'where the build backend took it from'],
] as const)('says what is no longer asked for the version %#', ([tool, source]) => {
  const text = `[project]\nname = "a"\ndynamic = ["version"]\n${tool}`;

  expect(rewritePyproject(text, { version: '1' }).warnings).toEqual([
    `\`project.version\` was dynamic and is static now; ${source} is no longer asked`,
  ]);
  expect(rewritePyproject(text, { name: 'b' }).warnings).toEqual([]);
});

test.for([
  [
    '"setuptools>=64", "setuptools_scm>=8"',
    ['`setuptools-scm` may not write its version file for a version that is static'],
  ],
  ['"setuptools>=64"', []],
] as const)('with %s it says which file may be missing then', ([requires, expected]) => {
  const text = `[build-system]\nrequires = [${requires}]\n[project]\nname = "a"\ndynamic = ["version"]\n`;

  const { warnings } = rewritePyproject(text, { version: '1.0' });

  expect(warnings.filter((warning) => warning.includes('file'))).toEqual(expected);
  expect(rewritePyproject(text, { name: 'b' }).warnings).toEqual([]);
});

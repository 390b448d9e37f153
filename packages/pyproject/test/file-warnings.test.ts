import { readProjectMetadata, rewritePyproject } from '@wheelseal/pyproject';
import { expect, test } from 'vitest';

function warningsFor(requires: string, backend = '"setuptools.build_meta"'): readonly string[] {
  return readProjectMetadata(
    `[build-system]\nrequires = [${requires}]\nbuild-backend = ${backend}\n[project]\nname = "a"\nversion = "0"\n`,
  ).warnings;
}

test.for([
  '"setuptools>=45", "wheel"',
  '"wheel", "setuptools"',
  '"setuptools >= 60.9.3"',
  '"setuptools[toml]>=42,<70"',
  '"Setuptools>45"',
  '"setuptools (>=45)"',
  '"setuptools==59.8.0"',
  '"setuptools==59.*"',
  '"setuptools~=45.0"',
  '"setuptools<61"',
  '"setuptools>=45; python_version < \'3.12\'"',
])('warns of a setuptools that may not read the project table: %s', (requires) => {
  expect(warningsFor(requires)).toEqual([expect.stringContaining('require `setuptools>=61`')]);
});

test.for([
  '"setuptools>=61"',
  '"setuptools>=61.0.0", "wheel"',
  '"setuptools >= 77.0.3"',
  '"setuptools[toml]<90,>=64"',
  '"setuptools==69.*"',
  '"setuptools ~= 70.1"',
  '"setuptools @ https://host/setuptools-45.tar.gz"',
  '"setuptools_scm>=6"',
  '"hatchling"',
  '',
])('is content with %s', (requires) => {
  expect(warningsFor(requires)).toEqual([]);
});

test('is content with an old setuptools that another backend brings along', () => {
  expect(warningsFor('"setuptools>=45", "hatchling"', '"hatchling.build"')).toEqual([]);
});

test('is content with an old setuptools where there is no project table', () => {
  const text = '[build-system]\nrequires = ["setuptools>=45"]\n[tool.poetry]\nname = "a"\n';

  expect(readProjectMetadata(text).warnings).toEqual([]);
});

test('warns of TOML 1.1, which not every backend reads', () => {
  const text = '[project]\nname = "a"\nversion = "0"\nurls = {\n}\n';

  expect(rewritePyproject(text, {}).warnings).toEqual([
    'line 5 needs TOML 1.1, which a build backend on TOML 1.0 refuses',
  ]);
});

import { readFile } from 'node:fs/promises';
import { rewritePyproject } from '@wheelseal/pyproject';
import { expect, test } from 'vitest';

const edits = {
  name: 'demo-pkg',
  version: '1.2.3',
  homepage: 'https://gitlab.com/group/demo',
};

function rewrite(text: string): string {
  const { text: edited } = rewritePyproject(text, edits);
  // Whatever was edited once is as it should be.
  expect(rewritePyproject(edited, edits)).toMatchObject({ text: edited, changes: [] });
  return edited;
}

test('changes three values of the tutorial and nothing else', async () => {
  const original = await readFile(new URL('fixtures/tutorial.toml', import.meta.url), 'utf8');

  const { text, changes } = rewritePyproject(original, edits);

  expect(text).toBe(
    original
      .replace('"<my_package>"', '"demo-pkg"')
      .replace('"<1.0.0>"', '"1.2.3"')
      .replace('"<https://gitlab.com/my_package>"', '"https://gitlab.com/group/demo"'),
  );
  expect(changes).toEqual([
    { key: 'project.name', line: 6, before: '<my_package>', after: 'demo-pkg' },
    { key: 'project.version', line: 7, before: '<1.0.0>', after: '1.2.3' },
    {
      key: 'project.urls.Homepage',
      line: 16,
      before: '<https://gitlab.com/my_package>',
      after: 'https://gitlab.com/group/demo',
    },
  ]);
});

const replacements: readonly (readonly [string, string])[] = [
  // Notations.
  [
    `[project]\nname = 'a' # 'c'\nversion = """0"""\nurls = {Homepage = '''h'''}\n`,
    `[project]\nname = 'demo-pkg' # 'c'\nversion = """1.2.3"""\nurls = {Homepage = '''https://gitlab.com/group/demo'''}\n`,
  ],
  [
    `[project]\nname = """\na"""\nversion = '''\n0'''\nurls.homepage = "\\u0068"\n`,
    `[project]\nname = """\ndemo-pkg"""\nversion = '''\n1.2.3'''\nurls.homepage = "https://gitlab.com/group/demo"\n`,
  ],
  [
    `[project]\r\nname = """\r\na"""\r\nversion = "0"\r\nurls.homepage = "h"\r\n`,
    `[project]\r\nname = """\r\ndemo-pkg"""\r\nversion = "1.2.3"\r\nurls.homepage = "https://gitlab.com/group/demo"\r\n`,
  ],
  // Keys.
  [
    `"project".'name'="a"\nproject . version\t=\t"0"\nproject."urls".'Home-Page' = "h"\n`,
    `"project".'name'="demo-pkg"\nproject . version\t=\t"1.2.3"\nproject."urls".'Home-Page' = "https://gitlab.com/group/demo"\n`,
  ],
  [
    `["project"]\n"version"="0"\n'name'="a"\n["project" . 'urls']\n"home page"="h"\n`,
    `["project"]\n"version"="1.2.3"\n'name'="demo-pkg"\n["project" . 'urls']\n"home page"="https://gitlab.com/group/demo"\n`,
  ],
  [
    `[project.urls]\nHOMEPAGE="h"\n[tool.x]\nname="n"\nversion="v"\nhomepage="p"\n[project]\nname="a"\nversion="0"\n`,
    `[project.urls]\nHOMEPAGE="https://gitlab.com/group/demo"\n[tool.x]\nname="n"\nversion="v"\nhomepage="p"\n[project]\nname="demo-pkg"\nversion="1.2.3"\n`,
  ],
  [
    `project = { name = "a", version = "0", urls = { Homepage = "h" } }`,
    `project = { name = "demo-pkg", version = "1.2.3", urls = { Homepage = "https://gitlab.com/group/demo" } }`,
  ],
  [
    `project = { name = "a", version = "0", urls.Homepage = "h" }`,
    `project = { name = "demo-pkg", version = "1.2.3", urls.Homepage = "https://gitlab.com/group/demo" }`,
  ],
  // TOML 1.1.
  [
    `project = {\n  name = "\\x61", # c\n  version = "0",\n  urls = { Homepage = "h", },\n}\n`,
    `project = {\n  name = "demo-pkg", # c\n  version = "1.2.3",\n  urls = { Homepage = "https://gitlab.com/group/demo", },\n}\n`,
  ],
  // Decoys.
  [
    `x = """\n[project]\nname = "decoy"\n"""\n[project] # name = "c"\n# version = "c"\nname = "a"\nversion = "0"\nauthors = [{name = "n", version = "v"}]\nurls = {Homepage = "h"}\n`,
    `x = """\n[project]\nname = "decoy"\n"""\n[project] # name = "c"\n# version = "c"\nname = "demo-pkg"\nversion = "1.2.3"\nauthors = [{name = "n", version = "v"}]\nurls = {Homepage = "https://gitlab.com/group/demo"}\n`,
  ],
];

test.for(replacements)('replaces values where they stand %#', ([before, after]) => {
  expect(rewrite(before)).toBe(after);
});

test('switches from a literal to a basic string where a quote demands it', () => {
  const text = `[project]\nname = "a"\nversion = "0"\nurls = {Homepage = 'h', Other = '''o'''}\n`;

  const { text: edited } = rewritePyproject(text, { homepage: `https://host/it's` });

  expect(edited).toContain(`{Homepage = "https://host/it's", Other = '''o'''}`);
});

const insertions: readonly (readonly [string, string])[] = [
  [
    '[project]',
    '[project]\nname = "demo-pkg"\nversion = "1.2.3"\n\n[project.urls]\nHomepage = "https://gitlab.com/group/demo"',
  ],
  [
    `[project] # c\n# d\n\ndescription = 'x'\n`,
    `[project] # c\nname = 'demo-pkg'\nversion = 'V'\n# d\n\ndescription = 'x'\n\n[project.urls]\nHomepage = 'H'\n`,
  ],
  // In the style of the neighbours: indentation, spacing, alignment, notation, line breaks.
  [
    `[project]\r\n  name='a'\r\n  readme='r'\r\n[tool.x]\r\n`,
    `[project]\r\n  name='demo-pkg'\r\n  version='V'\r\n  readme='r'\r\n[project.urls]\r\n  Homepage='H'\r\n[tool.x]\r\n`,
  ],
  [
    `[project]\nname            = "a"\nrequires-python = ">=3"\n\n[tool.x]\n`,
    `[project]\nname            = "demo-pkg"\nversion         = "V"\nrequires-python = ">=3"\n\n[project.urls]\nHomepage        = "H"\n\n[tool.x]\n`,
  ],
  [
    `[project]\nname = "a"\n[project.urls]\n# c\n"Bug Tracker" = "b"\n`,
    `[project]\nname = "demo-pkg"\nversion = "V"\n[project.urls]\n"Homepage" = "H"\n# c\n"Bug Tracker" = "b"\n`,
  ],
  [
    `[project]\nname = "a"\nversion = "0"\n[project.urls]\nrepository = "r"\n`,
    `[project]\nname = "demo-pkg"\nversion = "V"\n[project.urls]\nhomepage = "H"\nrepository = "r"\n`,
  ],
  [
    `[project]\nname = "a"\nversion = "0"\nurls.Repository = "r"\nreadme = "x"\n`,
    `[project]\nname = "demo-pkg"\nversion = "V"\nurls.Homepage = "H"\nurls.Repository = "r"\nreadme = "x"\n`,
  ],
  [
    `[project]\nname = "a"\nversion = "0"\nurls = {}\n`,
    `[project]\nname = "demo-pkg"\nversion = "V"\nurls = { Homepage = "H" }\n`,
  ],
  [
    `[project]\nname = "a"\nversion = "0"\nurls = { Repository = "r" }\n`,
    `[project]\nname = "demo-pkg"\nversion = "V"\nurls = { Homepage = "H", Repository = "r" }\n`,
  ],
  [
    `[project]\nname = "a"\nversion = "0"\nurls = {\n    # c\n    Repository = "r", # d\n}\n`,
    `[project]\nname = "demo-pkg"\nversion = "V"\nurls = {\n    # c\n    Homepage = "H",\n    Repository = "r", # d\n}\n`,
  ],
  [
    `[project]\nname = "a"\nversion = "0"\nurls = { # c\n}\n`,
    `[project]\nname = "demo-pkg"\nversion = "V"\nurls = { # c\nHomepage = "H" }\n`,
  ],
  // Behind the table and its arrays, before what follows.
  [
    `[project]\nname = "a"\nversion = "0"\nclassifiers = [\n  "x", # y\n]\n# rest = 1\n\n# about scripts\n[project.scripts]\na = "b"\n`,
    `[project]\nname = "demo-pkg"\nversion = "V"\nclassifiers = [\n  "x", # y\n]\n# rest = 1\n\n[project.urls]\nHomepage = "H"\n\n# about scripts\n[project.scripts]\na = "b"\n`,
  ],
  [
    `[project]\nname = "a"\nversion = "0"\n# about the tool\n[tool.x]\n`,
    `[project]\nname = "demo-pkg"\nversion = "V"\n[project.urls]\nHomepage = "H"\n# about the tool\n[tool.x]\n`,
  ],
  // Without a header of its own.
  [
    `project.name = "a"\n\n[tool.x]\n`,
    `project.name = "demo-pkg"\nproject.version = "V"\nproject.urls.Homepage = "H"\n\n[tool.x]\n`,
  ],
  [
    `a = 1\nproject.readme = "a"\n`,
    `a = 1\nproject.name = "demo-pkg"\nproject.version = "V"\nproject.readme = "a"\nproject.urls.Homepage = "H"\n`,
  ],
  [
    `project = { name = "a" }\n`,
    `project = { name = "demo-pkg", version = "V", urls.Homepage = "H" }\n`,
  ],
  [`project = {}\n`, `project = { name = "demo-pkg", version = "V", urls.Homepage = "H" }\n`],
  [
    `[tool.x]\n\n# scripts\n  [project.scripts]\n  a = 'b'\n`,
    `[tool.x]\n\n  [project]\n  name = 'demo-pkg'\n  version = 'V'\n\n  [project.urls]\n  Homepage = 'H'\n\n# scripts\n  [project.scripts]\n  a = 'b'\n`,
  ],
];

test.for(insertions)('inserts what is missing where a person would %#', ([before, after]) => {
  expect(rewrite(before)).toBe(
    after
      .replace(/(['"])V\1/, `$11.2.3$1`)
      .replace(/(['"])H\1/, `$1https://gitlab.com/group/demo$1`),
  );
});

const dynamics: readonly (readonly [string, string])[] = [
  [
    `[project]\nname = "a"\ndynamic = ["version"] # from git\nreadme = "r"\n`,
    `[project]\nname = "a"\nversion = "1.2.3"\nreadme = "r"\n`,
  ],
  [
    `[project]\nname = "a"\ndynamic = [ "version", "readme" ]\n`,
    `[project]\nname = "a"\nversion = "1.2.3"\ndynamic = [ "readme" ]\n`,
  ],
  [
    `[project]\nname = "a"\ndynamic = ["readme", 'version']\n`,
    `[project]\nname = "a"\nversion = "1.2.3"\ndynamic = ["readme"]\n`,
  ],
  [
    `[project]\nname = "a"\ndynamic = ["readme", "version",]\n`,
    `[project]\nname = "a"\nversion = "1.2.3"\ndynamic = ["readme",]\n`,
  ],
  [
    `[project]\nname = "a"\ndynamic = [\n    # all of these\n    "version", # from git\n    # the file\n    "readme",\n]\n`,
    `[project]\nname = "a"\nversion = "1.2.3"\ndynamic = [\n    # all of these\n    # the file\n    "readme",\n]\n`,
  ],
  [
    `[project]\nname = "a"\ndynamic = [\n    "readme", # r\n    "version" # v\n]\n`,
    `[project]\nname = "a"\nversion = "1.2.3"\ndynamic = [\n    "readme", # r\n]\n`,
  ],
  [
    `[project]\nname = "a"\ndynamic = ["readme", # r\n           "version"]\n`,
    `[project]\nname = "a"\nversion = "1.2.3"\ndynamic = ["readme", # r\n           ]\n`,
  ],
  [
    `[project]\nname = "a"\ndynamic = ["version", "readme", "version"]\n`,
    `[project]\nname = "a"\nversion = "1.2.3"\ndynamic = ["readme"]\n`,
  ],
  [`[project]\nname = "a"\ndynamic = ["version"]`, `[project]\nname = "a"\nversion = "1.2.3"`],
  [
    `[project]\r\nname = "a"\r\ndynamic = ["version"]`,
    `[project]\r\nname = "a"\r\nversion = "1.2.3"`,
  ],
  [
    `project = { name = "a", dynamic = ["version"] }\n`,
    `project = { name = "a", version = "1.2.3" }\n`,
  ],
  [
    `project = { dynamic = ["version"], name = "a" }\n`,
    `project = { name = "a", version = "1.2.3" }\n`,
  ],
  [
    `project.name = "a"\nproject.dynamic = ["version"]\n`,
    `project.name = "a"\nproject.version = "1.2.3"\n`,
  ],
  [
    `[project]\nname = "a"\nversion = "0"\ndynamic = ["readme"]\n`,
    `[project]\nname = "a"\nversion = "1.2.3"\ndynamic = ["readme"]\n`,
  ],
];

test.for(dynamics)('makes a dynamic version static %#', ([before, after]) => {
  expect(rewritePyproject(before, { version: '1.2.3' }).text).toBe(after);
});

test('says that a version was dynamic', () => {
  const { changes, warnings } = rewritePyproject(
    '[project]\nname = "a"\ndynamic = ["version", "readme"]\n',
    { version: '1.2.3' },
  );

  expect(changes).toEqual([
    { key: 'project.dynamic', line: 4, before: '["version", "readme"]', after: '["readme"]' },
    { key: 'project.version', line: 3, after: '1.2.3' },
  ]);
  expect(warnings).toEqual([expect.stringMatching(/^`project\.version` was dynamic/)]);
});

test('makes dynamic URLs static when a homepage is set', () => {
  const { text, warnings } = rewritePyproject(
    '[project]\nname = "a"\ndynamic = ["version", "urls"]\n',
    { homepage: 'https://host/' },
  );

  expect(text).toBe(
    '[project]\nname = "a"\ndynamic = ["version"]\n\n[project.urls]\nHomepage = "https://host/"\n',
  );
  expect(warnings).toEqual([expect.stringMatching(/^`project\.urls` was dynamic/)]);
});

test('leaves a dynamic version alone that it is not asked to set', () => {
  const text = '[project]\nname = "a"\ndynamic = ["version"]\n';

  expect(rewritePyproject(text, { name: 'b' })).toEqual({
    text: text.replace('"a"', '"b"'),
    changes: [{ key: 'project.name', line: 2, before: 'a', after: 'b' }],
    warnings: [],
  });
});

test('edits the table of Poetry where there is no other', () => {
  expect(
    rewrite(
      `[tool.poetry]\nname = "a"\nversion = "0"\ndescription = ""\n\n[tool.poetry.dependencies]\npython = "^3.9"\nname = "x"\n`,
    ),
  ).toBe(
    `[tool.poetry]\nname = "demo-pkg"\nversion = "1.2.3"\ndescription = ""\nhomepage = "https://gitlab.com/group/demo"\n\n[tool.poetry.dependencies]\npython = "^3.9"\nname = "x"\n`,
  );
  expect(rewrite(`[tool.poetry]\nname = "a"\n[tool.poetry.urls]\nHomepage = "h"\n`)).toBe(
    `[tool.poetry]\nname = "demo-pkg"\nversion = "1.2.3"\n[tool.poetry.urls]\nHomepage = "https://gitlab.com/group/demo"\n`,
  );
});

test('keeps what Poetry repeats of the project in step, and adds nothing there', () => {
  const text = `[project]\nname = "a"\nversion = "0"\n[tool.poetry]\nversion = "0"\nhomepage = "h"\n[tool.poetry.urls]\n"Home-Page" = "h"\n[tool.poetry.dependencies]\n`;

  const { changes } = rewritePyproject(text, edits);

  expect(changes.map(({ key }) => key)).toEqual([
    'project.name',
    'project.version',
    'project.urls.Homepage',
    'tool.poetry.version',
    'tool.poetry.urls.Home-Page',
    'tool.poetry.homepage',
  ]);
});

test('keeps a byte order mark in its place', () => {
  expect(rewrite('\uFEFF[project]\nname = "a"\nversion = "0"\nurls.homepage = "h"')).toBe(
    '\uFEFF[project]\nname = "demo-pkg"\nversion = "1.2.3"\nurls.homepage = "https://gitlab.com/group/demo"',
  );
});

test('writes a version in its canonical spelling and says so', () => {
  const { text, warnings } = rewritePyproject('[project]\nname = "a"\nversion = "0"\n', {
    version: 'v1.0.0-rc.1',
  });

  expect(text).toContain('version = "1.0.0rc1"');
  expect(warnings).toEqual(['version `v1.0.0-rc.1` is written as `1.0.0rc1`']);
});

test('writes a name as it is given', () => {
  const { text } = rewritePyproject('[project]\nname = "a"\nversion = "0"\n', { name: 'My.Pkg' });

  expect(text).toContain('name = "My.Pkg"');
});

test('changes nothing without edits', () => {
  const text = '[project]\nname = "a"\nversion = "0"\n';

  expect(rewritePyproject(text, {})).toEqual({ text, changes: [], warnings: [] });
});

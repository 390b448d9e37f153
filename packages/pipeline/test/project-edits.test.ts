import { projectEdits } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';

test('takes name, version and homepage of the GitLab project', () => {
  expect(
    projectEdits({
      projectName: 'Tide_Tables',
      projectUrl: 'https://gitlab.test/group/Tide_Tables',
      packageVersion: '1.0.0',
      commitTag: 'v9.9.9',
    }),
  ).toEqual({
    name: 'tide-tables',
    version: '1.0.0',
    homepage: 'https://gitlab.test/group/Tide_Tables',
  });
});

test.for([
  ['v1.2.3', '1.2.3'],
  ['V2.0', '2.0'],
  ['1.0.0-rc.1', '1.0.0-rc.1'],
  ['very-odd', 'very-odd'],
] as const)('takes the version from the tag `%s`', ([commitTag, version]) => {
  expect(projectEdits({ commitTag })).toEqual({ version });
});

test.for([
  ['My.Pkg', 'my-pkg'],
  ['a.b-c', 'a-b-c'],
  ['my--pkg', 'my-pkg'],
  ['_private_', 'private'],
  ['.dot.', 'dot'],
  ['two words', 'two-words'],
] as const)('makes a Python name of `%s`', ([projectName, name]) => {
  expect(projectEdits({ projectName })).toEqual({ name });
});

test.for(['___', '日本', 'käse', 'a+b'])('refuses to guess a name for `%s`', (projectName) => {
  const edit = () => projectEdits({ projectName });

  expect(edit).toThrow(projectName);
  expect(edit).toThrow(
    expect.objectContaining({ code: 'SETTING_INVALID', hint: expect.stringContaining('name') }),
  );
});

test('edits nothing when nothing is known', () => {
  expect(projectEdits({})).toEqual({});
});

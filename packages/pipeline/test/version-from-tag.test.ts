import { versionFromTag } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import { git, gitEnvironment as environment, repository } from './repository.ts';
import { temporaryFolder } from './workplace.ts';

test.for([
  ['1.2.3', undefined, '1.2.3'],
  ['v1.2.3', undefined, '1.2.3'],
  ['V1.2.3-rc.1', undefined, '1.2.3rc1'],
  ['1!2.0', undefined, '1!2.0'],
  ['pkg/1.2.3', 'pkg/{version}', '1.2.3'],
  ['pkg/v1.2.3', 'pkg/{version}', '1.2.3'],
  ['release-1.2.3-final', 'release-{version}-final', '1.2.3'],
  ['a.c/1.0', 'a.c/{version}', '1.0'],
] as const)('reads the tag `%s` of the job by the pattern %s', async ([tag, pattern, version]) => {
  const options = {
    environment: { CI_COMMIT_TAG: tag },
    ...(pattern !== undefined && { pattern }),
  };

  await expect(versionFromTag('/nonexistent', options)).resolves.toBe(version);
});

test.for([
  ['nightly', undefined],
  ['pkg/1.2.3', undefined],
  ['1.2.3', 'pkg/{version}'],
  ['abc/1.0', 'a.c/{version}'],
  ['pkg/', 'pkg/{version}'],
  ['aba', 'ab{version}ba'],
] as const)('refuses the tag `%s` by the pattern %s', async ([tag, pattern]) => {
  const options = {
    environment: { CI_COMMIT_TAG: tag },
    ...(pattern !== undefined && { pattern }),
  };

  await expect(versionFromTag('/nonexistent', options)).rejects.toMatchObject({
    code: 'TAG_UNUSABLE',
    message: expect.stringContaining(`\`${tag}\``),
    hint: expect.stringContaining('pkg/{version}'),
  });
});

test.for(['', 'v*', '{version}{version}'])('refuses the pattern `%s`', async (pattern) => {
  await expect(versionFromTag('.', { environment, pattern })).rejects.toMatchObject({
    code: 'SETTING_INVALID',
    hint: expect.stringContaining('{version}'),
  });
});

test.for([
  [['v1.2.3'], undefined, '1.2.3'],
  [['latest', 'v1.2.3'], undefined, '1.2.3'],
  [['v1.2.3', '1.2.3'], undefined, '1.2.3'],
  [['a/1.0', 'b/2.0'], 'b/{version}', '2.0'],
] as const)('asks git for the tags of the commit: %s', async ([tags, pattern, version]) => {
  const folder = await repository(...tags);
  const options = { environment, ...(pattern !== undefined && { pattern }) };

  await expect(versionFromTag(folder, options)).resolves.toBe(version);
});

test('takes no tag of an earlier commit', async () => {
  await expect(versionFromTag(await repository(), { environment })).rejects.toMatchObject({
    code: 'TAG_UNUSABLE',
    message: 'the commit has no tag',
    hint: expect.stringContaining('give the version'),
  });
});

test('chooses between no two versions', async () => {
  const folder = await repository('1.0', 'v2.0');

  await expect(versionFromTag(folder, { environment })).rejects.toMatchObject({
    code: 'TAG_UNUSABLE',
    message: expect.stringContaining('different versions'),
    hint: expect.stringContaining('pattern'),
  });
});

test('guesses nothing from a shallow clone, even one with a tag', async () => {
  const origin = await repository('1.0');
  const clone = await temporaryFolder();
  await git(clone, 'clone', '--quiet', '--depth=1', '--branch=1.0', `file://${origin}`, '.');

  await expect(versionFromTag(clone, { environment })).rejects.toMatchObject({
    code: 'TAG_UNUSABLE',
    message: expect.stringContaining('shallow clone'),
    hint: expect.stringContaining('GIT_DEPTH: 0'),
  });
});

test.for([environment, { PATH: '/nonexistent' }])(
  'says so where git knows nothing, or is not there %#',
  async (variables) => {
    const call = versionFromTag(await temporaryFolder(), { environment: variables });

    await expect(call).rejects.toMatchObject({
      code: 'TAG_UNUSABLE',
      message: expect.stringMatching(/^git/),
      hint: expect.stringContaining('give the version'),
    });
  },
);

import { parseSdistFilename } from '@wheelseal/distributions';
import { expect, test } from 'vitest';

test.for([
  ['six-1.17.0.tar.gz', 'six', '1.17.0'],
  ['zope.interface-5.4.0.tar.gz', 'zope-interface', '5.4.0'],
  ['my-package-1.0.0.tar.gz', 'my-package', '1.0.0'],
  ['my_package-1.0.0.tar.gz', 'my-package', '1.0.0'],
  ['python-dateutil-2.9.0.post0.tar.gz', 'python-dateutil', '2.9.0.post0'],
  ['Flask-SQLAlchemy-3.0.0a1.tar.gz', 'flask-sqlalchemy', '3.0.0a1'],
  ['foo-1!2.0.tar.gz', 'foo', '1!2.0'],
  ['foo-1.0+local.1.tar.gz', 'foo', '1.0+local.1'],
  ['foo-1.0-beta.tar.gz', 'foo', '1.0b0'],
  ['foo-2-1.0.tar.gz', 'foo-2', '1.0'],
  ['numpy-1.16.0.zip', 'numpy', '1.16.0'],
] as const)('reads `%s`', ([filename, name, version]) => {
  expect(parseSdistFilename(filename)).toEqual({ filename, kind: 'sdist', name, version });
});

test.for([
  ['a-1-1.tar.gz', '`1.post1` of `a` or the version `1` of `a-1`'],
  ['my-tool-2-1.0-1.zip', '`1.0.post1` of `my-tool-2` or the version `1` of `my-tool-2-1-0`'],
] as const)(
  'guesses nothing where a version could begin in two places: `%s`',
  ([filename, readings]) => {
    expect(() => parseSdistFilename(filename)).toThrow(
      expect.objectContaining({
        code: 'FILENAME_AMBIGUOUS',
        message: expect.stringContaining(readings),
        hint: expect.stringContaining('which project or version'),
      }),
    );
  },
);

test('takes the right dash where the version is known', () => {
  expect(parseSdistFilename('a-1-1.tar.gz', { version: '1.0.post1' })).toMatchObject({
    name: 'a',
    version: '1.post1',
  });
  expect(parseSdistFilename('a-1-1.tar.gz', { version: 'v1' })).toMatchObject({
    name: 'a-1',
    version: '1',
  });
});

test('refuses an sdist of another version', () => {
  expect(() => parseSdistFilename('six-1.0.zip', { version: '1.1' })).toThrow(
    expect.objectContaining({
      code: 'FILENAME_INVALID',
      message: '`six-1.0.zip` is not a name, a dash and `1.1`',
    }),
  );
});

test('takes the right dash where the name is known', () => {
  expect(parseSdistFilename('A-1-1.tar.gz', { name: 'a' })).toMatchObject({
    name: 'a',
    version: '1.post1',
  });
  expect(parseSdistFilename('A-1-1.tar.gz', { name: 'a_1' })).toMatchObject({
    name: 'a-1',
    version: '1',
  });
});

test('refuses the sdist of another project', () => {
  expect(() => parseSdistFilename('six-1.0.tar.gz', { name: 'seven' })).toThrow(
    expect.objectContaining({
      code: 'FILENAME_INVALID',
      message: '`six-1.0.tar.gz` is not `seven`, a dash and a version',
    }),
  );
});

test.for([
  'six.tar.gz',
  'six-.tar.gz',
  '-1.0.tar.gz',
  'six-latest.tar.gz',
  'six-1.0.ZIP',
  'six.zip',
  'six-1.0.tar.bz2',
  'six-1.0.tar.gz.sig',
  'six-1.0-py3-none-any.whl',
  '_six-1.0.tar.gz',
  '',
])('refuses %j', (filename) => {
  expect(() => parseSdistFilename(filename)).toThrow(
    expect.objectContaining({ code: 'FILENAME_INVALID' }),
  );
});

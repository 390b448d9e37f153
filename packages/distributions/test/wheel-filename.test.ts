import { parseWheelFilename } from '@wheelseal/distributions';
import { expect, test } from 'vitest';

test('reads every part', () => {
  expect(
    parseWheelFilename('Foo.Bar-1!1.0.post1+Ubuntu_1-2local-py2.PY3-none.abi3-any.win_amd64.whl'),
  ).toEqual({
    filename: 'Foo.Bar-1!1.0.post1+Ubuntu_1-2local-py2.PY3-none.abi3-any.win_amd64.whl',
    kind: 'wheel',
    name: 'foo-bar',
    version: '1!1.0.post1+ubuntu.1',
    build: '2local',
    pythonTags: ['py2', 'py3'],
    abiTags: ['none', 'abi3'],
    platformTags: ['any', 'win_amd64'],
  });
});

test.for([
  ['six-1.17.0-py2.py3-none-any.whl', 'six', '1.17.0'],
  ['PyYAML-6.0.1-cp311-cp311-macosx_11_0_arm64.whl', 'pyyaml', '6.0.1'],
  ['numpy-2.1.0-cp313-cp313t-manylinux_2_17_x86_64.manylinux2014_x86_64.whl', 'numpy', '2.1.0'],
  ['zope.interface-5.4.0-pp37-pypy37_pp73-win_amd64.whl', 'zope-interface', '5.4.0'],
  ['Django-1.8rc1-py2.py3-none-any.whl', 'django', '1.8rc1'],
  ['torch-2.4.0+cu121-cp312-cp312-linux_x86_64.whl', 'torch', '2.4.0+cu121'],
  ['cryptography-43.0.0-cp39-abi3-musllinux_1_2_aarch64.whl', 'cryptography', '43.0.0'],
  ['pip-24.2-py3-none-any.whl', 'pip', '24.2'],
  ['ruamel.yaml.clib-0.2.8-cp36-cp36m-win32.whl', 'ruamel-yaml-clib', '0.2.8'],
  ['backports.ssl_match_hostname-3.7-py3-none-any.whl', 'backports-ssl-match-hostname', '3.7'],
  ['my_package-1.0.0-py3-none-any.whl', 'my-package', '1.0.0'],
  ['graalpy_x-1.0-graalpy311-graalpy230_311_native-linux_x86_64.whl', 'graalpy-x', '1.0'],
] as const)('reads `%s`', ([filename, name, version]) => {
  expect(parseWheelFilename(filename)).toMatchObject({ filename, name, version });
});

test('leaves the build tag out where there is none', () => {
  expect('build' in parseWheelFilename('six-1.17.0-py3-none-any.whl')).toBe(false);
});

test.for([
  ['six-1.17.0.tar.gz', /does not end in `\.whl`/],
  ['six-1.17.0-py3-none-any.WHL', /does not end/],
  ['six-1.17.0-py3-none-any.whl.sig', /does not end/],
  ['six-1.17.0-none-any.whl', /has 4 parts/],
  ['my-package-1.0-1-py3-none-any.whl', /has 7 parts/],
  ['my-package-1.0-py3-none-any.whl', /no valid name and version/],
  ['six-1.17.0-one-py3-none-any.whl', /build tag/],
  ['six-latest-py3-none-any.whl', /no valid name and version/],
  ['_six-1.0-py3-none-any.whl', /no valid name and version/],
  ['si__x-1.0-py3-none-any.whl', /`__`/],
  ['six-1.0--none-any.whl', /malformed tag set ``/],
  ['six-1.0-py3.-none-any.whl', /malformed tag set `py3\.`/],
  ['six-1.0-py3-none-.whl', /malformed tag set/],
  ['', /does not end/],
  ['.whl', /has 1 parts/],
] as const)('refuses `%s`', ([filename, message]) => {
  expect(() => parseWheelFilename(filename)).toThrow(
    expect.objectContaining({
      code: 'FILENAME_INVALID',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('file name'),
    }),
  );
});

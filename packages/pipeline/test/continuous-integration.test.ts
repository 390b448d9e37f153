import { readContinuousIntegration } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';

test('reads the variables of a GitLab job and those of the tutorial', () => {
  const settings = readContinuousIntegration({
    CI_API_V4_URL: 'https://gitlab.test/api/v4',
    CI_SERVER_URL: 'https://gitlab.test/',
    CI_PROJECT_ID: '42',
    CI_PROJECT_PATH: 'group/sub/demo',
    CI_COMMIT_TIMESTAMP: '2023-05-19T10:17:12-04:00',
    CI_PROJECT_VISIBILITY: 'private',
    PACKAGE_VERSION: '1.0.0-rc.1',
    FULCIO_URL: 'https://fulcio.test',
    SIGSTORE_ID_TOKEN: 'aaa.bbb.ccc\n',
    UNRELATED: 'x',
  });

  expect(settings).toEqual({
    apiUrl: 'https://gitlab.test/api/v4',
    serverUrl: 'https://gitlab.test',
    projectId: '42',
    projectPath: 'group/sub/demo',
    commitTimestamp: '2023-05-19T10:17:12-04:00',
    visibility: 'private',
    packageVersion: '1.0.0-rc.1',
    fulcioUrl: 'https://fulcio.test',
    identityToken: 'aaa.bbb.ccc',
  });
});

test('takes an empty variable for one that is not set', () => {
  expect(readContinuousIntegration({ CI_CONFIG_REF_URI: '', CI_COMMIT_TAG: ' ' })).toEqual({});
});

test.for([
  ['CI_API_V4_URL', 'gitlab.test', 'URL'],
  ['CI_API_V4_URL', 'file:///etc/passwd', 'URL'],
  ['CI_PROJECT_ID', 'demo', 'number'],
  ['CI_PROJECT_PATH', 'demo', 'path'],
  ['CI_PROJECT_VISIBILITY', 'secret', 'private'],
  ['CI_COMMIT_TIMESTAMP', 'yesterday', 'ISO 8601'],
  ['CI_CONFIG_REF_URI', 'gitlab.test/g/p', 'HOST/PROJECT//FILE'],
  ['PACKAGE_NAME', 'a/b', 'letters'],
  ['CI_COMMIT_TAG', 'v1\n0', 'one line'],
] as const)('names `%s` when it is `%s`', ([name, value, expectation]) => {
  const read = () => readContinuousIntegration({ [name]: value });

  expect(read).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
  expect(read).toThrow(name);
  expect(read).toThrow(expectation);
  expect(read).toThrow(expect.objectContaining({ hint: expect.stringContaining(name) }));
});

test.for([
  ['SIGSTORE_ID_TOKEN', 'canary token with spaces'],
  ['CI_JOB_TOKEN', 'canary\ntoken'],
  ['FULCIO_URL', 'https://user:canary@fulcio.test'],
] as const)('does not show a wrong `%s`', ([name, value]) => {
  const read = () => readContinuousIntegration({ [name]: value });

  expect(read).toThrow(name);
  expect(read).not.toThrow('canary');
});

import { gitlabProvenance, type GitLabBuild } from '@wheelseal/signing';
import { expect, test } from 'vitest';

const build: GitLabBuild = {
  serverUrl: 'https://gitlab.test',
  project: 'group/demo',
  configRefUri: 'gitlab.test/group/demo//.gitlab-ci.yml@refs/tags/1.0.0',
  ref: 'refs/tags/1.0.0',
  commit: 'a'.repeat(40),
  jobId: '7',
};

test('states what is known of a job, and nothing else', () => {
  expect(gitlabProvenance(build)).toEqual({
    type: 'https://slsa.dev/provenance/v1',
    content: {
      buildDefinition: {
        buildType: 'https://docs.gitlab.com/ci/yaml/',
        externalParameters: {
          configuration: build.configRefUri,
          source: 'https://gitlab.test/group/demo',
          ref: 'refs/tags/1.0.0',
        },
        internalParameters: {},
        resolvedDependencies: [
          {
            uri: 'git+https://gitlab.test/group/demo@refs/tags/1.0.0',
            digest: { gitCommit: 'a'.repeat(40) },
          },
        ],
      },
      runDetails: {
        builder: { id: 'https://gitlab.test/group/demo' },
        metadata: { invocationId: 'https://gitlab.test/group/demo/-/jobs/7' },
      },
    },
  });
});

test('states all of it where it is known', () => {
  const whole = {
    ...build,
    serverUrl: 'https://gitlab.test/',
    projectId: '3',
    trigger: 'push',
    pipelineId: '5',
    jobName: 'build',
    runnerId: '12',
    runnerEnvironment: 'gitlab-hosted',
    startedOn: '2026-05-01T12:00:00Z',
  };

  expect(gitlabProvenance(whole).content).toMatchObject({
    buildDefinition: {
      externalParameters: { source: 'https://gitlab.test/group/demo', trigger: 'push' },
      internalParameters: {
        projectId: '3',
        pipelineId: '5',
        jobName: 'build',
        runnerId: '12',
        runnerEnvironment: 'gitlab-hosted',
      },
    },
    runDetails: {
      builder: { id: 'https://gitlab.test/group/demo/-/runners/12' },
      metadata: { startedOn: '2026-05-01T12:00:00Z' },
    },
  });
});

test.for(['serverUrl', 'project', 'configRefUri', 'ref', 'commit', 'jobId'] as const)(
  'does not guess `%s`',
  (name) => {
    expect(() => gitlabProvenance({ ...build, [name]: '' })).toThrow(
      expect.objectContaining({
        code: 'PROVENANCE_INCOMPLETE',
        message: expect.stringContaining(name),
      }),
    );
  },
);

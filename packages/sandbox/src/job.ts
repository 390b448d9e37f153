/**
 * The CI job that everything happens in: one description, from which token and environment follow.
 *
 * @module
 */

import { randomBytes, randomInt } from 'node:crypto';

import { SandboxError } from './errors.ts';

/** Who may see a project. */
export type Visibility = 'public' | 'internal' | 'private';

/** What a job can be asked to be. */
export interface JobOptions {
  /** Name of the project, such as that of its folder; `demo` when left out. */
  readonly projectName?: string;
  /** Path of the project with its groups; `sandbox/` and the name when left out. */
  readonly projectPath?: string;
  /** Who may see the project; everybody when left out. */
  readonly visibility?: Visibility;
  /** Version that is released; `1.0.0` when left out. */
  readonly packageVersion?: string;
  /** The project's default branch; `main` when left out. */
  readonly defaultBranch?: string;
  /** Full name of the branch or tag the job runs for; the default branch when left out. */
  readonly ref?: string;
  /** Commit the job runs for; a random one when left out. */
  readonly commitSha?: string;
  /** When that commit was made; at the start of the sandbox when left out. */
  readonly commitTime?: Date;
}

/** A job with nothing left open. */
export interface Job {
  readonly projectId: string;
  readonly projectPath: string;
  readonly projectName: string;
  readonly namespaceId: string;
  readonly namespacePath: string;
  readonly visibility: Visibility;
  readonly packageVersion: string;
  readonly defaultBranch: string;
  readonly ref: string;
  readonly refType: 'branch' | 'tag';
  /** Name of the branch or tag alone. */
  readonly refName: string;
  readonly commitSha: string;
  readonly commitTime: Date;
  readonly pipelineId: string;
  readonly jobId: string;
  readonly configPath: string;
}

const segment = /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/;
const fullRef = /^refs\/(heads|tags)\/(\S+)$/;

/**
 * Fills in what was left open.
 *
 * @throws SandboxError with code `OPTION_INVALID` when GitLab would not take a value.
 */
export function describeJob(options: JobOptions, now: Date): Job {
  const projectPath = options.projectPath ?? `sandbox/${slug(options.projectName ?? 'demo')}`;
  const [projectName, namespacePath] = splitPath(projectPath);
  const defaultBranch = options.defaultBranch ?? 'main';
  const ref = options.ref ?? `refs/heads/${defaultBranch}`;
  const [, kind, refName] = fullRef.exec(ref) ?? [];
  if (refName === undefined) throw invalid('ref', ref, 'a full name such as `refs/heads/main`');
  const commitSha = options.commitSha ?? randomBytes(20).toString('hex');
  if (!/^[0-9a-f]{40}$/.test(commitSha)) throw invalid('commitSha', commitSha, '40 hex digits');
  return {
    projectId: someId(),
    projectPath,
    projectName,
    namespaceId: someId(),
    namespacePath,
    visibility: options.visibility ?? 'public',
    packageVersion: options.packageVersion ?? '1.0.0',
    defaultBranch,
    ref,
    refType: kind === 'tags' ? 'tag' : 'branch',
    refName,
    commitSha,
    commitTime: options.commitTime ?? now,
    pipelineId: someId(),
    jobId: someId(),
    configPath: '.gitlab-ci.yml',
  };
}

/** Makes of any name what GitLab makes of it in a path. */
function slug(name: string): string {
  const kept = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^A-Za-z0-9_.-]+/g, '-')
    .replaceAll(/^[-.]+|[-.]+$/g, '');
  if (kept !== '') return kept;
  throw invalid('projectName', name, 'a name with a letter or digit in it');
}

function splitPath(path: string): [name: string, namespace: string] {
  const segments = path.split('/');
  const name = segments.pop();
  if (name === undefined || segments.length === 0 || ![...segments, name].every(isSegment)) {
    throw invalid('projectPath', path, 'group and project such as `group/project`');
  }
  return [name, segments.join('/')];
}

function isSegment(text: string): boolean {
  return segment.test(text) && !/^\.+$|\.(?:git|atom)$/.test(text);
}

function invalid(option: string, found: string, expected: string): SandboxError {
  return new SandboxError(`\`${option}\` is \`${found}\`, expected ${expected}`, {
    code: 'OPTION_INVALID',
    hint: `Give \`${option}\` another value or leave it out.`,
  });
}

// Numbers as large as those of gitlab.com, so that nobody can guess one.
function someId(): string {
  return String(randomInt(10_000_000, 100_000_000));
}

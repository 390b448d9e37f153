/**
 * The version of a release, from the tag of the commit it is made of.
 *
 * Nothing is guessed: not from a tag of an earlier commit, not from a clone that may lack tags, and
 * not from two tags that disagree.
 *
 * @module
 */

import { parseVersion } from '@wheelseal/distributions';
import { type Environment, readContinuousIntegration } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';
import { askGit } from './git.ts';

/** Options of {@link versionFromTag}. */
export interface TagOptions {
  /** Where `CI_COMMIT_TAG` is looked for; git runs in it, too. */
  readonly environment: Environment;
  /** What a tag looks like, with `{version}` in it; `1.2.0` and `v1.2.0` when left out. */
  readonly pattern?: string;
  readonly signal?: AbortSignal;
}

const place = '{version}';

/**
 * Finds the version in `CI_COMMIT_TAG`, otherwise in the tags of the commit a folder is at.
 *
 * @returns The version in its canonical spelling.
 * @throws PipelineError with code `TAG_UNUSABLE`, or `SETTING_INVALID` for a pattern without
 * `{version}`.
 */
export async function versionFromTag(directory: string, options: TagOptions): Promise<string> {
  const { environment, pattern = place } = options;
  if (pattern.split(place).length !== 2) {
    throw new PipelineError(`a pattern of tags has \`${place}\` once, found \`${pattern}\``, {
      code: 'SETTING_INVALID',
      hint: `Write it such as \`pkg/${place}\`.`,
    });
  }
  const { commitTag } = readContinuousIntegration({
    CI_COMMIT_TAG: environment['CI_COMMIT_TAG'],
  });
  const tags = commitTag === undefined ? await tagsOfCommit(directory, options) : [commitTag];
  const versions = new Set(tags.flatMap((tag) => versionIn(tag, pattern)));
  const [version, another] = versions;
  if (version !== undefined && another === undefined) return version;
  const listed = tags.map((tag) => `\`${tag}\``).join(', ');
  if (another !== undefined) {
    throw unusable(
      `the tags ${listed} name different versions`,
      'Give the version, or a pattern that only one of the tags has.',
    );
  }
  throw unusable(
    tags.length === 0 ? 'the commit has no tag' : `no version as in \`${pattern}\` is in ${listed}`,
    tags.length === 0
      ? 'Check out a tag, or give the version.'
      : `Give a pattern such as \`pkg/${place}\`, or the version.`,
  );
}

/** The version in a tag; none if the tag is another one. */
function versionIn(tag: string, pattern: string): readonly string[] {
  const [before = '', after = ''] = pattern.split(place);
  const isLongEnough = tag.length > before.length + after.length;
  if (!isLongEnough || !tag.startsWith(before) || !tag.endsWith(after)) return [];
  const text = tag.slice(before.length, tag.length - after.length);
  try {
    return [parseVersion(text.replace(/^v(?=\d)/i, '')).canonical];
  } catch {
    return [];
  }
}

async function tagsOfCommit(
  directory: string,
  { environment, signal }: TagOptions,
): Promise<readonly string[]> {
  const ask = async (...parameters: string[]): Promise<readonly string[]> => {
    const { isGood, lines, complaint } = await askGit(parameters, {
      directory,
      environment,
      ...(signal !== undefined && { signal }),
    }).catch(notStarted);
    if (isGood) return lines;
    throw unusable(`git knows no commit here: ${complaint}`, giveVersion);
  };
  const [isShallow] = await ask('rev-parse', '--is-shallow-repository');
  if (isShallow !== 'false') {
    throw unusable(
      'this is a shallow clone, which need not have the tags of its commit',
      'Fetch all of it with `git fetch --unshallow --tags` or `GIT_DEPTH: 0`, or give the version.',
    );
  }
  return ask('tag', '--points-at', 'HEAD');
}

const giveVersion = 'Run it in a clone of the project, or give the version.';

function notStarted(cause: unknown): never {
  const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
  if (!isMissing) throw cause;
  throw unusable('git, which knows the tags of the commit, cannot be run', giveVersion, cause);
}

function unusable(message: string, hint: string, cause?: unknown): PipelineError {
  return new PipelineError(message, {
    code: 'TAG_UNUSABLE',
    hint,
    ...(cause !== undefined && { cause }),
  });
}

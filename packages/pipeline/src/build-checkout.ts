/**
 * A detached checkout of the commit a project is at, to build from.
 *
 * Its clone borrows the objects of the user's repository and writes nothing there: no branch, no
 * worktree, no lock. It has everything that is committed and the `pyproject.toml` as it is now, which
 * git is told not to look at: to the plugins that ask git, the tree is clean.
 *
 * @module
 */

import { copyFile, rm } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { ChildOptions } from './child-process.ts';
import { PipelineError } from './errors.ts';
import { askGit, type GitAnswer } from './git.ts';

/** What is built. */
export interface BuildSource {
  /** Folder with the `pyproject.toml`. */
  readonly folder: string;
  /** Of the checkout; absent when this is the project's own folder. */
  readonly commit?: string;
}

/** How a checkout is made. */
export interface CheckoutOptions {
  /** How git runs. */
  readonly child: ChildOptions;
  /** Folder of the distributions: nobody expects to find it in the checkout. */
  readonly output: string;
  /** Whether the version is known; otherwise git will be asked for it. */
  readonly isVersionKnown: boolean;
  readonly warn: (message: string, hint?: string) => void;
}

const quietly = ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false'] as const;
const borrowing = ['clone', '--quiet', '--shared', '--no-checkout', '--template='] as const;
const asking = ['-c', 'core.quotePath=false', 'status', '--porcelain', '--untracked-files=normal'];

/** Asks git in the project. */
type Ask = (...parameters: string[]) => Promise<GitAnswer>;

/**
 * Checks a project out into a new folder. Where git has no commit of the project, or submodules,
 * which a clone does not bring, the project itself is the source.
 *
 * @throws PipelineError with code `TAG_UNUSABLE` when the version would be guessed from a shallow
 * clone.
 */
export async function checkOut(
  project: string,
  path: string,
  options: CheckoutOptions,
): Promise<BuildSource> {
  const { child, warn } = options;
  const ask: Ask = async (...parameters) => askGit(parameters, { ...child, directory: project });
  const place = await findCommit(ask, child);
  if (place === undefined) return { folder: project };
  const { top, prefix, commit, isShallow } = place;
  if (isShallow && !options.isVersionKnown) await assertTagged(ask);
  if ((await ask('cat-file', '-e', `${commit}:.gitmodules`)).isGood) {
    warn('the repository has submodules, so the project is built where it is');
    return { folder: project };
  }
  const cloned = await ask(...quietly, ...borrowing, top, path);
  const inside = { ...child, directory: cloned.isGood ? path : project };
  const checkedOut = cloned.isGood
    ? await askGit([...quietly, 'checkout', '--quiet', '--detach', commit], inside)
    : cloned;
  if (!checkedOut.isGood) {
    warn(`the project is built where it is; git made no checkout: ${checkedOut.complaint}`);
    return { folder: project };
  }
  await tellUncommitted(project, ask, options);
  const folder = resolve(path, prefix);
  await takeAlong(project, folder, inside);
  return { folder, commit };
}

interface CommitPlace {
  /** Top of the working tree. */
  readonly top: string;
  /** From there to the project, with a slash at its end, or empty. */
  readonly prefix: string;
  readonly commit: string;
  readonly isShallow: boolean;
}

/** The commit that a project is at; undefined when it is not committed. */
async function findCommit(ask: Ask, { signal }: ChildOptions): Promise<CommitPlace | undefined> {
  const questions = ['--show-toplevel', '--show-prefix', '--is-shallow-repository'];
  const { isGood, lines } = await ask('rev-parse', ...questions, 'HEAD^{commit}').catch(() => {
    signal?.throwIfAborted();
    return { isGood: false, lines: [] };
  });
  const [top = '', prefix = '', shallow, commit = ''] = lines;
  if (!isGood) return undefined;
  const hasProject = await ask('cat-file', '-e', `${commit}:${prefix}pyproject.toml`);
  return hasProject.isGood ? { top, prefix, commit, isShallow: shallow !== 'false' } : undefined;
}

/** With a tag at the commit itself, the rest of the history does not matter. */
async function assertTagged(ask: Ask): Promise<void> {
  const { lines } = await ask('tag', '--points-at', 'HEAD');
  if (lines.length > 0) return;
  throw new PipelineError('the version would be guessed from a shallow clone', {
    code: 'TAG_UNUSABLE',
    hint: 'Give the version, or fetch all of the history with `git fetch --unshallow --tags` or `GIT_DEPTH: 0`.',
  });
}

/** What is not committed is not built, which nobody should find out later. */
async function tellUncommitted(
  project: string,
  ask: Ask,
  { output, warn }: CheckoutOptions,
): Promise<void> {
  const inside = relative(project, output);
  const isInside = inside !== '' && !inside.startsWith('..') && !isAbsolute(inside);
  const excluded = ['pyproject.toml', ...(isInside ? [inside] : [])];
  const without = excluded.map((name) => `:(exclude,literal)${name}`);
  const { lines } = await ask(...asking, '--', '.', ...without);
  if (lines.length === 0) return;
  const names = lines.map((line) => `\`${line.slice(3)}\``);
  const more = names.length > shown ? ` and ${names.length - shown} more` : '';
  warn(
    `not committed, and therefore not built: ${names.slice(0, shown).join(', ')}${more}`,
    'Commit what belongs to the release: the commit is what is built.',
  );
}

const shown = 5;

async function takeAlong(project: string, folder: string, inside: ChildOptions): Promise<void> {
  const file = join(folder, 'pyproject.toml');
  // It may be a link in the repository.
  await rm(file, { force: true });
  await copyFile(join(project, 'pyproject.toml'), file);
  await askGit(['update-index', '--assume-unchanged', '--', 'pyproject.toml'], {
    ...inside,
    directory: folder,
  });
}

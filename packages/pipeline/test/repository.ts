// Repositories of git's own making: neither the user nor the machine has a say in what it does.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { temporaryFolder } from './workplace.ts';

export const gitEnvironment = {
  PATH: process.env['PATH'],
  HOME: '/nonexistent',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 'A',
  GIT_AUTHOR_EMAIL: 'a@example.org',
  GIT_COMMITTER_NAME: 'A',
  GIT_COMMITTER_EMAIL: 'a@example.org',
};

/** Runs git, and gives what it wrote. */
export async function git(directory: string, ...parameters: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('git', parameters, {
    cwd: directory,
    env: gitEnvironment,
  });
  return stdout.trim();
}

/** A repository of two commits, the second of which has the given tags. */
export async function repository(...tags: readonly string[]): Promise<string> {
  const folder = await temporaryFolder();
  await git(folder, 'init', '--quiet');
  await git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'one');
  await git(folder, 'tag', '0.1');
  await git(folder, 'commit', '--quiet', '--allow-empty', '--message', 'two');
  // One after the other: they share a lock.
  for (const [index, tag] of tags.entries()) {
    await git(folder, 'tag', ...(index % 2 === 0 ? [tag] : ['--annotate', '--message', 'm', tag]));
  }
  return folder;
}

/**
 * The time a build takes for now, so that building the same commit again gives the same files.
 *
 * @module
 */

import type { ChildOptions } from './child-process.ts';
import { readContinuousIntegration } from './continuous-integration.ts';
import { askGit } from './git.ts';

/**
 * Seconds since 1970: `SOURCE_DATE_EPOCH`, otherwise the time of the commit as the CI or git tells
 * it about the folder. Undefined when neither knows.
 */
export async function sourceDateEpoch(options: ChildOptions): Promise<string | undefined> {
  const { environment } = options;
  const given = environment['SOURCE_DATE_EPOCH']?.trim() ?? '';
  if (/^\d+$/.test(given)) return given;
  const { commitTimestamp } = readContinuousIntegration({
    CI_COMMIT_TIMESTAMP: environment['CI_COMMIT_TIMESTAMP'],
  });
  if (commitTimestamp !== undefined) return String(Math.floor(Date.parse(commitTimestamp) / 1000));
  return commitTime(options);
}

async function commitTime(options: ChildOptions): Promise<string | undefined> {
  const answer = await askGit(['log', '-1', '--format=%ct'], options).catch(() => {
    options.signal?.throwIfAborted();
    return undefined;
  });
  const seconds = answer?.isGood === true ? answer.lines[0] : undefined;
  return seconds !== undefined && /^\d+$/.test(seconds) ? seconds : undefined;
}

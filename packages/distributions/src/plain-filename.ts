/**
 * A file name that is nothing but a file name.
 *
 * Names come out of an index of somebody else. One with a separator, a drive letter or the name of
 * a device would lead out of the folder it is joined to, on one system or another.
 *
 * @module
 */

import { DistributionError } from './errors.ts';
import { quote } from './quote.ts';

const longest = 255;
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Throws unless every character of the name may stand in the name of a distribution. */
export function assertPlainFilename(filename: string): void {
  const complaint = complaintOf(filename);
  if (complaint !== undefined) throw invalidFilename(filename, complaint);
}

/** Says what is wrong with the name of a distribution. */
export function invalidFilename(
  filename: string,
  complaint: string,
  cause?: unknown,
): DistributionError {
  return new DistributionError(`${quote(filename)} ${complaint}`, {
    code: 'FILENAME_INVALID',
    hint: 'Keep the file name that the build backend gave the distribution.',
    ...(cause !== undefined && { cause }),
  });
}

function complaintOf(filename: string): string | undefined {
  if (filename.length > longest) return `is longer than ${longest} characters`;
  if (/[/\\]/.test(filename)) return 'is a path, expected a plain file name';
  if (filename.includes('..')) return 'contains `..`';
  if (device.test(filename)) return 'is the name of a device on Windows';
  const [stray] = /[^A-Za-z0-9._+!-]/u.exec(filename) ?? [];
  return stray === undefined ? undefined : `contains ${quote(stray)}, which no distribution has`;
}

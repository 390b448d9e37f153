/**
 * Versions as PEP 440 describes them.
 *
 * The pattern and the ordering of public versions are the library's. The local label is handled
 * here: the library reads `1e3` in it as a number and joins its parts with commas.
 *
 * @module
 */

import { compare as comparePublic, parse } from '@renovatebot/pep440';
import { DistributionError } from './errors.ts';
import { compareLocal, normalizeLocal } from './local-version.ts';
import { quote } from './quote.ts';

/** One version, however it was spelled. */
export interface Version {
  /** The one spelling PEP 440 recommends, such as `1.0rc1` for `v1.0-RC.1`. */
  readonly canonical: string;
  /** The numbers of the release, such as `[1, 0]`; zeros at the end are kept. */
  readonly release: readonly number[];
  /** Whether installers pass over it unless asked: it has an alpha, beta, rc or dev part. */
  readonly isPrerelease: boolean;
  /** What follows the `+`, in its canonical spelling. */
  readonly local?: string;
  /** Whether both are the same version: `1.0` equals `1.0.0`. */
  equals(other: Version): boolean;
  /** Negative when this version is older than the other, positive when newer, zero when equal. */
  compare(other: Version): number;
}

/** Foreign text is not worth parsing beyond this length. */
const longest = 256;

/**
 * Reads a version in any spelling PEP 440 allows, with white space around it and a leading `v`.
 *
 * @throws DistributionError with code `VERSION_INVALID`.
 */
export function parseVersion(text: string): Version {
  const trimmed = text.length <= longest ? text.trim() : '';
  const parts = parse(trimmed);
  if (parts === null) throw invalid(text, 'is not a version as PEP 440 describes it');
  const numbers = [parts.epoch, ...parts.release, parts.pre, parts.post, parts.dev].flat();
  // Beyond this JavaScript takes different numbers for the same one.
  if (numbers.some((part) => typeof part === 'number' && !Number.isSafeInteger(part))) {
    throw invalid(text, `has a number above ${Number.MAX_SAFE_INTEGER}`);
  }
  const label = trimmed.split('+')[1];
  const local = label === undefined ? undefined : normalizeLocal(label);
  const canonical = spell(parts, local);
  const compare = (other: Version): number =>
    comparePublic(withoutLocal(canonical), withoutLocal(other.canonical)) ||
    compareLocal(local, other.local);
  return {
    canonical,
    release: parts.release,
    isPrerelease: Boolean(parts.pre) || Boolean(parts.dev),
    ...(local !== undefined && { local }),
    equals: (other) => compare(other) === 0,
    compare,
  };
}

function invalid(text: string, complaint: string): DistributionError {
  return new DistributionError(`${quote(text)} ${complaint}`, {
    code: 'VERSION_INVALID',
    hint: 'Write a version such as `1.2.0`, `1.2.0rc1`, `1.2.0.post1` or `1.2.0.dev3`.',
  });
}

function spell(
  { epoch, release, pre, post, dev }: NonNullable<ReturnType<typeof parse>>,
  local: string | undefined,
): string {
  return [
    epoch > 0 ? `${epoch}!` : '',
    release.join('.'),
    pre ? pre.join('') : '',
    post ? `.${post.join('')}` : '',
    dev ? `.${dev.join('')}` : '',
    local === undefined ? '' : `+${local}`,
  ].join('');
}

function withoutLocal(canonical: string): string {
  return canonical.replace(/\+.*$/, '');
}

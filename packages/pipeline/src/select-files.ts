/**
 * Which files of a project's index are distributions of one version.
 *
 * The registry stores any file name under any project and version. A name that leads out of a
 * folder is refused aloud; one that is no distribution of this version is left alone.
 *
 * @module
 */

import { parseDistributionFilename, type Version, parseVersion } from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import type { SimpleIndexFile } from '@wheelseal/gitlab-registry';
import { PipelineError } from './errors.ts';
import type { RefusedDistribution } from './verdict.ts';

/** What an index has for one version of a project. */
export interface Selection {
  /** Distributions of the version, each name once. */
  readonly wanted: readonly SimpleIndexFile[];
  /** Files that nobody should have under these names. */
  readonly refused: readonly RefusedDistribution[];
  /** Why other files were left alone, each one clause. */
  readonly ignored: readonly string[];
  /** The versions there are, in canonical spelling. */
  readonly versions: readonly string[];
}

type Finding =
  | { readonly is: 'wanted'; readonly file: SimpleIndexFile }
  | { readonly is: 'refused'; readonly verdict: RefusedDistribution }
  | { readonly is: 'ignored'; readonly message: string }
  | { readonly is: 'other'; readonly version: string };

/** Sorts the files of an index. What is wanted comes in the order of the names, not in the index's. */
export function selectFiles(
  files: readonly SimpleIndexFile[],
  name: string,
  version: string,
): Selection {
  const wantedVersion = parseVersion(version);
  const findings = files.map((file) => findingOf(file, name, wantedVersion));
  const wanted = findings
    .flatMap((finding) => (finding.is === 'wanted' ? [finding.file] : []))
    .toSorted(byFilename);
  const others = findings.flatMap((finding) => (finding.is === 'other' ? [finding.version] : []));
  const groups = Map.groupBy(wanted, ({ filename }) => filename);
  return {
    wanted: [...groups.values()].flatMap((group) => (isOne(group) ? group.slice(0, 1) : [])),
    refused: [
      ...findings.flatMap((finding) => (finding.is === 'refused' ? [finding.verdict] : [])),
      ...[...groups].flatMap(([filename, group]) => (isOne(group) ? [] : [ambiguous(filename)])),
    ],
    ignored: findings.flatMap((finding) => (finding.is === 'ignored' ? [finding.message] : [])),
    versions: [...new Set(others)],
  };
}

function byFilename(left: SimpleIndexFile, right: SimpleIndexFile): number {
  return left.filename < right.filename ? -1 : Number(left.filename > right.filename);
}

function findingOf(file: SimpleIndexFile, name: string, wanted: Version): Finding {
  const { filename } = file;
  try {
    const found = parseDistributionFilename(filename, { name });
    if (!parseVersion(found.version).equals(wanted)) return { is: 'other', version: found.version };
    return { is: 'wanted', file };
  } catch (error) {
    if (!isCodedError(error)) throw error;
    if (isPlain(filename)) {
      const message = `\`${filename}\` is listed, but it is no distribution of ${name}`;
      return { is: 'ignored', message };
    }
    return { is: 'refused', verdict: { status: 'refused', filename: visible(filename), error } };
  }
}

/** Only one that stays in its folder, on every system, may be passed over. */
function isPlain(filename: string): boolean {
  return /^[\w.+!~@-]+$/.test(filename) && !filename.includes('..');
}

/** A name from outside may hold what a terminal takes for a command. */
function visible(filename: string): string {
  return filename.replaceAll(
    /[\p{C}\p{Z}`]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** The same file may be listed for two spellings of a project's name. */
function isOne(group: readonly SimpleIndexFile[]): boolean {
  return new Set(group.map(({ sha256 }) => sha256)).size === 1;
}

function ambiguous(filename: string): RefusedDistribution {
  const error = new PipelineError(`\`${filename}\` is listed more than once with other digests`, {
    code: 'VERIFICATION_FAILED',
    hint: 'Delete the file that does not belong to the project from its registry.',
  });
  return { status: 'refused', filename, error };
}

/**
 * Whether building twice gave the same bytes, and where not, what differs.
 *
 * @module
 */

import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ArchiveMember, readMembers } from './archive-members.ts';
import { PipelineError } from './errors.ts';
import type { ReleasedDistribution } from './release.ts';

/** A distribution that came out differently. */
export interface BuildDifference {
  readonly filename: string;
  /** True when only one of the two builds made it. */
  readonly isAlone: boolean;
  /** What differs in it; none when it is how it is packed, such as the time in a gzip header. */
  readonly members: readonly MemberDifference[];
}

/** A member of a distribution that came out differently. */
export interface MemberDifference {
  readonly path: string;
  /** `content`, names of attributes such as `time`, or `presence`. */
  readonly differs: readonly string[];
}

/** What one build left in its folder. */
export interface BuiltFolder {
  readonly directory: string;
  readonly distributions: readonly ReleasedDistribution[];
}

/**
 * Throws unless two builds made the same files.
 *
 * @throws PipelineError with code `BUILD_NOT_REPRODUCIBLE`, which carries the differences.
 */
export async function assertReproducible(
  first: BuiltFolder,
  second: BuiltFolder,
  options: { readonly log: string; readonly signal?: AbortSignal },
): Promise<void> {
  const differences: BuildDifference[] = [];
  for (const filename of filenamesOf(first, second)) {
    const [one, other] = [first, second].map(({ distributions }) =>
      distributions.find((distribution) => distribution.filename === filename),
    );
    if (one !== undefined && one.sha256 === other?.sha256) continue;
    const isAlone = one === undefined || other === undefined;
    const members = isAlone
      ? []
      : compareMembers(
          await readMembers(join(first.directory, filename), options),
          await readMembers(join(second.directory, filename), options),
        );
    differences.push({ filename, isAlone, members });
  }
  if (differences.length === 0) return;
  await appendFile(options.log, differences.map(listed).join(''));
  throw new PipelineError(
    `building twice gave different files: ${differences.map(describe).join('; ')}`,
    {
      code: 'BUILD_NOT_REPRODUCIBLE',
      hint: `${hintFor(differences)} The whole list is in \`${options.log}\`.`,
      differences,
    },
  );
}

function filenamesOf(...folders: readonly BuiltFolder[]): readonly string[] {
  const names = folders.flatMap(({ distributions }) =>
    distributions.map(({ filename }) => filename),
  );
  return [...new Set(names)].toSorted();
}

function compareMembers(
  first: ReadonlyMap<string, ArchiveMember>,
  second: ReadonlyMap<string, ArchiveMember>,
): readonly MemberDifference[] {
  const paths = [...new Set([...first.keys(), ...second.keys()])];
  return paths.flatMap((path) => {
    const differs = comparison(first.get(path), second.get(path));
    return differs.length === 0 ? [] : [{ path, differs }];
  });
}

function comparison(
  one: ArchiveMember | undefined,
  other: ArchiveMember | undefined,
): readonly string[] {
  if (one === undefined || other === undefined) return ['presence'];
  const names = Object.keys({ ...one.attributes, ...other.attributes });
  return [
    ...(one.content === other.content ? [] : ['content']),
    ...names.filter((name) => one.attributes[name] !== other.attributes[name]),
  ];
}

function listed({ filename, members }: BuildDifference): string {
  const lines = members.map(({ path, differs }) => `#   ${path} (${differs.join(', ')})\n`);
  return [`# differs the second time: ${filename}\n`, ...lines].join('');
}

const shown = 5;

function describe({ filename, isAlone, members }: BuildDifference): string {
  if (isAlone) return `\`${filename}\` (only one of the two builds made it)`;
  if (members.length === 0) return `\`${filename}\` (only in how it is packed)`;
  const names = members
    .slice(0, shown)
    .map(({ path, differs }) => `\`${path}\` (${differs.join(', ')})`);
  const more = members.length > shown ? ` and ${members.length - shown} more` : '';
  return `\`${filename}\` in ${names.join(', ')}${more}`;
}

/** Times alone are the backend's doing; content may be the project's. */
function hintFor(differences: readonly BuildDifference[]): string {
  const isContent = differences.some(
    ({ isAlone, members }) =>
      isAlone ||
      members.some(({ differs }) =>
        differs.some((name) => name === 'content' || name === 'presence'),
      ),
  );
  return isContent
    ? 'Make what the project generates while it is built depend on its files and `SOURCE_DATE_EPOCH` only.'
    : 'Take a build backend that honours `SOURCE_DATE_EPOCH` for every file it packs.';
}

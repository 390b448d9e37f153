/**
 * What GitLab demands of a generic file's package, version and name.
 *
 * @module
 */

import { invalidParameters } from './answer.ts';
import type { Call } from './routing.ts';

const packageName = /^[A-Za-z0-9._\-+]+$/u;
const packageVersion = /^(?!.*\.\.)[\w+.-]+$/u;
const fileName = /^(?![~@])[A-Za-z0-9._\-+~@]+(?<![~@])$/u;

/** Where a generic file goes. */
export interface GenericPath {
  readonly name: string;
  readonly version: string;
  /** Folders above the file; mostly none. */
  readonly folder: string;
  readonly file: string;
}

/**
 * Reads where a file goes, or comes from.
 *
 * @throws Refusal with 400 that lists every parameter which does not fit.
 */
export function genericPath(call: Call): GenericPath {
  const segments = call.segments('file');
  const path = {
    name: call.param('package_name'),
    version: call.param('package_version'),
    folder: segments.slice(0, -1).join('/'),
    file: segments.at(-1) ?? '',
  };
  const complaints = [
    ...pathComplaints(path),
    ...enumComplaint(call, 'status', ['default', 'hidden']),
    ...enumComplaint(call, 'select', ['package_file']),
  ];
  if (complaints.length > 0) throw invalidParameters(complaints);
  return path;
}

/** The name a file is stored under: with folders, the whole path percent-encoded. */
export function storedFileName({ folder, file }: GenericPath): string {
  return folder === '' ? file : encodeURIComponent(`${folder}/${file}`);
}

/** Tells whether a part of a path leads out of its folder. */
export function isPathTraversal(text: string): boolean {
  return /^\.{1,2}$|^\.\.[/\\]|[/\\]\.\.$|[/\\]\.\.[/\\]|\n/u.test(text);
}

function pathComplaints({ name, version, folder, file }: GenericPath): readonly string[] {
  return [
    ...(packageName.test(name) ? [] : ['package_name is invalid']),
    ...(isPathTraversal(name) ? ['package_name should be a valid file path'] : []),
    ...(packageVersion.test(version) ? [] : ['package_version is invalid']),
    ...(isPathTraversal(folder) ? ['path should be a valid file path'] : []),
    ...(fileName.test(file) ? [] : ['file_name is invalid']),
    ...(isPathTraversal(file) ? ['file_name should be a valid file path'] : []),
  ];
}

function enumComplaint(
  { query, request }: Call,
  name: string,
  values: readonly string[],
): readonly string[] {
  const value = query.get(name);
  if (request.method !== 'PUT' || value === null || values.includes(value)) return [];
  return [`${name} does not have a valid value`];
}

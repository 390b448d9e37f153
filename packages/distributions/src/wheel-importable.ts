/**
 * Whether a wheel brings anything that can be used.
 *
 * A build that does not find the packages of a project still succeeds, with a wheel that holds its
 * metadata and nothing else.
 *
 * @module
 */

import type { Report } from './finding.ts';
import type { InspectedContents } from './inspection-contents.ts';
import type { CoreMetadata } from './metadata-fields.ts';

/** Takes down that a wheel is empty, or that Python cannot import anything of it. */
export function inspectImportable(
  { paths }: InspectedContents,
  metadata: CoreMetadata | undefined,
  report: Report,
): void {
  const files = [...paths].filter((path) => !/^[^/]+\.dist-info\//.test(path));
  const needsOthers = (metadata?.fields.get('requires-dist') ?? []).length > 0;
  if (files.length === 0 && !needsOthers) {
    report('WHEEL_EMPTY', 'the wheel has neither files nor dependencies');
  } else if (files.length === 0) {
    report('WHEEL_NOT_IMPORTABLE', 'the wheel has dependencies and no files');
  } else if (!files.some(isUsable)) {
    report('WHEEL_NOT_IMPORTABLE', 'the wheel has no module that Python can import');
  }
}

/** A module where it is imported from, or a program. */
function isUsable(path: string): boolean {
  const [, scheme] = /^[^/]+\.data\/([^/]+)\//.exec(path) ?? [];
  if (scheme === 'scripts') return true;
  if (scheme !== undefined && scheme !== 'purelib' && scheme !== 'platlib') return false;
  return /\.(?:py|pyi|pyc|so|pyd|dylib)$/.test(path);
}

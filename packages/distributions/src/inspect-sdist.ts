/**
 * Inspects the contents of an sdist.
 *
 * @module
 */

import { segmentsOf } from './archive-entries.ts';
import type { ArchiveFile } from './archive-file.ts';
import type { Report } from './finding.ts';
import { type InspectedContents, reportEntries, reportFlaws } from './inspection-contents.ts';
import { quote } from './quote.ts';
import { readSdist, type SdistEntry } from './sdist-contents.ts';
import { isSdistFolder, type SdistFilename } from './sdist-filename.ts';

/** Inspects an sdist; answers what is in it as far as it can be read. */
export async function inspectSdist(
  archive: ArchiveFile,
  expected: SdistFilename,
  report: Report,
): Promise<InspectedContents | undefined> {
  const contents = await reportFlaws(report, async () => readSdist(archive));
  if (!contents) return undefined;
  const { entries, metadata } = contents;
  reportEntries(entries, report);
  for (const entry of entries) inspectKind(entry, report);
  const tops = [...new Set(entries.flatMap(({ name }) => segmentsOf(name).slice(0, 1)))];
  const [top = ''] = tops;
  if (tops.length > 1) {
    const others = `${quote(top)} beside ${quote(String(tops[1]))}`;
    report('SDIST_FOLDER_MISMATCH', `the archive has ${others}, expected one folder`);
  } else if (top !== '' && !isSdistFolder(top, expected)) {
    const wanted = quote(`${expected.name}-${expected.version}`);
    report('SDIST_FOLDER_MISMATCH', `the archive has the folder ${quote(top)}, expected ${wanted}`);
  }
  const paths = new Set(
    entries.filter(({ kind }) => kind === 'file').map(({ name }) => segmentsOf(name).join('/')),
  );
  if (!paths.has(`${top}/pyproject.toml`) && !paths.has(`${top}/setup.py`)) {
    report('SDIST_NOT_BUILDABLE', 'the sdist has neither `pyproject.toml` nor `setup.py`');
  }
  return { ...(metadata && { metadata }), paths, licenseFolder: top };
}

function inspectKind(entry: SdistEntry, report: Report): void {
  const { name, kind } = entry;
  if (kind === 'other') {
    report('ENTRY_KIND_UNSAFE', `the entry ${quote(name)} is a device or a pipe`);
  }
  if (kind !== 'link') return;
  const to = entry.link ? ` to ${quote(entry.link.path)}` : '';
  if (staysInside(entry)) report('ENTRY_LINK', `the entry ${quote(name)} is a link${to}`);
  else
    report('ENTRY_KIND_UNSAFE', `the entry ${quote(name)} is a link${to}, outside of its folder`);
}

/** Steps up are followed only at the start of a path, where no other link can lie between. */
function staysInside({ name, link }: SdistEntry): boolean {
  if (!link || /^(?:\/|[A-Za-z]:)|\\/.test(link.path)) return false;
  const path = segmentsOf(link.path);
  const below = path.findIndex((segment) => segment !== '..');
  const steps = below < 0 ? path.length : below;
  if (steps > link.from.length) return false;
  const reached = [...link.from.slice(0, link.from.length - steps), ...path.slice(steps)];
  return reached[0] === segmentsOf(name)[0] && !reached.includes('..');
}

/**
 * Sound distributions to spoil, and their inspection.
 *
 * @module
 */

import { inspectDistribution } from '@wheelseal/distributions';
import {
  tarball,
  temporaryFile,
  withRecord,
  zip,
  type ZipEntry,
  type ZipFrame,
} from './archives.ts';

/** The folder of a wheel's metadata. */
export const distInfo = 'demo-1.0.dist-info';

/** Core metadata that nothing is wrong with, some of its lines replaced or added. */
export function metadata(
  lines: Readonly<Record<string, string>> = {},
  description = 'Text',
): string {
  const all = {
    'Metadata-Version': '2.4',
    Name: 'demo',
    Version: '1.0',
    Summary: 'A demo',
    'Requires-Python': '>=3.10',
    'License-Expression': 'MIT',
    'Description-Content-Type': 'text/markdown',
    ...lines,
  };
  const headers = Object.entries(all).flatMap(([name, value]) =>
    value === '' ? [] : value.split('|').map((one) => `${name}: ${one}`),
  );
  return [...headers, '', description].join('\n');
}

/** The `WHEEL` file of the wheel that {@link wheelFiles} makes. */
export const wheelFile = 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n';

/** The files of a wheel that nothing is wrong with, but for `RECORD`. */
export function wheelFiles(
  text: string = metadata(),
  wheel: string = wheelFile,
): readonly ZipEntry[] {
  return [
    { name: 'demo/__init__.py', content: 'print("demo")\n' },
    { name: 'demo/data.txt', content: 'x'.repeat(5000) },
    { name: `${distInfo}/METADATA`, content: text },
    { name: `${distInfo}/WHEEL`, content: wheel },
  ];
}

/** Inspects an archive of these entries; answers `CODE message` of every finding. */
export async function inspectWheel(
  entries: readonly ZipEntry[] = withRecord(wheelFiles()),
  {
    filename = 'demo-1.0-py3-none-any.whl',
    ...frame
  }: ZipFrame & { readonly filename?: string } = {},
): Promise<readonly string[]> {
  return inspectBytes(filename, zip(entries, frame));
}

/** Inspects an sdist of these entries. */
export async function inspectSdist(
  entries: Parameters<typeof tarball>[0],
  filename = 'demo-1.0.tar.gz',
): Promise<readonly string[]> {
  return inspectBytes(filename, await tarball(entries));
}

/** Inspects a file of these bytes. */
export async function inspectBytes(filename: string, bytes: Buffer): Promise<readonly string[]> {
  const { findings } = await inspectDistribution(await temporaryFile(filename, bytes));
  return findings.map(({ code, message }) => `${code} ${message}`);
}

/** The files of an sdist that nothing is wrong with. */
export const sdistFiles = [
  { name: 'demo-1.0/PKG-INFO', content: metadata() },
  { name: 'demo-1.0/pyproject.toml', content: '[project]\n' },
  { name: 'demo-1.0/src/demo/__init__.py', content: 'print("demo")\n' },
] as const;

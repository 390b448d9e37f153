/**
 * The `WHEEL` file of a wheel, which says for which Pythons it is.
 *
 * The file name says so too, and a file can be renamed: the tags of both must be the same.
 *
 * @module
 */

import { DistributionError } from './errors.ts';
import type { Report } from './finding.ts';
import { parseHeaderLines } from './header-lines.ts';
import { quote } from './quote.ts';
import type { WheelFilename } from './wheel-filename.ts';

const mostTags = 10_000;

/** Compares what `WHEEL` says with what the file name says. */
export function inspectWheelFile(text: string, expected: WheelFilename, report: Report): void {
  const headers = headersOf(text);
  const version = headers.get('wheel-version')?.[0] ?? '';
  if (!/^1\.\d+$/.test(version)) {
    report('WHEEL_INVALID', `\`WHEEL\` has the version ${quote(version)}, expected \`1.0\``);
    return;
  }
  if (!/^(?:true|false)$/i.test(headers.get('root-is-purelib')?.[0] ?? '')) {
    report('WHEEL_INVALID', '`WHEEL` does not say `Root-Is-Purelib: true` or `false`');
  }
  inspectTags(headers.get('tag') ?? [], expected, report);
  const [build, ...others] = headers.get('build') ?? [];
  if (build === expected.build && others.length === 0) return;
  report(
    'TAGS_MISMATCH',
    `the build tag is ${shown(build)} in \`WHEEL\` and ${shown(expected.build)} in the file name`,
  );
}

function headersOf(text: string): ReadonlyMap<string, readonly string[]> {
  try {
    return parseHeaderLines(text).headers;
  } catch (cause) {
    if (cause instanceof DistributionError) return new Map();
    throw cause;
  }
}

function inspectTags(tags: readonly string[], expected: WheelFilename, report: Report): void {
  const stated = new Set(tags.flatMap((tag) => expand(tag.toLowerCase().split('-'))));
  const { pythonTags, abiTags, platformTags } = expected;
  const named = new Set(combine(pythonTags, abiTags, platformTags));
  const onlyNamed = [...named].filter((tag) => !stated.has(tag));
  const onlyStated = [...stated].filter((tag) => !named.has(tag));
  if (onlyNamed.length === 0 && onlyStated.length === 0) return;
  const parts = [
    ...(onlyNamed.length > 0 ? [`only the file name has ${few(onlyNamed)}`] : []),
    ...(onlyStated.length > 0 ? [`only \`WHEEL\` has ${few(onlyStated)}`] : []),
  ];
  report('TAGS_MISMATCH', `the tags differ: ${parts.join(', ')}`);
}

function expand(parts: readonly string[]): readonly string[] {
  const [python = '', abi = '', platform = '', ...rest] = parts;
  // What is no tag is kept as it stands, and is none of the file name's.
  if (rest.length > 0 || platform === '') return [parts.join('-')];
  return combine(python.split('.'), abi.split('.'), platform.split('.'));
}

function combine(
  pythons: readonly string[],
  abis: readonly string[],
  platforms: readonly string[],
): readonly string[] {
  if (pythons.length * abis.length * platforms.length > mostTags) return ['too many tags'];
  return pythons.flatMap((python) =>
    abis.flatMap((abi) => platforms.map((platform) => `${python}-${abi}-${platform}`)),
  );
}

function few(tags: readonly string[]): string {
  const more = tags.length > 3 ? ` and ${tags.length - 3} more` : '';
  return tags.slice(0, 3).map(quote).join(', ') + more;
}

function shown(build: string | undefined): string {
  return build === undefined ? 'absent' : quote(build);
}

/**
 * What a build would stumble over later.
 *
 * @module
 */

import { normalizeName, parseVersion, type Version } from '@wheelseal/distributions';
import { firstLineOfToml11, type TomlDocument } from './toml-document.ts';
import { stringAt, stringsAt, tableAt } from './toml-value.ts';

/** The first setuptools that reads `[project]`; older ones build `UNKNOWN-0.0.0`. */
const firstSetuptools = '61.0.0';

/** Lists what is allowed in the file and goes wrong nevertheless. */
export function warningsFor({ text, value }: TomlDocument): readonly string[] {
  const warnings: string[] = [];
  const line = firstLineOfToml11(text);
  if (line !== undefined) {
    warnings.push(`line ${line} needs TOML 1.1, which a build backend on TOML 1.0 refuses`);
  }
  const backend = stringAt(value, ['build-system', 'build-backend']) ?? 'setuptools';
  const requirement = stringsAt(value, ['build-system', 'requires']).find(allowsOldSetuptools);
  if (
    requirement !== undefined &&
    backend.startsWith('setuptools') &&
    tableAt(value, ['project'])
  ) {
    warnings.push(
      `\`${requirement}\` in \`build-system.requires\` allows a setuptools that does not read \`[project]\` and builds \`UNKNOWN-0.0.0\`; require \`setuptools>=61\``,
    );
  }
  return warnings;
}

function allowsOldSetuptools(requirement: string): boolean {
  const [, name = '', rest = ''] =
    /^\s*([A-Za-z0-9._-]*[A-Za-z0-9])\s*(?:\[[^\]]*\])?\s*\(?([^;)]*)/.exec(requirement) ?? [];
  if (name === '' || normalizeName(name) !== 'setuptools') return false;
  if (rest.trimStart().startsWith('@')) return false;
  const first = parseVersion(firstSetuptools);
  const bounds = rest.split(',').flatMap(lowerBound);
  return !bounds.some((bound) => bound.compare(first) >= 0);
}

function lowerBound(specifier: string): readonly Version[] {
  const [, text] = /^\s*(?:>=|>|===?|~=)\s*([^\s*]+?)(?:\.\*)?\s*$/.exec(specifier) ?? [];
  if (text === undefined) return [];
  try {
    return [parseVersion(text)];
  } catch {
    return [];
  }
}

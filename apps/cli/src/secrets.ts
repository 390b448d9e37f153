/**
 * Everything this command must never print.
 *
 * A secret is known by the name of its variable or flag, by its own look, or by its place in a URL:
 * a list of the variables we read would miss those that a build frontend or a proxy reads.
 *
 * @module
 */

import { secretMask } from '@wheelseal/errors';
import type { Environment } from './environment.ts';

/** The secrets known so far. */
export interface Secrets {
  /** Makes one more value unprintable. */
  readonly add: (secret: string) => void;
  /** Takes every known secret out of a text. */
  readonly mask: (text: string) => string;
}

const secretVariable =
  /(?:TOKEN|PASSWORD|PASSWD|PASSPHRASE|SECRET|API_KEY|PRIVATE_KEY|JWT(?:_V\d)?)$/i;
const secretFlag = /^--[\w-]*(?:token|password|secret)[\w-]*(?:=(?<value>.*))?$/is;
const looksSecret = /eyJ[\w-]+\.[\w-]+\.[\w-]+|\bgl[a-z]{2,6}-[\w-]{8,}/g;
const urlPassword = /\/\/[^/@\s:]*:(?<password>[^/@\s]+)@/g;

/** Collects the secrets of an environment and of a command line. */
export function createSecrets(environment: Environment, argv: readonly string[]): Secrets {
  const known = new Set([...secretsOf(environment), ...secretArguments(argv)]);
  let mask = maskOf(known);
  return {
    add(secret) {
      known.add(secret);
      mask = maskOf(known);
    },
    mask: (text) => mask(text),
  };
}

/** The variables of an environment that hold a secret, as far as their names and values tell. */
export function secretsOf(environment: Environment): readonly string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return secretVariable.test(name) ? [value, ...embedded(value)] : embedded(value);
  });
}

function secretArguments(argv: readonly string[]): readonly string[] {
  return argv.flatMap((argument, index) => {
    const flag = secretFlag.exec(argument);
    if (flag === null) return embedded(argument);
    return [flag.groups?.['value'] ?? argv[index + 1] ?? ''];
  });
}

function embedded(text: string): readonly string[] {
  const passwords = [...text.matchAll(urlPassword)].map(
    (match) => match.groups?.['password'] ?? '',
  );
  return [...(text.match(looksSecret) ?? []), ...passwords, ...passwords.map(decode)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// Inside a JSON document a secret may stand with escaped quotes or line breaks.
function maskOf(secrets: Iterable<string>): (text: string) => string {
  const plain = [...secrets];
  const escaped = plain.map((secret) => JSON.stringify(secret.trim()).slice(1, -1));
  return secretMask([...plain, ...escaped]);
}

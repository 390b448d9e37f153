/**
 * What a build may know of the environment it runs in.
 *
 * A build runs code of the project and of everything it requires. None of that has a use for the
 * tokens of the job, so it does not get them: neither by their variable nor inside another one.
 *
 * @module
 */

import { secretMask, type SecretMask } from '@wheelseal/errors';
import type { Environment } from './continuous-integration.ts';
import { withoutRepository } from './git.ts';

/** The environment of a build, and what must not come out of it. */
export interface BuildEnvironment {
  readonly variables: Environment;
  readonly mask: SecretMask;
  /** Variables that were kept although a secret is in them. */
  readonly leaking: readonly string[];
}

const secretName =
  /(?:^|_)(?:TOKENS?|PASSWORD|PASSWD|PASSPHRASE|SECRETS?|CREDENTIALS?|(?:API|ACCESS|PRIVATE|SIGNING)_?KEY|JWT|AUTH_CONFIG)(?:_|$)/i;
/** Without them a frontend would ask another index for what the build requires. */
const neededName = /^(?:PIP_|UV_(?!PUBLISH)|(?:ALL|FTP|HTTPS?|NO)_PROXY$)/i;
const urlPassword = /\/\/[^/@\s:]*:([^/@\s]+)@/g;
const shortestSecret = 8;

type Variable = readonly [name: string, value: string];

/** Takes secrets out of an environment, and lays settings of the build over what is left. */
export function buildEnvironment(
  environment: Environment,
  settings: Environment = {},
): BuildEnvironment {
  const all = Object.entries(withoutRepository(environment)).filter(isSet);
  const secrets = all
    .filter(isSecret)
    .map(([, value]) => value.trim())
    .filter((value) => value.length >= shortestSecret);
  // Part of another value: only what cannot be there by chance, as a word or a path could.
  const tokens = secrets.filter((secret) => /^[^\s/]{16,}$/.test(secret));
  const isClean = ([, value]: Variable): boolean =>
    passwordsIn(value).length === 0 && !tokens.some((secret) => value.includes(secret));
  const kept = all.filter(
    (variable) => isNeeded(variable) || (!isSecret(variable) && isClean(variable)),
  );
  const leaking = kept.filter((variable) => isSecret(variable) || !isClean(variable));
  return {
    variables: {
      ...Object.fromEntries(kept),
      // Nobody is there to answer.
      PIP_NO_INPUT: '1',
      ...settings,
    },
    mask: secretMask([...secrets, ...all.flatMap(([, value]) => passwordsIn(value))]),
    leaking: leaking.map(([name]) => name),
  };
}

function isSet(entry: readonly [string, string | undefined]): entry is [string, string] {
  return entry[1] !== undefined;
}

function isNeeded([name]: Variable): boolean {
  return neededName.test(name);
}

function isSecret([name]: Variable): boolean {
  return secretName.test(name);
}

function passwordsIn(value: string): readonly string[] {
  return [...value.matchAll(urlPassword)].map(([, password]) => password ?? '');
}

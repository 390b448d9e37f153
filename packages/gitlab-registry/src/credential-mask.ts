/**
 * Keeps credentials out of what a server says: one that echoes a request would put them into errors.
 *
 * @module
 */

import { secretMask, type SecretMask } from '@wheelseal/errors';
import type { Authentication } from './authentication.ts';

/** A mask for everything secret that these credentials send on any route. */
export function credentialMask(auth: Authentication | undefined): SecretMask {
  if (auth === undefined) return (text) => text;
  const values = (['pypi', 'generic', 'packages'] as const).map((route) => auth.header(route)[1]);
  return secretMask(values.flatMap(secretsIn));
}

function secretsIn(value: string): readonly string[] {
  const [, scheme, parameter] = /^(\S+)\s+(.*)$/.exec(value) ?? [];
  if (scheme === undefined || parameter === undefined) return [value];
  const decoded =
    scheme.toLowerCase() === 'basic' ? Buffer.from(parameter, 'base64').toString() : '';
  return [value, parameter, decoded, decoded.slice(decoded.indexOf(':') + 1)];
}

/**
 * Which trusted root was believed in, and how old it is.
 *
 * @module
 */

import type { VerificationPorts } from '@wheelseal/pipeline';
import type { Lines } from './report.ts';

type Origin = NonNullable<VerificationPorts['trust']>;
type Trusting = Pick<VerificationPorts, 'trust'>;

const kinds: Readonly<Record<Origin['kind'], string>> = {
  file: 'a file',
  keys: 'certificates and keys in files',
  tuf: 'TUF',
  cache: 'what TUF said',
  seed: 'what came with this program',
};

/** Fields of the document about the trusted root. */
export function trustFields({ trust }: Trusting): Readonly<Record<string, unknown>> {
  if (trust === undefined) return {};
  const { kind, checkedAt, currentUntil, expiresAt } = trust;
  return { trustedRoot: { kind, checkedAt, currentUntil, expiresAt } };
}

/** A line about a trusted root that has an age. */
export function trustLines({ trust }: Trusting): Lines {
  return (paint) => {
    if (trust?.checkedAt === undefined) return [];
    const { kind, checkedAt } = trust;
    return [paint.dim(`trusted root: ${kinds[kind]}, ${checkedAt.toISOString().slice(0, 10)}`)];
  };
}

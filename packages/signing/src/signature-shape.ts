/**
 * The shapes that a signature can be given, and which of them go with whom and where.
 *
 * @module
 */

import { SigningError } from './errors.ts';
import type { KeyPair } from './key-pair.ts';
import type { LogService } from './signing-config.ts';

/** One file beside the file that was signed, with the file's own signature in it. */
export type FileShape =
  /** `.sigstore.json`: the signature of the file with all that proves it. */
  | 'bundle'
  /** `.sig`, as cosign 2 has it. */
  | 'signature'
  /** `.crt`, as cosign 2 has it. */
  | 'certificate';

/** One file beside the file that was signed. */
export type SignatureShape =
  | FileShape
  /** `.publish.attestation`: that the signer published the file (PEP 740). */
  | 'attestation'
  /** `.provenance.sigstore.json`: how the file was built. */
  | 'provenance';

/** What a batch is signed with, as far as shapes depend on it. */
export interface ShapeConditions {
  /** A key of one's own; absent where there will be a certificate. */
  readonly key?: KeyPair | undefined;
  readonly logs: readonly LogService[];
}

/** What is asked for. */
export interface WantedShapes {
  readonly shapes: readonly FileShape[];
  readonly attestation?: boolean | undefined;
}

/**
 * Whether `.sig` and `.crt` prove nothing without the bundle: only a Rekor v1 can be asked for the
 * entry that belongs to them.
 */
export function needsBundle({ key, logs }: ShapeConditions): boolean {
  return key === undefined && !logs.some(({ version }) => version === 1);
}

/** The shapes that are made when nobody asks for others: those that can be verified. */
export function usualShapes(conditions: ShapeConditions): readonly FileShape[] {
  if (conditions.key !== undefined) return ['bundle', 'signature'];
  return needsBundle(conditions) ? ['bundle'] : ['bundle', 'signature', 'certificate'];
}

/**
 * Throws if something that is asked for cannot be made.
 *
 * @throws SigningError with code `SHAPE_IMPOSSIBLE` or `KEY_UNUSABLE`.
 */
export function assertPossible(
  { shapes, attestation = false }: WantedShapes,
  { key, logs }: ShapeConditions,
): void {
  if (key !== undefined) return assertPossibleWithKey({ shapes, attestation }, key, logs);
  if (!attestation || !needsBundle({ logs })) return undefined;
  throw new SigningError('a publish attestation has no place for the timestamp that it needs', {
    code: 'SHAPE_IMPOSSIBLE',
    hint: 'Sign with a Rekor v1, or leave the attestation out.',
  });
}

function assertPossibleWithKey(
  { shapes, attestation }: WantedShapes,
  key: KeyPair,
  logs: readonly LogService[],
): void {
  if (attestation || shapes.includes('certificate')) {
    const what = attestation ? 'publish attestation' : 'certificate';
    throw new SigningError(`a key has no ${what}, which needs an identity`, {
      code: 'SHAPE_IMPOSSIBLE',
      hint: `Sign with an identity token, or leave the ${what} out.`,
    });
  }
  if (key.signDigest === undefined && shapes.length > 0) {
    throw unusable('an Ed25519 key signs no file by its digest');
  }
  // What Rekor takes: v2 P-256 alone, v1 statements by any key, files by P-256.
  if (key.kind === 'P-256') return;
  const isRefused = logs.some(({ version }) => version === 2 || shapes.length > 0);
  if (isRefused) throw unusable(`Rekor takes no such signature of a key of the kind ${key.kind}`);
}

function unusable(message: string): SigningError {
  return new SigningError(message, {
    code: 'KEY_UNUSABLE',
    hint: 'Sign with an ECDSA key on the curve P-256.',
  });
}

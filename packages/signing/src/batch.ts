/**
 * The files of a batch: what is to be signed of each, and what comes of it.
 *
 * The shapes of the file's own signature share one signature; every statement has one of its own.
 *
 * @module
 */

import { parseAttestation } from './attestation.ts';
import { detachedSignature, parseBundle } from './bundle.ts';
import type { Progress } from './credential.ts';
import type { DigestedFile } from './digested-file.ts';
import { publishPredicate, statementText, type Predicate } from './predicate.ts';
import type { ProvenSignature, Unsigned } from './sign-content.ts';
import type { FileShape, SignatureShape, WantedShapes } from './signature-shape.ts';
import type { SignedDistribution } from './signed-distribution.ts';
import { attestationText } from './write-attestation.ts';

/** One signature of one file. */
interface Task {
  readonly file: DigestedFile;
  readonly unsigned: Unsigned;
  /** Takes what was made of it. */
  done(proven: ProvenSignature): void;
}

/** All that is to be done, and what was done. */
export interface Batch {
  readonly tasks: readonly Task[];
  /** The files in their order, once all tasks are done. */
  readonly signed: readonly SignedDistribution[];
  readonly progress: () => Progress;
}

/** What a batch is to make. */
export interface BatchPlan extends WantedShapes {
  readonly provenance?: Predicate | undefined;
  readonly needsBundle: boolean;
  readonly onSigned?: ((signed: SignedDistribution) => void) | undefined;
}

interface Part {
  unsigned(file: DigestedFile): Unsigned;
  texts(bundle: string): Partial<Record<SignatureShape, string>>;
}

/** Plans a batch. */
export function createBatch(files: readonly DigestedFile[], plan: BatchPlan): Batch {
  const parts = partsOf(plan);
  const signed: SignedDistribution[] = [];
  let count = 0;
  const tasks = files.flatMap((file, index) => {
    const made = new Map<Part, ProvenSignature>();
    return parts.map((part) => ({
      file,
      unsigned: part.unsigned(file),
      done(proven: ProvenSignature) {
        made.set(part, proven);
        if (made.size < parts.length) return;
        const whole = assemble(file, parts, made, plan.needsBundle);
        signed[index] = whole;
        count += 1;
        plan.onSigned?.(whole);
      },
    }));
  });
  return { tasks, signed, progress: () => ({ signed: count, all: files.length }) };
}

function partsOf({ shapes, attestation = false, provenance }: BatchPlan): readonly Part[] {
  const parts = [
    ...(shapes.length > 0 ? [filePart(shapes)] : []),
    ...(attestation ? [statementPart(publishPredicate, attestationOf)] : []),
    ...(provenance ? [statementPart(provenance, (bundle) => ({ provenance: bundle }))] : []),
  ];
  if (parts.length > 0) return parts;
  throw new TypeError('nothing is to be made of the files');
}

function attestationOf(bundle: string): Pick<SignedDistribution, 'attestation'> {
  const attestation = attestationText(parseBundle(bundle));
  parseAttestation(attestation);
  return { attestation };
}

function filePart(shapes: readonly FileShape[]): Part {
  return {
    unsigned: ({ sha256 }) => ({ sha256 }),
    texts(bundle) {
      const texts = { bundle, ...detachedSignature(parseBundle(bundle)) };
      return Object.fromEntries(shapes.map((shape) => [shape, texts[shape]]));
    },
  };
}

function statementPart(predicate: Predicate, texts: Part['texts']): Part {
  return { unsigned: (file) => ({ statement: statementText(file, predicate) }), texts };
}

// Times and log index are those of the file's own signature where there is one.
function assemble(
  { filename, sha256 }: DigestedFile,
  parts: readonly Part[],
  made: ReadonlyMap<Part, ProvenSignature>,
  needsBundle: boolean,
): SignedDistribution {
  const proven = parts.flatMap((part) => made.get(part) ?? []);
  const [first] = proven;
  const texts = parts.map((part) => part.texts(made.get(part)?.bundle ?? ''));
  const { certificate, logIndex, time } = first ?? {};
  return {
    filename,
    sha256,
    needsBundle,
    ...Object.assign({}, ...texts),
    ...(certificate && { identity: certificate.identity }),
    ...(logIndex !== undefined && { logIndex }),
    ...(time && { integratedTime: time }),
  };
}

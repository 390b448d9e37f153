/**
 * One version of a project with its distributions, as a value.
 *
 * Stages hand it on and never change it. Digests in it say which bytes are meant; whether those
 * bytes are genuine is for a signature to prove.
 *
 * @module
 */

import { type Distribution, type DistributionKind, parseVersion } from '@wheelseal/distributions';
import { PipelineError } from './errors.ts';

/** The forms in which a signature lies beside its distribution. */
export type SignatureKind = 'bundle' | 'signature' | 'certificate' | 'attestation' | 'provenance';

/** A signature file of a distribution. */
export interface SignatureFile {
  readonly kind: SignatureKind;
  readonly filename: string;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** A wheel or sdist of a release with its signatures. */
export interface ReleasedDistribution {
  readonly filename: string;
  readonly kind: DistributionKind;
  readonly size: number;
  /** Lower-case hex. */
  readonly sha256: string;
  readonly signatures: readonly SignatureFile[];
}

/** One version of a project with its distributions. */
export interface Release {
  readonly schemaVersion: 1;
  /** Absolute path of the folder that holds the files; not part of the manifest. */
  readonly directory: string;
  /** Normalised by PEP 503. */
  readonly name: string;
  /** Canonical by PEP 440. */
  readonly version: string;
  /** At least one, sorted by file name. */
  readonly distributions: readonly ReleasedDistribution[];
}

/** What a signature file adds to the name of its distribution. */
export const signatureSuffixes: Readonly<Record<SignatureKind, string>> = {
  bundle: '.sigstore.json',
  signature: '.sig',
  certificate: '.crt',
  attestation: '.publish.attestation',
  provenance: '.provenance.sigstore.json',
};

/** The kinds in the order in which they are written and published. */
export const signatureKinds: readonly SignatureKind[] = [
  'bundle',
  'signature',
  'certificate',
  'attestation',
  'provenance',
];

/**
 * Makes a release of distributions that belong together.
 *
 * @throws PipelineError with code `NOTHING_TO_RELEASE` or `BUILD_UNEXPECTED`.
 */
export function releaseOf(
  directory: string,
  distributions: readonly (Distribution & Pick<ReleasedDistribution, 'signatures'>)[],
): Release {
  const [first] = distributions;
  if (first === undefined) throw nothingToRelease(directory);
  const { name, version } = first;
  for (const other of distributions) {
    if (other.name === name && isSameVersion(other.version, version)) continue;
    throw new PipelineError(
      `\`${first.filename}\` is ${name} ${version}, but \`${other.filename}\` is ${other.name} ${other.version}`,
      { code: 'BUILD_UNEXPECTED', hint: `Remove what is left over from \`${directory}\`.` },
    );
  }
  const sdists = distributions.filter(({ kind }) => kind === 'sdist');
  if (sdists.length > 1) {
    const names = sdists.map(({ filename }) => `\`${filename}\``).join(', ');
    throw new PipelineError(`one sdist expected, found ${names}`, {
      code: 'BUILD_UNEXPECTED',
      hint: `Remove what is left over from \`${directory}\`.`,
    });
  }
  return {
    schemaVersion: 1,
    directory,
    name,
    version,
    distributions: distributions
      .map(({ filename, kind, size, sha256, signatures }) => ({
        filename,
        kind,
        size,
        sha256,
        signatures,
      }))
      .toSorted((left, right) => (left.filename < right.filename ? -1 : 1)),
  };
}

/** Whether two spellings mean the same version: `1.0` and `1.0.0` do. */
export function isSameVersion(left: string, right: string): boolean {
  return parseVersion(left).equals(parseVersion(right));
}

/** The error for a folder without distributions. */
export function nothingToRelease(directory: string): PipelineError {
  return new PipelineError(`no wheel and no sdist in \`${directory}\``, {
    code: 'NOTHING_TO_RELEASE',
    hint: 'Run the build stage first, or name the folder that holds the distributions.',
  });
}

/**
 * What comes of signing a file.
 *
 * @module
 */

import type { DigestedFile } from './digested-file.ts';
import type { SignerIdentity } from './signer-identity.ts';

/** A file with its signature in the shapes that were asked for, each the text of a file. */
export interface SignedDistribution extends DigestedFile {
  /** Text of the `.sigstore.json` file. */
  readonly bundle?: string;
  /** Text of the `.sig` file. */
  readonly signature?: string;
  /** Text of the `.crt` file. */
  readonly certificate?: string;
  /** Text of the `.publish.attestation` file. */
  readonly attestation?: string;
  /** Text of the `.provenance.sigstore.json` file. */
  readonly provenance?: string;
  /** Whether `.sig` and `.crt` prove nothing without the bundle, as it is with Rekor v2. */
  readonly needsBundle: boolean;
  /** Absent where a key of one's own signed. */
  readonly identity?: SignerIdentity;
  /** Absent where no log was asked. */
  readonly logIndex?: string;
  /** When it was signed, as the log or a timestamp says. */
  readonly integratedTime?: Date;
}

/**
 * What can be stated about a file, and the statement itself (in-toto, version 1).
 *
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 *
 * @module
 */

import { publishPredicateType } from './attestation.ts';
import type { DigestedFile } from './digested-file.ts';
import { statementType } from './statement.ts';

/** What is stated about a file. */
export interface Predicate {
  /** A URI that says how to read the content. */
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>> | null;
}

/** That somebody published the file: nothing more is said (PEP 740). */
export const publishPredicate: Predicate = {
  type: publishPredicateType,
  content: null,
};

/** Writes what is stated about one file. */
export function statementText({ filename, sha256 }: DigestedFile, predicate: Predicate): string {
  return JSON.stringify({
    _type: statementType,
    subject: [{ name: filename, digest: { sha256 } }],
    predicateType: predicate.type,
    predicate: predicate.content,
  });
}

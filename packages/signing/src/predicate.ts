/**
 * What can be stated about a file, and the statement itself (in-toto, version 1).
 *
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 *
 * @module
 */

import type { DigestedFile } from './digested-file.ts';

/** What is stated about a file. */
export interface Predicate {
  /** A URI that says how to read the content. */
  readonly type: string;
  readonly content: Readonly<Record<string, unknown>> | null;
}

/** The type of the media in an envelope that holds a statement. */
export const statementType = 'application/vnd.in-toto+json';

/** That somebody published the file: nothing more is said (PEP 740). */
export const publishPredicate: Predicate = {
  type: 'https://docs.pypi.org/attestations/publish/v1',
  content: null,
};

/** Writes what is stated about one file. */
export function statementText({ filename, sha256 }: DigestedFile, predicate: Predicate): string {
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: filename, digest: { sha256 } }],
    predicateType: predicate.type,
    predicate: predicate.content,
  });
}

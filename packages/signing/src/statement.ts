/**
 * What an attestation says: an in-toto statement about files.
 *
 * @see https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md
 *
 * @module
 */

import * as z from 'zod/mini';
import { VerificationError } from './errors.ts';
import type { SignedContent } from './signed-content.ts';

/** The payload type of envelopes that hold statements. */
export const statementPayloadType = 'application/vnd.in-toto+json';

/** Type of the statements that are understood. */
export const statementType = 'https://in-toto.io/Statement/v1';

const Statement = z.looseObject({
  _type: z.literal(statementType),
  subject: z
    .array(
      z.looseObject({
        name: z.optional(z.string()),
        digest: z.record(z.string(), z.string()),
      }),
    )
    .check(z.minLength(1), z.maxLength(1024)),
  predicateType: z.string().check(z.minLength(1)),
});

/**
 * Throws unless a statement is about a file: by its digest and, where it is known, by its name.
 *
 * @returns the predicate type: what is stated of the file.
 * @throws VerificationError with code `STATEMENT_MALFORMED`, `DIGEST_MISMATCH` or `NAME_MISMATCH`.
 */
export function assertStatementOf(
  { payload, payloadType }: Extract<SignedContent, { kind: 'envelope' }>,
  { filename, sha256 }: { readonly filename?: string; readonly sha256: string },
): string {
  if (payloadType !== statementPayloadType) {
    throw malformed('the envelope holds something else than an in-toto statement');
  }
  const { data } = Statement.safeParse(parseJson(payload));
  if (data === undefined) throw malformed('the statement is no in-toto statement of version 1');
  const subjects = data.subject.filter(({ digest }) => digest['sha256'] === sha256);
  if (subjects.length === 0) {
    throw new VerificationError(`the statement is not about a file with the digest \`${sha256}\``, {
      code: 'DIGEST_MISMATCH',
      hint: 'Get the file and its attestation again; one of them was changed.',
    });
  }
  if (filename !== undefined && !subjects.some(({ name }) => name === filename)) {
    throw new VerificationError(
      `the statement is about a file with another name than \`${filename}\``,
      {
        code: 'NAME_MISMATCH',
        hint: 'Give the file the name under which it was published.',
      },
    );
  }
  return data.predicateType;
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(payload));
  } catch {
    throw malformed('the statement is no JSON document');
  }
}

function malformed(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'STATEMENT_MALFORMED',
    hint: 'Take the attestation that was published with the file.',
  });
}

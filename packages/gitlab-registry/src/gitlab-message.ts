/**
 * The one sentence of GitLab's JSON that says what went wrong.
 *
 * It is `message` or `error`, and a string, an array or an object. What is not JSON, such as a
 * proxy's page, says nothing a reader of an error message wants to see.
 *
 * @module
 */

import type { SecretMask } from '@wheelseal/errors';
import { z } from 'zod';

/** Any of it may be missing, and of any shape. */
const Refused = z.object({
  message: z.unknown().optional(),
  error: z.unknown().optional(),
  error_description: z.unknown().optional(),
});

const longest = 200;
const deepest = 4;

/** Finds the sentence, without secrets, line ends and backticks, and not longer than a line. */
export function gitlabMessage(body: string, mask: SecretMask): string | undefined {
  const texts = sentencesIn(parsed(body));
  // Masked before it is cut: half a token would not be recognised.
  const line = mask(texts.join(', '))
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}`\s]+/gu, ' ')
    .trim();
  if (line === '') return undefined;
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function sentencesIn(answer: unknown): readonly string[] {
  const { data } = Refused.safeParse(answer);
  if (data === undefined) return [];
  return [data.message ?? data.error, data.error_description].flatMap((part) =>
    stringsIn(part, deepest),
  );
}

function stringsIn(part: unknown, depth: number): readonly string[] {
  if (typeof part === 'string') return [part];
  if (typeof part !== 'object' || part === null || depth === 0) return [];
  return Object.values(part).flatMap((inner) => stringsIn(inner, depth - 1));
}

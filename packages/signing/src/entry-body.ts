/**
 * What a log recorded, compared in every field with what was signed.
 *
 * A valid entry proves something about its own key, signature and digest only. So the body that the
 * log must have recorded is written anew and compared as a text: it is canonical JSON, which says
 * one thing in one way.
 *
 * @module
 */

import {
  expectedBodies,
  type FoundBody,
  type Json,
  type JsonObject,
  type Recorded,
} from './entry-kinds.ts';
import { VerificationError } from './errors.ts';
import type { LogEntry } from './log-entry.ts';

interface Body extends FoundBody {
  readonly text: string;
  readonly json: JsonObject;
}

/**
 * Throws unless an entry is about exactly this key, this signature and this file or envelope.
 *
 * @throws VerificationError with code `LOG_ENTRY_MISMATCH` or, for an unreadable entry,
 * `LOG_ENTRY_INVALID`.
 */
export function assertRecorded(entry: LogEntry, recorded: Recorded): void {
  const body = readBody(entry.canonicalizedBody);
  assertSame('kind', body.kind, entry.kind);
  assertSame('version', body.version, entry.version);
  const expected = expectedBodies(body, recorded);
  const [first] = expected;
  if (first === undefined) {
    const what = recorded.content.kind === 'message' ? 'a file' : 'an envelope';
    throw mismatch(`the log entry is not one for ${what}`);
  }
  if (expected.some((one) => canonicalJson(one) === body.text)) return;
  const path = firstDifference(body.json, first);
  if (path === undefined) throw unreadable();
  throw mismatch(`the log entry is about another ${nameOf(path)}`);
}

/** JSON in its one form, with names in order and no spaces (RFC 8785). */
function canonicalJson(json: Json): string {
  if (Array.isArray(json)) return `[${json.map(canonicalJson).join(',')}]`;
  if (!isObject(json)) return JSON.stringify(json);
  const fields = Object.keys(json)
    .toSorted()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(json[name] ?? null)}`);
  return `{${fields.join(',')}}`;
}

function readBody(bytes: Uint8Array): Body {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const json: Json = JSON.parse(text);
    if (isObject(json) && canonicalJson(json) === text) {
      const { kind, apiVersion: version, spec = null } = json;
      if (typeof kind === 'string' && typeof version === 'string') {
        return { text, json, kind, version, spec };
      }
    }
  } catch {
    // Falls through: how it is malformed helps nobody.
  }
  throw unreadable();
}

/** Where two documents of one shape differ; `undefined` if they have not the same shape. */
function firstDifference(found: Json, expected: Json): readonly string[] | undefined {
  if (isObject(found) && isObject(expected)) {
    if (Object.keys(found).toSorted().join() !== Object.keys(expected).toSorted().join()) {
      return undefined;
    }
    let difference: readonly string[] | undefined;
    for (const [name, value] of Object.entries(expected)) {
      const other = found[name] ?? null;
      if (canonicalJson(other) === canonicalJson(value)) continue;
      const below = firstDifference(other, value);
      if (below === undefined) return undefined;
      difference ??= [name, ...below];
    }
    return difference ?? [];
  }
  if (Array.isArray(found) && Array.isArray(expected)) {
    if (found.length !== expected.length) return undefined;
    const index = expected.findIndex(
      (one, at) => canonicalJson(one) !== canonicalJson(found[at] ?? null),
    );
    return index < 0 ? [] : firstDifference(found[index] ?? null, expected[index] ?? null);
  }
  return typeof found === typeof expected ? [] : undefined;
}

// Rekor calls one thing by several names.
const names: Readonly<Record<string, string>> = {
  algorithm: 'hash algorithm',
  content: 'signature',
  digest: 'digest',
  keyDetails: 'kind of key',
  payload: 'payload',
  payloadType: 'payload type',
  publicKey: 'certificate',
  rawBytes: 'certificate',
  sig: 'signature',
  signature: 'signature',
  value: 'digest',
  verifier: 'certificate',
};

function nameOf(path: readonly string[]): string {
  const last = path.at(-1) ?? '';
  const isKey = last === 'content' && path.at(-2) === 'publicKey';
  return isKey ? 'certificate' : (names[last] ?? 'signature');
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

// Only words are shown: what a stranger wrote may hold anything.
function assertSame(what: string, found: string, expected: string): void {
  if (found === expected) return;
  if (![found, expected].every((word) => /^[\w.-]{1,40}$/.test(word))) {
    throw mismatch(`the log entry is about another ${what}`);
  }
  throw mismatch(`the log entry has ${what} \`${found}\`, expected \`${expected}\``);
}

function mismatch(message: string): VerificationError {
  return new VerificationError(message, {
    code: 'LOG_ENTRY_MISMATCH',
    hint: 'Take the signature that was published with the file.',
  });
}

function unreadable(): VerificationError {
  return new VerificationError('the log entry does not record a signature', {
    code: 'LOG_ENTRY_INVALID',
    hint: 'Take the bundle that was published with the file.',
  });
}

/**
 * Checks the JSON form of a protocol buffer as strictly as Go's reader does.
 *
 * @module
 */

/** JSON that is not of the expected form; the message is Go's, but for the position in the text. */
export class ProtoJsonError extends Error {}

/** What a field holds: base64, anything that is read elsewhere, a message, or a list of one of them. */
export type ProtoShape =
  'bytes' | 'value' | readonly [ProtoShape] | { readonly [name: string]: ProtoShape };

const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/**
 * Makes sure that a value has no field that the shape does not have, and the right kind in each.
 *
 * @throws ProtoJsonError at the first that is wrong.
 */
export function assertProtoJson(value: unknown, shape: ProtoShape, name = ''): void {
  if (value === null || value === undefined || shape === 'value') return;
  if (shape === 'bytes') return assertBytes(value, name);
  if (isList(shape)) {
    if (!Array.isArray(value)) throw unexpected(value);
    for (const member of value) assertProtoJson(member, shape[0], name);
    return;
  }
  if (typeof value !== 'object' || Array.isArray(value)) throw unexpected(value);
  for (const [field, member] of Object.entries(value)) {
    const expected = Object.hasOwn(shape, field) ? shape[field] : undefined;
    if (expected === undefined) throw new ProtoJsonError(`proto: unknown field "${field}"`);
    assertProtoJson(member, expected, field);
  }
}

function assertBytes(value: unknown, name: string): void {
  if (typeof value === 'string' && base64.test(value)) return;
  const found = JSON.stringify(value);
  throw new ProtoJsonError(`proto: invalid value for bytes field ${name}: ${found}`);
}

function isList(shape: ProtoShape): shape is readonly [ProtoShape] {
  return Array.isArray(shape);
}

function unexpected(value: unknown): ProtoJsonError {
  return new ProtoJsonError(`proto: syntax error: unexpected token ${JSON.stringify(value)}`);
}

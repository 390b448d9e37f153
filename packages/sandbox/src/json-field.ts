/**
 * Reads fields of JSON that somebody else wrote.
 *
 * @module
 */

/** The value at a path, or `undefined` when any part of the path is missing. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  let found: unknown = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

/** The text at a path, or an empty one. */
export function textField(value: unknown, ...path: readonly string[]): string {
  const found = field(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** The bytes that the text at a path holds as base64. */
export function bytesField(value: unknown, ...path: readonly string[]): Buffer {
  return Buffer.from(textField(value, ...path), 'base64');
}

/** The list at a path, or an empty one. */
export function listField(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = field(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The value that a text holds as JSON, or `undefined` when it holds none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

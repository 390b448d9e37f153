/**
 * The records of an extended tar header.
 *
 * @module
 */

/** Records that change which bytes an entry has, or how its name is read. */
const decisive = /^(?:size|hdrcharset|GNU\.sparse\..*)$/;

/** Says what is wrong with the content of an extended header of this type. */
export function paxComplaint(type: string, content: Buffer): string | undefined {
  if (type === 'L' || type === 'K') return undefined;
  const keys = keysOf(content);
  if (keys === undefined) return 'has a malformed extended header';
  if (keys.some((key) => decisive.test(key))) return 'has an extended header that not all read';
  if (new Set(keys).size < keys.length) return 'has an extended header that says something twice';
  // Readers differ in whether they apply these to every entry.
  if (type === 'g' && keys.some((key) => key !== 'comment')) {
    return 'has a global header that not all read';
  }
  return undefined;
}

/** Each record is its own length, a space, a key, `=`, a value and a line break. */
function keysOf(content: Buffer): readonly string[] | undefined {
  const keys: string[] = [];
  for (let at = 0; at < content.length;) {
    const space = content.indexOf(0x20, at);
    const digits = content.toString('latin1', at, Math.max(space, at));
    const length = /^[1-9]\d{0,6}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = content.indexOf(0x3d, space);
    if (length === 0 || end > content.length || content[end - 1] !== 0x0a) return undefined;
    if (equals < space || equals >= end) return undefined;
    keys.push(content.toString('utf8', space + 1, equals));
    at = end;
  }
  return keys;
}

/**
 * The `RECORD` file of a wheel: a line of path, hash and size for each of its files.
 *
 * @module
 */

/** What `RECORD` says about one file. */
export interface RecordLine {
  readonly path: string;
  /** As Node names it, such as `sha256`. */
  readonly algorithm?: string;
  readonly digest?: Buffer;
  readonly size?: number;
}

/** What a `RECORD` file says, or what is wrong with it. */
export interface WheelRecord {
  readonly lines: ReadonlyMap<string, RecordLine>;
  readonly complaints: readonly string[];
}

/** Those that the specification has not given up. */
const strong = new Map([
  ['sha256', 32],
  ['sha384', 48],
  ['sha512', 64],
]);

const malformed = 'has a line that is not path, hash and size';
const longestRow = 10_000;
/** More than an archive may have entries. */
const mostLines = 300_000;

/** Reads the text of a `RECORD` file. */
export function parseRecord(text: string): WheelRecord {
  const lines = new Map<string, RecordLine>();
  const complaints: string[] = [];
  for (const row of rowsOf(text)) {
    if (lines.size + complaints.length > mostLines) return { lines, complaints };
    const line = row.length > longestRow ? malformed : parseLine(row);
    if (typeof line === 'string') complaints.push(line);
    else if (lines.has(line.path)) complaints.push(`lists \`${line.path}\` twice`);
    else lines.set(line.path, line);
  }
  return { lines, complaints };
}

function* rowsOf(text: string): Generator<string, void, void> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const row = text.slice(start, end < 0 ? undefined : end).replace(/\r$/, '');
    if (row !== '') yield row;
    start = end < 0 ? text.length : end + 1;
  }
}

function parseLine(row: string): RecordLine | string {
  const [path, hash, size, ...rest] = splitRow(row) ?? [];
  if (path === undefined || hash === undefined || size === undefined || rest.length > 0) {
    return malformed;
  }
  if (!/^\d{0,15}$/.test(size)) return `has no size for \`${path}\``;
  if (hash === '') return { path };
  const [, algorithm = '', encoded = ''] = /^([^=]+)=([\w-]+)=*$/.exec(hash) ?? [];
  const digest = Buffer.from(encoded, 'base64url');
  if (strong.get(algorithm) !== digest.length) {
    return `has no SHA-256 or stronger hash for \`${path}\``;
  }
  return { path, algorithm, digest, ...(size !== '' && { size: Number(size) }) };
}

/** Takes a line of comma-separated values apart; a value in quotes has its quotes doubled. */
function splitRow(row: string): readonly string[] | undefined {
  const values: string[] = [];
  const value = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const [, quoted, plain = '', end] = value.exec(row) ?? [];
    if (end === undefined) return undefined;
    values.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === '') return values;
  }
}

/**
 * What differs between two texts, as `diff -u` writes it and `patch` and `git apply` read it.
 *
 * @module
 */

/** One line of a text, its line break included, and in which of the texts it is. */
interface Step {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

const context = 3;

/** Writes a unified diff of two versions of a file; empty when they are the same. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const steps = stepsBetween(linesOf(before), linesOf(after));
  const hunks = rangesOf(steps).map(([start, end]) => writeHunk(steps, start, end));
  return [`--- a/${path}\n`, `+++ b/${path}\n`, ...hunks].join('');
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/**
 * A shortest way from one list of lines to the other, by Myers' greedy algorithm: quick where, as
 * here, few lines of many differ.
 */
function stepsBetween(before: readonly string[], after: readonly string[]): readonly Step[] {
  const trace = traceOf(before, after);
  const steps: Step[] = [];
  let [row, column] = [before.length, after.length];
  for (let distance = trace.length - 1; distance >= 0; distance -= 1) {
    const furthest = trace[distance] ?? new Map<number, number>();
    const diagonal = row - column;
    const isInsertion = comesByInsertion(furthest, diagonal, distance);
    const previous = isInsertion ? diagonal + 1 : diagonal - 1;
    const previousRow = distance === 0 ? 0 : (furthest.get(previous) ?? 0);
    const previousColumn = distance === 0 ? 0 : previousRow - previous;
    while (row > previousRow && column > previousColumn) {
      row -= 1;
      column -= 1;
      steps.push({ mark: ' ', line: before[row] ?? '' });
    }
    if (distance === 0) break;
    if (isInsertion) steps.push({ mark: '+', line: after[column - 1] ?? '' });
    else steps.push({ mark: '-', line: before[row - 1] ?? '' });
    [row, column] = [previousRow, previousColumn];
  }
  return steps.toReversed();
}

/** For each number of edits, how far along each diagonal one got with one edit less. */
function traceOf(
  before: readonly string[],
  after: readonly string[],
): readonly ReadonlyMap<number, number>[] {
  const trace: ReadonlyMap<number, number>[] = [];
  const furthest = new Map<number, number>([[1, 0]]);
  for (let distance = 0; ; distance += 1) {
    trace.push(new Map(furthest));
    for (let diagonal = -distance; diagonal <= distance; diagonal += 2) {
      let row = comesByInsertion(furthest, diagonal, distance)
        ? (furthest.get(diagonal + 1) ?? 0)
        : (furthest.get(diagonal - 1) ?? 0) + 1;
      while (row < before.length && row - diagonal < after.length) {
        if (before[row] !== after[row - diagonal]) break;
        row += 1;
      }
      furthest.set(diagonal, row);
      if (row >= before.length && row - diagonal >= after.length) return trace;
    }
  }
}

function comesByInsertion(
  furthest: ReadonlyMap<number, number>,
  diagonal: number,
  distance: number,
): boolean {
  if (diagonal === -distance) return true;
  return (
    diagonal !== distance && (furthest.get(diagonal - 1) ?? -1) < (furthest.get(diagonal + 1) ?? -1)
  );
}

/** Where differences are near each other, with the lines around them. */
function rangesOf(steps: readonly Step[]): readonly (readonly [start: number, end: number])[] {
  const ranges: [number, number][] = [];
  for (const [index, { mark }] of steps.entries()) {
    if (mark === ' ') continue;
    const last = ranges.at(-1);
    const start = Math.max(0, index - context);
    const end = Math.min(steps.length, index + context + 1);
    if (last && start <= last[1]) last[1] = end;
    else ranges.push([start, end]);
  }
  return ranges;
}

function writeHunk(steps: readonly Step[], start: number, end: number): string {
  const count = (part: readonly Step[], other: '-' | '+'): number =>
    part.filter(({ mark }) => mark !== other).length;
  const above = steps.slice(0, start);
  const lines = steps.slice(start, end);
  const span = (other: '-' | '+'): string => {
    const length = count(lines, other);
    const first = count(above, other) + (length === 0 ? 0 : 1);
    return length === 1 ? String(first) : `${first},${length}`;
  };
  return [`@@ -${span('+')} +${span('-')} @@\n`, ...lines.map(writeLine)].join('');
}

function writeLine({ mark, line }: Step): string {
  return line.endsWith('\n') ? mark + line : `${mark}${line}\n\\ No newline at end of file\n`;
}

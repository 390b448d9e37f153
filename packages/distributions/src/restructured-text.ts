/**
 * Looks for what commonly breaks reStructuredText.
 *
 * This is no parser of the whole language. It knows sections, directives, literal blocks and inline
 * markup; lists, tables and the options of directives it passes over. What it calls certain is an
 * error for every renderer that the public index uses.
 *
 * @module
 */

import {
  checkDirective,
  isComment,
  type Directive,
  readDirective,
} from './restructured-directive.ts';
import { checkInline } from './restructured-inline.ts';
import { createSections } from './restructured-sections.ts';

/** One thing in a text that is not right. */
export interface MarkupFlaw {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
  /** Whether it keeps the text from being rendered at all. */
  readonly isCertain: boolean;
}

const longest = 1_000_000;

/** Checks a text; one beyond a megabyte is left alone. */
export function checkReStructuredText(text: string): readonly MarkupFlaw[] {
  if (text.length > longest) return [];
  const lines = text.split(/\r\n|\r|\n/).map((line) => line.replaceAll('\t', '        ').trimEnd());
  const flaws: MarkupFlaw[] = [];
  const certain = (index: number, message: string | undefined) => {
    if (message !== undefined) flaws.push({ line: index + 1, message, isCertain: true });
  };
  const sections = createSections(lines);
  const prose = lines.map(() => '');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const directive = readDirective(line);
    if (directive) certain(index, checkDirective(directive, bodyOf(lines, index)));
    if (directive || isComment(line)) certain(index, endComplaint(lines, index));
    if (isLiteral(line, directive)) {
      index = lastOfBody(lines, index);
      continue;
    }
    if (directive) continue;
    const table = lastOfTable(lines, index);
    if (table !== undefined) {
      index = table;
      continue;
    }
    const { message, length } = sections.at(index);
    certain(index, message);
    if (length > 0) {
      index += length - 1;
      continue;
    }
    prose[index] = line;
    if (!opensLiteral(lines, index)) continue;
    if (expectsLiteral(lines, index)) {
      certain(index, 'announces a literal block with `::`, and none follows');
    }
    index = lastOfLiteral(lines, index);
  }
  return [...flaws, ...checkInline(lines, prose)].toSorted((left, right) => left.line - right.line);
}

/** Comments, code and whatever else is not read as markup. */
function isLiteral(line: string, directive: Directive | undefined): boolean {
  return directive ? directive.isOpaque : isComment(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** The next line that is not blank, or the end. */
function nextFilled(lines: readonly string[], index: number): number {
  let next = index + 1;
  while (lines[next] === '') next += 1;
  return next;
}

/** The last line that is indented more than this one, blank lines between them included. */
function lastOfBody(lines: readonly string[], index: number): number {
  const indent = indentOf(lines[index] ?? '');
  let last = index;
  for (let next = index + 1; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    if (line === '') continue;
    if (indentOf(line) <= indent) break;
    last = next;
  }
  return last;
}

function bodyOf(lines: readonly string[], index: number): readonly string[] {
  return lines.slice(index + 1, lastOfBody(lines, index) + 1);
}

/** Explicit markup ends with a blank line, or with the next of its kind. */
function endComplaint(lines: readonly string[], index: number): string | undefined {
  const next = lines[lastOfBody(lines, index) + 1] ?? '';
  if (next === '' || indentOf(next) !== indentOf(lines[index] ?? '')) return undefined;
  if (/^\s*(?:\.\.|__)(?: |$)/.test(next)) return undefined;
  return 'begins a block that text follows without a blank line';
}

/** Whether a paragraph ends here that says that a literal block follows. */
function opensLiteral(lines: readonly string[], index: number): boolean {
  return (lines[index] ?? '').endsWith('::') && (lines[index + 1] ?? '') === '';
}

function expectsLiteral(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  const next = lines[nextFilled(lines, index)];
  if (next === undefined || indentOf(next) > indentOf(line)) return false;
  return /^\s*[A-Za-z0-9]/.test(next);
}

/** A literal block may also be quoted: not indented, each line with the same mark before it. */
function lastOfLiteral(lines: readonly string[], index: number): number {
  const last = lastOfBody(lines, index);
  if (last > index) return last;
  let next = nextFilled(lines, index);
  const mark = /^\s*([^\sA-Za-z0-9])/.exec(lines[next] ?? '')?.[1];
  if (mark === undefined) return index;
  while ((lines[next] ?? '').trimStart().startsWith(mark)) next += 1;
  return next - 1;
}

/** The last line of a table or a block of Python's prompts that begins here. */
function lastOfTable(lines: readonly string[], index: number): number | undefined {
  const line = (lines[index] ?? '').trimStart();
  const begins = /^(?:=+(?: +=+)+|\+[-=+]+\+|>>> .*|>>>)$/.test(line);
  if (!begins) return undefined;
  let last = index;
  const isSimple = line.startsWith('=');
  let borders = 0;
  for (let next = index; next < lines.length; next += 1) {
    const row = (lines[next] ?? '').trimStart();
    if (row.startsWith('=')) borders += 1;
    // A simple table has blank lines in it, until its last border.
    if (row === '' && (!isSimple || borders > 1)) break;
    last = next;
  }
  return last;
}

/**
 * Inline markup of reStructuredText: roles, references, emphasis.
 *
 * @module
 */

import { quote } from './quote.ts';
import type { MarkupFlaw } from './restructured-text.ts';

/** All that docutils has of its own; those of Sphinx are unknown to an index. */
const knownRoles = new Set(
  (
    'emphasis strong literal code math subscript sub superscript sup title-reference title t ' +
    'pep-reference pep rfc-reference rfc abbreviation ab acronym ac'
  ).split(' '),
);

/** A paragraph is not looked at beyond this length. */
const longest = 5000;

const before = String.raw`(?<=^|[\s'"([{<\-/:])`;
const after = String.raw`(?=$|[\s'")\]}>\-/:.,;!?\\])`;
const literal = new RegExp(`${before}\`\`\\S(?:[^]*?\\S)??\`\`${after}`, 'gm');
const prefixRole = new RegExp(
  String.raw`${before}:([A-Za-z0-9](?:[\w.+:-]*[A-Za-z0-9])?):` + '`(?=\\S)',
  'gm',
);
const suffixRole = /[^\s`]`:([A-Za-z0-9](?:[\w.+:-]*[A-Za-z0-9])?):/g;
const reference = new RegExp(`${before}\`([^\`<]+)\`_(?!_)${after}`, 'gm');
const simpleReference = new RegExp(
  String.raw`${before}([A-Za-z][A-Za-z0-9]*(?:[-_.:+][A-Za-z0-9]+)*)_${after}`,
  'gm',
);
const substitution = new RegExp(
  String.raw`${before}\|([^\s|](?:[^|\n]*[^\s|])?)\|_{0,2}${after}`,
  'gm',
);

/** Checks the paragraphs of a text; `prose` has a line for each of its lines, blank where it is no prose. */
export function checkInline(
  lines: readonly string[],
  prose: readonly string[],
): readonly MarkupFlaw[] {
  const roles = new Set([...knownRoles, ...defined(lines, /^\s*\.\. +role:: *([\w.+-]+)/)]);
  const targets = new Set([
    ...defined(lines, /^\s*\.\. +_`?([^`:\n]+)`?:/),
    ...defined(lines, /^\s+:name: +(.+)$/),
    ...defined(lines, /^\s*\.\. +\[#?([^\]]+)\]/),
    ...namedInside(lines),
  ]);
  const names = [reference, simpleReference];
  const substitutions = new Set(defined(lines, /^\s*\.\. +\|([^|]+)\|/));
  return paragraphsOf(prose).flatMap(({ line, text }) => {
    if (text.length > longest) return [];
    const bare = text.replaceAll(/\\[^]/g, '  ').replaceAll(literal, blank);
    const at = (index: number) => line + bare.slice(0, index).split('\n').length - 1;
    const found = [...bare.matchAll(prefixRole), ...bare.matchAll(suffixRole)];
    return [
      ...found
        .filter(([, role = '']) => !roles.has(role.toLowerCase()))
        .map(({ index, 1: role = '' }) => ({
          line: at(index),
          message: `has the role ${quote(role)}, which no index knows`,
          isCertain: true,
        })),
      ...names
        .flatMap((pattern) => [...bare.matchAll(pattern)])
        .filter(([, name = '']) => !targets.has(normalize(name)))
        .map(({ index, 1: name = '' }) =>
          suspicion(at(index), `refers to ${quote(name)}, which is not defined`),
        ),
      ...[...bare.matchAll(substitution)]
        .filter(([, name = '']) => !substitutions.has(normalize(name)))
        .map(({ index, 1: name = '' }) =>
          suspicion(at(index), `has ${quote(`|${name}|`)}, which is not defined`),
        ),
      ...unclosed(bare).map(({ index, mark }) =>
        suspicion(at(index), `opens ${mark} and does not close it`),
      ),
    ];
  });
}

function suspicion(line: number, message: string): MarkupFlaw {
  return { line, message, isCertain: false };
}

function defined(lines: readonly string[], pattern: RegExp): readonly string[] {
  return lines.flatMap((line) => {
    const name = pattern.exec(line)?.[1];
    return name === undefined ? [] : [normalize(name)];
  });
}

/** Titles are targets, and so are links with an address inside and inline targets. */
function namedInside(lines: readonly string[]): readonly string[] {
  const titles = lines.filter((_, index) => /^([!-/:-@[-`{-~])\1+$/.test(lines[index + 1] ?? ''));
  const inside = [...lines.join('\n').matchAll(/`([^`<]+)<[^>`]+>`_|_`([^`]+)`/g)];
  return [...titles, ...inside.map(([, link, target]) => link ?? target ?? '')].map(normalize);
}

function normalize(name: string): string {
  return name.trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** Keeps the lines and the length of what is taken out. */
function blank(text: string): string {
  return text.replaceAll(/[^\n]/g, ' ');
}

function paragraphsOf(prose: readonly string[]): readonly { line: number; text: string }[] {
  const paragraphs: { line: number; text: string }[] = [];
  for (const [index, line] of prose.entries()) {
    const last = paragraphs.at(-1);
    if (line === '') continue;
    if (last && prose[index - 1] !== '') last.text += `\n${line}`;
    else paragraphs.push({ line: index + 1, text: line });
  }
  return paragraphs;
}

/** Finds the first emphasis or interpreted text of a paragraph that has a beginning and no end. */
function unclosed(text: string): readonly { readonly index: number; readonly mark: string }[] {
  const start = new RegExp(`${before}(\\*\\*|\\*|\`)(?=[^\\s*\`])`, 'gm');
  for (let match = start.exec(text); match; match = start.exec(text)) {
    const { index, 1: mark = '' } = match;
    const inner = index + mark.length;
    // A mark between two quotes, such as "*", is a sign of its own.
    if (isQuoted(text[index - 1], text[inner])) continue;
    const end = new RegExp(
      `(?<=\\S)${mark.replaceAll('*', '\\*')}(?:_{1,2}|:[\\w.+:-]+:)?${after}`,
      'gm',
    );
    end.lastIndex = inner + 1;
    if (!end.test(text)) return [{ index, mark: mark === '`' ? 'a backtick' : quote(mark) }];
    start.lastIndex = end.lastIndex;
  }
  return [];
}

function isQuoted(left: string | undefined, right: string | undefined): boolean {
  const pairs = ['""', "''", '()', '[]', '{}', '<>'];
  return left !== undefined && right !== undefined && pairs.includes(left + right);
}

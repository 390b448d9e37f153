/**
 * The small part of regular expressions in which a signer's name may be described.
 *
 * It is matched from end to end, in a time that grows with the text and not beyond. A pattern never
 * accepts what the same regular expression would refuse, and now and then less: a bare `.` is a dot.
 *
 * @module
 */

import { VerificationError } from './errors.ts';

/** A piece of a pattern: which characters, and how many of them. */
interface Piece {
  readonly matches: (character: string) => boolean;
  /** The character, where there is but one and it must be there once. */
  readonly literal?: string;
  readonly isOptional: boolean;
  readonly isRepeated: boolean;
}

/** A pattern that was read. */
export interface NamePattern {
  /** What every name that matches begins with. */
  readonly prefix: string;
  matches(name: string): boolean;
}

const longest = 2048;
const printable = /^[\x21-\x7e]*$/;
const special = new Set('()[]{}*+?|^$');
const quantifiers = new Set('*+?');

/**
 * Reads a pattern: literal characters, `\` before punctuation, `.*` and `.+`, classes such as `[^/]`
 * and `\d` with `*`, `+` or `?`.
 *
 * @throws VerificationError with code `POLICY_INVALID` if there is anything else in it.
 */
export function parseNamePattern(text: string): NamePattern {
  if (text.length > longest) throw invalid('the pattern is too long', 'Shorten the pattern.');
  const odd = /[^\x21-\x7e]/.exec(text)?.[0];
  if (odd !== undefined) {
    throw invalid(
      `the pattern has the character ${JSON.stringify(odd)}, which no name in a certificate has`,
      'Write the name as it is in a certificate, percent-encoded.',
    );
  }
  const pieces = readPieces(text.replace(/^\^/, '').replace(/(?<!\\)((?:\\\\)*)\$$/, '$1'));
  const end = pieces.findIndex(({ literal }) => literal === undefined);
  return {
    prefix: pieces
      .slice(0, end === -1 ? pieces.length : end)
      .map(({ literal }) => literal)
      .join(''),
    matches: (name) => printable.test(name) && matchesWhole(pieces, name),
  };
}

function readPieces(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let rest = text;
  while (rest !== '') {
    const [piece, length] = readPiece(rest);
    pieces.push(piece);
    rest = rest.slice(length);
  }
  return pieces;
}

function readPiece(rest: string): readonly [piece: Piece, length: number] {
  const [first = '', second = ''] = rest;
  if (first === '.' && (second === '*' || second === '+')) {
    return [{ matches: () => true, isOptional: second === '*', isRepeated: true }, 2];
  }
  const [atom] = /^(?:\\d|\[\^?(?:\\[^a-zA-Z0-9]|\\d|[^\\\][])+\])/.exec(rest) ?? [];
  if (atom !== undefined) {
    const quantifier = rest.charAt(atom.length);
    const isQuantified = quantifiers.has(quantifier);
    const piece = {
      matches: classOf(atom),
      isOptional: quantifier === '*' || quantifier === '?',
      isRepeated: quantifier === '*' || quantifier === '+',
    };
    return [piece, atom.length + (isQuantified ? 1 : 0)];
  }
  const isEscaped = first === '\\';
  const character = isEscaped ? second : first;
  const isLiteral = isEscaped ? /[^a-zA-Z0-9]/.test(second) : !special.has(first);
  const length = isEscaped ? 2 : 1;
  if (!isLiteral || quantifiers.has(rest.charAt(length))) throw unknown(rest);
  const piece = {
    matches: (other: string) => other === character,
    literal: character,
    isOptional: false,
    isRepeated: false,
  };
  return [piece, length];
}

/** A class as JavaScript reads it: what stands between the brackets was checked before. */
function classOf(atom: string): (character: string) => boolean {
  try {
    const expression = new RegExp(`^${atom}$`);
    return (character) => expression.test(character);
  } catch {
    throw unknown(atom);
  }
}

/** Goes through the name once, with all places of the pattern at which it may be. */
function matchesWhole(pieces: readonly Piece[], name: string): boolean {
  let places = reachable(pieces, new Set([0]));
  for (const character of name) {
    const next = new Set<number>();
    for (const place of places) {
      const piece = pieces[place];
      if (piece === undefined || !piece.matches(character)) continue;
      next.add(place + 1);
      if (piece.isRepeated) next.add(place);
    }
    if (next.size === 0) return false;
    places = reachable(pieces, next);
  }
  return places.has(pieces.length);
}

/** Adds the places behind what may be left out; what is repeated was there once already or may be. */
function reachable(pieces: readonly Piece[], places: Set<number>): Set<number> {
  for (const place of places) {
    if (pieces[place]?.isOptional === true) places.add(place + 1);
  }
  return places;
}

function unknown(rest: string): VerificationError {
  const shown = rest.slice(0, 12);
  return invalid(
    `the pattern has \`${shown}\`, which is not understood here`,
    'Use literal characters, `\\` before punctuation, `[^/]+` for a part between slashes and `.*` for the rest; name two signers instead of a choice.',
  );
}

function invalid(message: string, hint: string): VerificationError {
  return new VerificationError(message, { code: 'POLICY_INVALID', hint });
}

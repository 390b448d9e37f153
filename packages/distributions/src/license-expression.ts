/**
 * SPDX license expressions, such as `MIT OR (Apache-2.0 WITH LLVM-exception)`.
 *
 * The grammar is checked. Whether a license is on the list of SPDX is not: the list grows, and an
 * old copy of it would refuse what is right.
 *
 * @module
 */

import { quote } from './quote.ts';

const longest = 1000;

/** Says why a text is no license expression. */
export function licenseComplaint(expression: string): string | undefined {
  if (expression.length > longest) return `is longer than ${longest} characters`;
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let depth = 0;
  let wantsLicense = true;
  let before = '';
  for (const token of tokens) {
    const word = token.toUpperCase();
    const isOperator = ['AND', 'OR', 'WITH'].includes(word);
    const fits = token === '(' || !(isOperator || token === ')') ? wantsLicense : !wantsLicense;
    if (!fits) return `does not allow ${quote(token)} where it stands`;
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (!isOperator && !isIdentifier(token, before))
      return `has ${quote(token)}, no identifier`;
    if (depth < 0) return 'has a parenthesis that was not opened';
    if (word === 'WITH' && before === ')') return 'has `WITH` behind a parenthesis';
    if (before === 'WITH' && token === '(') return 'has a parenthesis behind `WITH`';
    wantsLicense = isOperator || token === '(';
    before = word;
  }
  if (depth > 0) return 'has a parenthesis that is not closed';
  return wantsLicense ? 'ends where a license is expected' : undefined;
}

/** An identifier of the list, or one of the project's own. */
function isIdentifier(token: string, before: string): boolean {
  const pattern = before === 'WITH' ? /^[A-Za-z0-9.-]+$/ : /^[A-Za-z0-9.-]+\+?$/;
  return pattern.test(token) && /[A-Za-z0-9]/.test(token);
}

/**
 * Directives and comments of reStructuredText.
 *
 * @module
 */

import { quote } from './quote.ts';

/** A line such as `.. image:: picture.png`. */
export interface Directive {
  readonly name: string;
  /** Whether what it contains is not markup. */
  readonly isOpaque: boolean;
}

/** All that docutils has of its own; those of Sphinx are unknown to an index. */
const known = new Set(
  (
    'admonition attention caution danger error hint important note tip warning ' +
    'image figure topic sidebar line-block parsed-literal code code-block sourcecode math rubric ' +
    'epigraph highlights pull-quote compound container table csv-table list-table contents ' +
    'sectnum section-numbering header footer target-notes meta replace unicode date class rst-class role ' +
    'default-role title restructuredtext-test-directive include raw'
  ).split(' '),
);

const opaque = new Set(
  'code code-block sourcecode math parsed-literal csv-table raw include meta role replace'.split(
    ' ',
  ),
);

/** Reads a line as a directive, also as one that a substitution stands for. */
export function readDirective(line: string): Directive | undefined {
  const [, name] =
    /^\s*\.\. +(?:\|[^|]+\| +)?([A-Za-z0-9](?:[\w.+:-]*[A-Za-z0-9])?) ?::(?: |$)/.exec(line) ?? [];
  if (name === undefined) return undefined;
  const lower = name.toLowerCase();
  return { name: lower, isOpaque: opaque.has(lower) || !known.has(lower) };
}

/** Says why an index does not render a directive. */
export function checkDirective({ name }: Directive, body: readonly string[]): string | undefined {
  if (!known.has(name)) return `has the directive ${quote(name)}, which no index knows`;
  if (name === 'raw' || name === 'include')
    return `has the directive ${quote(name)}, which is not allowed`;
  const reads = name === 'csv-table' && body.some((line) => /^\s*:(?:file|url):/.test(line));
  return reads ? 'has a table that reads another file' : undefined;
}

/** Whether a line begins a comment: `..` and neither a target, a footnote nor a substitution. */
export function isComment(line: string): boolean {
  return (
    /^\s*\.\.(?:$| +(?!_|__ |\[[^\]]+\]|\|[^|]+\| ))/.test(line) && !/^\s*\.\. +__:? /.test(line)
  );
}

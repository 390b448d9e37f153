/**
 * The HTML of a simple index page.
 *
 * GitLab writes all anchors on one line, escapes `data-requires-python` but neither text nor link, and
 * heads the page with "Links for …". A page without that heading is some other page with links on it,
 * such as a login. A page without its end was cut off on the way, and may lack any of its files.
 *
 * @module
 */

import { Parser } from 'htmlparser2';

/** One anchor of the page. */
interface IndexAnchor {
  readonly filename: string;
  readonly href: string;
  readonly requiresPython?: string;
}

/** Reads the anchors of an index page; `undefined` when it is none. */
export function readIndexPage(html: string): readonly IndexAnchor[] | undefined {
  const anchors: IndexAnchor[] = [];
  let heading = '';
  let isWhole = false;
  let text = '';
  let open: Readonly<Record<string, string>> = {};
  const parser = new Parser({
    onopentag(name, attributes) {
      if (name === 'a') open = attributes;
      if (name === 'a' || name === 'title' || name === 'h1') text = '';
    },
    ontext(part) {
      text += part;
    },
    onclosetag(name, isImplied) {
      if (name === 'html' && !isImplied) isWhole = true;
      if (name === 'title' || name === 'h1') heading ||= text.trim();
      if (name === 'a') anchors.push(...anchorOf(open, text.trim()));
    },
  });
  parser.end(html);
  return isWhole && /^links for\b/i.test(heading) ? anchors : undefined;
}

function anchorOf(
  { href, 'data-requires-python': requiresPython }: Readonly<Record<string, string>>,
  text: string,
): readonly IndexAnchor[] {
  if (href === undefined || href === '') return [];
  const filename = text === '' ? lastSegment(href) : text;
  return [{ filename, href, ...(requiresPython !== undefined && { requiresPython }) }];
}

function lastSegment(href: string): string {
  const segment = /([^/]*)$/.exec(href.replace(/[?#].*$/s, ''))?.[1] ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

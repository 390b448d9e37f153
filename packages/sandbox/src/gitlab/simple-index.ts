/**
 * The pages of the simple index, as HTML and as the JSON of PEP 691.
 *
 * They repeat GitLab's habits: links and names are not escaped, a project occurs once for each of its
 * versions, and a file without digest has a link that leads nowhere.
 *
 * @module
 */

import { normalizedName } from './pypi-rules.ts';
import type { PackageRow } from './package-store.ts';

/** A page in both of its forms. */
export interface SimplePage {
  html(options: { readonly breaks: boolean }): string;
  json(): unknown;
}

/** Lists every project. `url` is the registry's own address. */
export function projectsPage(
  rows: readonly PackageRow[],
  heading: string,
  url: string,
): SimplePage {
  return {
    html: ({ breaks }) =>
      page(
        heading,
        rows.map(({ name, metadata }) => ({
          href: `${url}/simple/${normalizedName(name)}`,
          requiresPython: metadata.get('requires_python') ?? '',
          text: name,
        })),
        breaks,
      ),
    json: () => ({
      meta,
      projects: [...new Set(rows.map(({ name }) => normalizedName(name)))]
        .toSorted()
        .map((name) => ({ name })),
    }),
  };
}

/** Lists the files of one project; there is at least one row. */
export function filesPage(rows: readonly PackageRow[], url: string): SimplePage {
  const name = rows[0]?.name ?? '';
  const files = rows.flatMap((row) => row.files);
  const linked = files.map(({ fileName, sha256, requiresPython }) => ({
    href: `${url}/files/${sha256 ?? ''}/${fileName}#sha256=${sha256 ?? ''}`,
    sha256,
    requiresPython,
    text: fileName,
  }));
  return {
    html: ({ breaks }) => page(name, linked, breaks),
    json: () => ({
      meta,
      name: normalizedName(name),
      files: linked.map(({ href, sha256, requiresPython, text }) => ({
        filename: text,
        url: href,
        hashes: { sha256 },
        ...(requiresPython !== '' && { 'requires-python': requiresPython }),
      })),
    }),
  };
}

/** Tells whether a client takes the JSON form; GitLab does not weigh preferences. */
export function wantsJson(accept: string | undefined): boolean {
  return (accept ?? '')
    .split(',')
    .some((type) => /^application\/vnd\.pypi\.simple\.(?:v1|latest)\+json/u.test(type.trim()));
}

interface Anchor {
  readonly href: string;
  readonly requiresPython: string;
  readonly text: string;
}

const meta = { 'api-version': '1.0' };

function page(heading: string, anchors: readonly Anchor[], breaks: boolean): string {
  const title = `Links for ${escaped(heading)}`;
  const links = anchors.map(
    ({ href, requiresPython, text }) =>
      `<a href="${href}" data-requires-python="${escaped(requiresPython)}">${text}</a>`,
  );
  return [
    `<!DOCTYPE html><html><head><title>${title}</title></head><body><h1>${title}</h1>`,
    links.map((link) => (breaks ? `${link}<br>` : link)).join(''),
    '</body></html>',
  ].join('');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

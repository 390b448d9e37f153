/**
 * What a page of the simple index names, files or projects, in HTML (PEP 503) or JSON (PEP 691).
 *
 * All of it is data that an uploader chose: file names may hold anything, digests are claims, and
 * links may lead to another host than the one that was asked.
 *
 * @module
 */

import { z } from 'zod';
import { parseJson } from './answer-json.ts';
import { RegistryError } from './errors.ts';
import { normalized } from './normalized.ts';
import { readIndexPage } from './simple-index-page.ts';

/** A file as the simple index names it. */
export interface SimpleIndexFile {
  readonly filename: string;
  /** Without the fragment that carries the digest. */
  readonly url: URL;
  /** What the uploader said; nobody compared it with the file. */
  readonly sha256?: string;
  readonly requiresPython?: string;
}

const meta = z.object({ 'api-version': z.string().regex(/^1\./) });

const ProjectListJson = z.object({ meta, projects: z.array(z.object({ name: z.string() })) });

const SimpleIndexJson = z.object({
  meta,
  files: z.array(
    z.object({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string().nullish()).nullish(),
      'requires-python': z.string().nullish(),
    }),
  ),
});

/** A file as a page has it. */
interface Row {
  readonly filename: string;
  readonly href: string;
  readonly sha256?: string | undefined;
  readonly requiresPython?: string | undefined;
}

/**
 * Parses a page of the simple index, by the content type it came with. Rows that repeat are left out.
 *
 * @throws RegistryError with code `REGISTRY_UNEXPECTED_RESPONSE` when it is no page of a simple index.
 */
export function parseSimpleIndex(
  body: string,
  contentType: string,
  baseUrl: URL,
): readonly SimpleIndexFile[] {
  const mediaType = mediaTypeIn(contentType);
  const rows = isJson(mediaType) ? fileRows(body, mediaType) : anchors(body, mediaType);
  const files = rows.flatMap((row) => fileOf(row, baseUrl) ?? []);
  const distinct = new Map(
    files.map((file) => [JSON.stringify([file.filename, file.url, file.sha256]), file]),
  );
  return [...distinct.values()];
}

/**
 * Parses the page of all projects into their normalised names. GitLab's HTML repeats a project for each
 * of its versions, under whatever spelling that was uploaded.
 */
export function parseProjectNames(body: string, contentType: string): readonly string[] {
  const mediaType = mediaTypeIn(contentType);
  const names = isJson(mediaType)
    ? parseJson(body, ProjectListJson, pageOf(mediaType)).projects.map(({ name }) => name)
    : anchors(body, mediaType).map(({ filename }) => filename);
  return [...new Set(names.map(normalized))].toSorted();
}

function mediaTypeIn(contentType: string): string {
  return contentType.replace(/;.*$/s, '').trim().toLowerCase();
}

function isJson(mediaType: string): boolean {
  return /^application\/(vnd\.pypi\.simple\.(v1|latest)\+)?json$/.test(mediaType);
}

function pageOf(mediaType: string) {
  return { action: 'read the simple index', mediaType };
}

function anchors(body: string, mediaType: string): readonly Row[] {
  if (mediaType !== 'text/html' && mediaType !== 'application/vnd.pypi.simple.v1+html') {
    throw noIndex(`found \`${mediaType || 'no content type'}\``);
  }
  const page = readIndexPage(body);
  if (page === undefined) throw noIndex('found another page, or not all of it');
  return page;
}

function fileRows(body: string, mediaType: string): readonly Row[] {
  const { files } = parseJson(body, SimpleIndexJson, pageOf(mediaType));
  return files.map((file) => ({
    filename: file.filename,
    href: file.url,
    sha256: file.hashes?.['sha256'] ?? undefined,
    requiresPython: file['requires-python'] ?? undefined,
  }));
}

/** A link that is no address cannot be fetched by anyone, and names no file. */
function fileOf(row: Row, baseUrl: URL): SimpleIndexFile | undefined {
  const url = URL.parse(row.href, baseUrl.href);
  if (url === null) return undefined;
  const sha256 = digestIn(row.sha256) ?? digestIn(/^#sha256=([^&]*)/.exec(url.hash)?.[1]);
  url.hash = '';
  // User names in a link are nobody's credentials here.
  url.username = '';
  url.password = '';
  return {
    filename: row.filename,
    url,
    ...(sha256 !== undefined && { sha256 }),
    ...(row.requiresPython && { requiresPython: row.requiresPython }),
  };
}

function digestIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{64}$/i.test(text) ? text.toLowerCase() : undefined;
}

function noIndex(found: string): RegistryError {
  return new RegistryError(`expected a page of the simple index, ${found}`, {
    code: 'REGISTRY_UNEXPECTED_RESPONSE',
    hint: 'Check the API URL: it ends in `/api/v4`, and no login page or proxy may answer in its place.',
  });
}

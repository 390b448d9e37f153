/**
 * Core metadata, the headers that describe a project inside its distributions.
 *
 * Spelled as it stands there; whether it fits the file it came from is for `readCoreMetadata` to say.
 *
 * @module
 */

import { invalidMetadata, parseHeaderLines } from './header-lines.ts';
import { quote } from './quote.ts';

/** What a distribution says about its project, spelled as it stands there. */
export interface CoreMetadata {
  /** Such as `2.4`. */
  readonly metadataVersion: string;
  readonly name: string;
  readonly version: string;
  /** One line about the project. */
  readonly summary?: string;
  /** The long description, from the body or, in old metadata, from the header. */
  readonly description?: string;
  /** Such as `text/markdown; charset=UTF-8`. */
  readonly descriptionContentType?: string;
  readonly keywords?: string;
  readonly authorEmail?: string;
  /** Such as `>=3.9`. */
  readonly requiresPython?: string;
  /** An SPDX expression, such as `MIT OR Apache-2.0`. */
  readonly licenseExpression?: string;
  /** Paths of the license files, as the project names them. */
  readonly licenseFiles?: readonly string[];
  /** What can be imported of it, such as `demo.client`; a private one ends in `; private`. */
  readonly importNames?: readonly string[];
  /** Namespaces it shares with other projects. */
  readonly importNamespaces?: readonly string[];
  /** Fields an sdist leaves to the build, such as `Version`. */
  readonly dynamic?: readonly string[];
  /** Every header, by its name in lower case, with all its values in their order. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

/** Headers that may stand only once. */
const single = [
  'metadata-version',
  'name',
  'version',
  'summary',
  'description',
  'description-content-type',
  'keywords',
  'home-page',
  'download-url',
  'author',
  'author-email',
  'maintainer',
  'maintainer-email',
  'license',
  'license-expression',
  'requires-python',
] as const;

/** The newest version of core metadata whose fields are known here. */
export const newestMetadata = { major: 2, minor: 5 } as const;

/** Reads the text of a `METADATA` or `PKG-INFO` file. */
export function parseCoreMetadata(text: string): CoreMetadata {
  const { headers, body } = parseHeaderLines(text);
  const fields = new Map(headers);
  if (body.trim() !== '') fields.set('description', [...(fields.get('description') ?? []), body]);
  const twice = single.find((name) => (fields.get(name)?.length ?? 0) > 1);
  if (twice !== undefined) throw invalidMetadata(`has \`${twice}\` more than once`);
  return {
    metadataVersion: readMetadataVersion(required(fields, 'metadata-version')),
    name: required(fields, 'name'),
    version: required(fields, 'version'),
    ...textsOf(fields),
    ...listsOf(fields),
    fields,
  };
}

type Fields = CoreMetadata['fields'];

function textsOf(fields: Fields): Partial<CoreMetadata> {
  const summary = optional(fields, 'summary');
  const description = optional(fields, 'description');
  const descriptionContentType = optional(fields, 'description-content-type');
  const keywords = optional(fields, 'keywords');
  const authorEmail = optional(fields, 'author-email');
  const requiresPython = optional(fields, 'requires-python');
  const licenseExpression = optional(fields, 'license-expression');
  return {
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    ...(descriptionContentType !== undefined && { descriptionContentType }),
    ...(keywords !== undefined && { keywords }),
    ...(authorEmail !== undefined && { authorEmail }),
    ...(requiresPython !== undefined && { requiresPython }),
    ...(licenseExpression !== undefined && { licenseExpression }),
  };
}

function listsOf(fields: Fields): Partial<CoreMetadata> {
  const licenseFiles = fields.get('license-file');
  const importNames = fields.get('import-name');
  const importNamespaces = fields.get('import-namespace');
  const dynamic = fields.get('dynamic');
  return {
    ...(licenseFiles && { licenseFiles }),
    ...(importNames && { importNames }),
    ...(importNamespaces && { importNamespaces }),
    ...(dynamic && { dynamic }),
  };
}

function required(fields: Fields, name: (typeof single)[number]): string {
  const value = fields.get(name)?.[0] ?? '';
  if (value === '') throw invalidMetadata(`has no \`${name}\``);
  return value;
}

function optional(fields: Fields, name: (typeof single)[number]): string | undefined {
  const value = fields.get(name)?.[0];
  // Old setuptools wrote this word for everything it was not told.
  return value === '' || value === 'UNKNOWN' ? undefined : value;
}

function readMetadataVersion(text: string): string {
  const major = /^(\d{1,3})\.\d{1,3}$/.exec(text)?.[1];
  if (major !== undefined && Number(major) >= 1 && Number(major) <= newestMetadata.major)
    return text;
  throw invalidMetadata(
    `has the version ${quote(text)}, expected one from \`1.0\` to \`${newestMetadata.major}.x\``,
  );
}

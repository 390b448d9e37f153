/**
 * The form that uploads a distribution, field by field as twine sends it.
 *
 * @module
 */

import {
  normalizeName,
  parseWheelFilename,
  type CoreMetadata,
  type Distribution,
} from '@wheelseal/distributions';
import { randomBytes } from 'node:crypto';
import type { Frame } from './upload.ts';

/** A multipart body around one file. */
interface UploadForm extends Frame {
  readonly contentType: string;
}

/** The fields beside the file, in the order they are sent. */
export function uploadFields(
  distribution: Distribution,
  metadata: CoreMetadata,
): ReadonlyMap<string, string> {
  const { kind, filename, name, version, sha256 } = distribution;
  const wheel = kind === 'wheel';
  const fields: readonly (readonly [string, string | undefined])[] = [
    [':action', 'file_upload'],
    ['protocol_version', '1'],
    ['filetype', wheel ? 'bdist_wheel' : 'sdist'],
    ['pyversion', wheel ? parseWheelFilename(filename).pythonTags.join('.') : 'source'],
    ['name', normalizeName(name)],
    ['version', version],
    ['metadata_version', metadata.metadataVersion],
    ['summary', metadata.summary],
    ['description', metadata.description],
    ['description_content_type', metadata.descriptionContentType],
    ['keywords', metadata.keywords],
    ['author_email', metadata.authorEmail],
    // Older GitLab refuses an upload that leaves it out.
    ['requires_python', metadata.requiresPython ?? ''],
    // Without it GitLab stores a file that nobody can download.
    ['sha256_digest', sha256],
  ];
  return new Map(
    fields.filter((field): field is readonly [string, string] => field[1] !== undefined),
  );
}

/** Puts fields and a file together; the file's own bytes come between `before` and `after`. */
export function uploadForm(fields: ReadonlyMap<string, string>, filename: string): UploadForm {
  const boundary = `wheelseal-${randomBytes(24).toString('hex')}`;
  const parts = [...fields].map(
    ([name, value]) =>
      `--${boundary}\r\ncontent-disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
  );
  const file = [
    `--${boundary}`,
    `content-disposition: form-data; name="content"; filename="${quoted(filename)}"`,
    'content-type: application/octet-stream',
    '\r\n',
  ].join('\r\n');
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    before: Buffer.from(parts.join('') + file),
    after: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}

/** As browsers quote it: nothing in a name may end the line or the quotes. */
function quoted(name: string): string {
  return name.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

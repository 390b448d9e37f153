/**
 * A stored file as an answer: its bytes, or a redirect to the object storage.
 *
 * @module
 */

import type { Answer } from './answer.ts';
import type { Instance } from './instance.ts';
import type { FileRow, PackageRow } from './package-store.ts';

/** How the registries differ in handing out a file. */
export interface DownloadOptions {
  /** The generic registry names the digest that GitLab computed. */
  readonly checksum?: boolean;
  /** The generic registry has the object storage repeat the file name. */
  readonly namedByStorage?: boolean;
}

/** Answers with a file and notes when its package was last downloaded. */
export function download(
  { settings, objectStorage }: Instance,
  row: PackageRow,
  file: FileRow,
  { checksum = false, namedByStorage = false }: DownloadOptions = {},
): Answer {
  row.lastDownloadedAt = new Date();
  const disposition = attachment(file.fileName);
  if (settings.objectStorage) {
    const query: Record<string, string> = namedByStorage
      ? {
          'response-content-disposition': disposition,
          'response-content-type': 'application/octet-stream',
        }
      : {};
    return redirect(objectStorage.signedUrl(file.bytes.key, file.fileName, query).href);
  }
  return {
    status: 200,
    headers: {
      'content-disposition': disposition,
      'content-transfer-encoding': 'binary',
      ...(checksum && { 'x-checksum-sha256': file.bytes.sha256 }),
    },
    file: file.bytes,
  };
}

/** A redirect as GitLab words it. */
export function redirect(location: string): Answer {
  return {
    status: 302,
    headers: { location },
    text: `This resource has been moved temporarily to ${location}.`,
  };
}

function attachment(fileName: string): string {
  const escaped = (allowed: RegExp) =>
    Array.from(fileName, (char) => (allowed.test(char) ? char : percentEncoded(char))).join('');
  const plain = escaped(/^[ A-Za-z0-9!#$+.^_`|~-]$/u);
  return `attachment; filename="${plain}"; filename*=UTF-8''${escaped(/^[A-Za-z0-9!#$&+.^_`|~-]$/u)}`;
}

function percentEncoded(char: string): string {
  return [...Buffer.from(char)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
}

/**
 * `POST /projects/:id/packages/pypi`: takes a distribution from twine or uv.
 *
 * Who may upload is settled before the body is read, as Workhorse does it; everything else after.
 *
 * @module
 */

import { assertMayCreate, isProtected } from './access.ts';
import { badRequest, forbidden, invalidParameters, refusal } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Instance } from './instance.ts';
import { readUploadForm } from './pypi-form.ts';
import type { UploadForm } from './pypi-form.ts';
import { isDigest, keptMetadata, packageComplaints } from './pypi-rules.ts';
import type { Call } from './routing.ts';
import { discardBytes } from './stored-bytes.ts';
import type { StoredBytes } from './stored-bytes.ts';

/** Stores one distribution. */
export async function uploadDistribution(instance: Instance, call: Call): Promise<Answer> {
  assertMayCreate(instance, call);
  const form = await readUploadForm(
    call.request,
    instance.storageDirectory,
    instance.settings.pypiMaxFileSize,
  );
  try {
    store(instance, call, distributionOf(form));
  } catch (error) {
    if (form.content !== undefined) await discardBytes(form.content.bytes);
    throw error;
  }
  return { status: 201, json: { message: '201 Created' } };
}

interface UploadedDistribution {
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
  readonly bytes: StoredBytes;
  readonly fields: ReadonlyMap<string, string>;
}

function distributionOf({ fields, content }: UploadForm): UploadedDistribution {
  const name = fields.get('name');
  const version = fields.get('version');
  const digest = fields.get('sha256_digest');
  const complaints: string[] = [];
  if (content === undefined) {
    complaints.push(fields.has('content') ? 'content is invalid' : 'content is missing');
  }
  if (name === undefined) complaints.push('name is missing');
  if (version === undefined) complaints.push('version is missing');
  if (digest !== undefined && !isDigest(digest)) complaints.push('sha256_digest is invalid');
  if (
    complaints.length > 0 ||
    content === undefined ||
    name === undefined ||
    version === undefined
  ) {
    throw invalidParameters(complaints);
  }
  return { name, version, ...content, fields };
}

/** In one go and without waiting, so that of two equal uploads one is a duplicate. */
function store(
  instance: Instance,
  call: Call,
  { name, version, fileName, bytes, fields }: UploadedDistribution,
): void {
  const { settings, store: packages } = instance;
  const digest = fields.get('sha256_digest') ?? null;
  if (bytes.size > settings.pypiMaxFileSize) throw badRequest('File is too large');
  if (settings.fips && digest === null) throw refusal(422, '422 Unprocessable Entity');
  if (isProtected(instance, 'push', name, 'pypi', call.actor())) {
    throw forbidden('Package protected.');
  }
  const existing = packages.find('pypi', name, version);
  const isTaken = existing?.files.some((file) => file.fileName === fileName) ?? false;
  const complaints = isTaken
    ? ['File name has already been taken']
    : packageComplaints(name, version);
  if (complaints.length > 0) throw validationFailed(instance, complaints);
  const metadata = keptMetadata(fields);
  const row = packages.findOrCreate('pypi', name, version);
  row.metadata = metadata;
  packages.addFile(row, {
    fileName,
    sha256: digest,
    md5: settings.fips ? null : (fields.get('md5_digest') ?? null),
    requiresPython: metadata.get('requires_python') ?? '',
    bytes,
  });
}

function validationFailed({ settings }: Instance, complaints: readonly string[]) {
  const message = `Validation failed: ${complaints.join(', ')}`;
  return settings.oldDuplicateWording ? refusal(400, message) : badRequest(message);
}

/**
 * A project's PyPI registry.
 *
 * The digests of its index are what uploaders claimed; GitLab compares them with nothing. What counts
 * is the measurement of the bytes that a download gives back.
 *
 * @module
 */

import type { CoreMetadata, Distribution } from '@wheelseal/distributions';
import type { CallOptions, GitLabConnection } from './connection.ts';
import { projectUrl } from './endpoint.ts';
import { RegistryError } from './errors.ts';
import { withRequestId } from './request-id.ts';
import { discard } from './response-body.ts';
import { shownName } from './shown-name.ts';
import { createSimpleIndex, type SimpleIndex } from './simple-index.ts';
import { truncatedFields, truncationWarning, type TruncatedField } from './truncated-fields.ts';
import { upload } from './upload.ts';
import { uploadFields, uploadForm } from './upload-form.ts';

/** What an upload to the PyPI registry takes. */
export interface UploadOptions extends CallOptions {
  /** Told of each metadata field that GitLab will cut short, as a sentence and as data. */
  readonly onWarning?: (warning: string, field: TruncatedField) => void;
}

/** A project's PyPI registry. */
export interface PyPIRegistry extends Pick<SimpleIndex, 'listFiles' | 'download'> {
  /**
   * Streams a distribution into the registry.
   *
   * @throws RegistryError with code `REGISTRY_CONFLICT` when its file name is taken, `FILE_CHANGED` when it
   *   is not what was measured.
   */
  upload(
    distribution: Distribution,
    metadata: CoreMetadata,
    options?: UploadOptions,
  ): Promise<void>;
}

/** Opens the PyPI registry of one project. Does no I/O. */
export function createPyPIRegistry(connection: GitLabConnection): PyPIRegistry {
  return {
    ...createSimpleIndex(connection),
    upload: async (...call) => {
      await uploadDistribution(connection, ...call);
    },
  };
}

async function uploadDistribution(
  connection: GitLabConnection,
  distribution: Distribution,
  metadata: CoreMetadata,
  options: UploadOptions = {},
): Promise<void> {
  const action = `upload ${shownName(distribution.filename)}`;
  const fields = uploadFields(distribution, metadata);
  for (const field of truncatedFields(fields)) {
    options.onWarning?.(truncationWarning(field), field);
  }
  const form = uploadForm(fields, distribution.filename);
  const answer = await upload(
    connection,
    {
      action,
      method: 'POST',
      route: 'pypi',
      url: projectUrl(connection, ['packages', 'pypi']),
      headers: { 'content-type': form.contentType },
    },
    distribution,
    options,
    form,
  );
  await discard(answer);
  if (answer.status === 201) return;
  throw withRequestId(
    connection,
    answer,
    new RegistryError(`cannot ${action}: expected the answer 201, found ${answer.status}`, {
      code: 'REGISTRY_UNEXPECTED_RESPONSE',
      hint: 'Check the API URL: no login page or proxy may answer in its place.',
    }),
  );
}

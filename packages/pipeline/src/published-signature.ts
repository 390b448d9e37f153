/**
 * The signatures of a distribution in the generic package registry.
 *
 * @module
 */

import { parseVersion } from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import type { GenericPackages } from '@wheelseal/gitlab-registry';
import type { Destination } from './destination.ts';
import { signatureSuffixes } from './release.ts';
import type { SignatureContents } from './signature-material.ts';

/**
 * Reads the signatures of a distribution: its bundle, otherwise `.sig` and `.crt`. What is not there
 * is left out.
 *
 * They are under the version as it was written when they were published, which may not be the
 * canonical spelling that the distribution has; both are looked at.
 */
export async function readPublishedSignature(
  filename: string,
  { package: name, packageVersion }: { readonly package: string; readonly packageVersion: string },
  packages: GenericPackages,
  signal?: AbortSignal,
): Promise<SignatureContents> {
  const versions = new Set([packageVersion, parseVersion(packageVersion).canonical]);
  for (const version of versions) {
    const contents = await readAt(filename, { package: name, version }, packages, signal);
    if (Object.keys(contents).length > 0) return contents;
  }
  return {};
}

async function readAt(
  filename: string,
  destination: Destination,
  packages: GenericPackages,
  signal: AbortSignal | undefined,
): Promise<SignatureContents> {
  const read = async (kind: keyof typeof signatureSuffixes): Promise<SignatureContents> => {
    const file = { ...destination, filename: filename + signatureSuffixes[kind] };
    try {
      return { [kind]: await packages.read(file, signal && { signal }) };
    } catch (error) {
      if (isCodedError(error) && error.code === 'REGISTRY_NOT_FOUND') return {};
      throw error;
    }
  };
  const bundle = await read('bundle');
  if (bundle.bundle !== undefined) return bundle;
  return { ...(await read('signature')), ...(await read('certificate')) };
}

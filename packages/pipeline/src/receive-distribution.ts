/**
 * One distribution on its way in: its bytes, its signature, the verdict.
 *
 * @module
 */

import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parseVersion } from '@wheelseal/distributions';
import { isCodedError } from '@wheelseal/errors';
import type { SimpleIndexFile } from '@wheelseal/gitlab-registry';
import { assertSafe } from './distribution-findings.ts';
import type { DownloadOptions, DownloadPorts, DownloadRequest } from './download-verified.ts';
import type { Arrival } from './place-files.ts';
import { sha256Of } from './publish-plan.ts';
import { readPublishedSignature } from './published-signature.ts';
import type { StageEvent } from './release-event.ts';
import { signatureSuffixes } from './release.ts';
import { materialOf } from './signature-material.ts';
import { type DistributionVerdict, verified } from './verdict.ts';
import { spellingsOf } from './version-spellings.ts';

/** A distribution in a private folder, with its verdict. */
export interface Received {
  readonly verdict: DistributionVerdict;
  readonly arrivals: readonly Arrival[];
}

type Report = (event: StageEvent) => void;

/** Downloads a distribution into a private folder and verifies it there. */
export async function receiveDistribution(
  file: SimpleIndexFile,
  request: DownloadRequest,
  folder: string,
  ports: DownloadPorts,
  options: DownloadOptions,
  report: Report,
): Promise<Received> {
  const { filename } = file;
  const { signal } = options;
  report({ type: 'download-started', filename });
  const path = join(folder, filename);
  const { size, sha256 } = await ports.registry.download(file, path, {
    ...(signal && { signal }),
    onProgress: (bytes) => report({ type: 'download-progress', filename, bytes }),
  });
  report({ type: 'download-finished', filename, size, sha256 });
  const distribution = { filename, size, sha256 };
  try {
    const contents = await readPublishedSignature(filename, request, ports.packages, signal);
    const material = materialOf(filename, contents);
    const verification = await ports.verifier.verify(distribution, material, ports.policy, {
      versions: versionsOf(request, ports),
      ...(signal && { signal }),
    });
    // Only now: an archive is not opened before its bytes are known to be the signer's.
    await assertSafe({ path, ...distribution }, { name: request.name, signal });
    const arrivals = [{ path, filename, sha256 }];
    const bundle = options.bundles === true ? contents.bundle : undefined;
    if (bundle !== undefined) arrivals.push(await keepBundle(path, bundle));
    return { verdict: verified(distribution, verification), arrivals };
  } catch (error) {
    if (!isCodedError(error) || isServiceFailure(error.code)) throw error;
    const status = error.code === 'SIGNATURE_MISSING' ? 'unsigned' : 'refused';
    return { verdict: { status, ...distribution, error }, arrivals: [] };
  }
}

/** What was asked for, in every spelling; that of the generic package is one too. */
function versionsOf(
  { version, packageVersion }: DownloadRequest,
  { spellings = [] }: DownloadPorts,
): readonly string[] {
  return spellingsOf(parseVersion(version).canonical, [version, packageVersion, ...spellings]);
}

async function keepBundle(distribution: string, bundle: Buffer): Promise<Arrival> {
  const path = distribution + signatureSuffixes.bundle;
  await writeFile(path, bundle, { flag: 'wx' });
  return { path, filename: basename(path), sha256: sha256Of(bundle) };
}

/** That a registry does not answer is no verdict about what is in it. */
function isServiceFailure(code: string): boolean {
  return code.startsWith('REGISTRY_');
}

/**
 * What a certificate says about the GitLab pipeline it was issued to.
 *
 * Fulcio writes the same facts into several places. They are read from the claims, put together to a
 * name again, and the name must be the one in the certificate: a certificate that contradicts itself
 * is nobody's.
 *
 * @module
 */

import type { SignerIdentity } from './signer-identity.ts';
import { goPath } from './url-path.ts';

/** A pipeline as a certificate names it. */
export interface CertifiedPipeline {
  /** Host and port. */
  readonly host: string;
  readonly project: string;
  readonly configPath: string;
  readonly ref: string;
}

/** Why a certificate names no pipeline. */
export interface Contradiction {
  readonly part: string;
  readonly expected: string;
  readonly found?: string;
}

/**
 * Reads the pipeline from the claims.
 *
 * @param basePath where GitLab is below its host, such as `/gitlab`; empty for most.
 */
export function pipelineOf(
  { subject, claims }: SignerIdentity,
  basePath: string,
): CertifiedPipeline | Contradiction {
  const { sourceRepositoryUri, sourceRepositoryRef: ref, buildConfigUri } = claims;
  if (sourceRepositoryUri === undefined) return missing('source repository');
  if (ref === undefined) return missing('source ref');
  if (buildConfigUri === undefined) return missing('build configuration');
  const [, host = '', path = ''] =
    /^https?:\/\/([^/?#@\s]+)(\/[^?#]+)$/.exec(sourceRepositoryUri) ?? [];
  if (host === '' || !path.startsWith(`${basePath}/`)) {
    const expected = `https://HOST${basePath}/PROJECT`;
    return { part: 'source repository', expected, found: sourceRepositoryUri };
  }
  const project = path.slice(basePath.length + 1);
  const start = `https://${host}/${project}//`;
  const end = `@${ref}`;
  const configPath = buildConfigUri.slice(start.length, -end.length);
  if (configPath === '' || buildConfigUri !== `${start}${configPath}${end}`) {
    return { part: 'build configuration', expected: `${start}FILE${end}`, found: buildConfigUri };
  }
  if (claims.buildSignerUri !== buildConfigUri) {
    const { buildSignerUri: found } = claims;
    return {
      part: 'build signer',
      expected: buildConfigUri,
      ...(found !== undefined && { found }),
    };
  }
  const escaped = goPath(`/${project}//${configPath}@${ref}`);
  const rebuilt = `https://${host}${escaped ?? ''}`;
  if (rebuilt !== subject) return { part: 'name', expected: rebuilt, found: subject };
  return { host, project, configPath, ref };
}

function missing(part: string): Contradiction {
  return { part, expected: 'a claim of Fulcio’s provider for GitLab' };
}

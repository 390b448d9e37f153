/**
 * The pages by which others find the keys of GitLab's token issuer.
 *
 * @module
 */

import type { JsonWebKey } from 'node:crypto';

import { sendJson } from '../http-messages.ts';
import type { Service } from '../listen.ts';

/** Serves the discovery pages of an issuer, and hands every other request on to `next`. */
export function withDiscovery(
  { issuer, jwk }: { readonly issuer: string; readonly jwk: JsonWebKey },
  next: Service,
): Service {
  const pages: Readonly<Record<string, unknown>> = {
    '/.well-known/openid-configuration': configuration(issuer),
    '/oauth/discovery/keys': { keys: [jwk] },
  };
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', issuer);
    if (
      !Object.hasOwn(pages, pathname) ||
      (request.method !== 'GET' && request.method !== 'HEAD')
    ) {
      return next(request, response);
    }
    return sendJson(response, 200, pages[pathname], {
      'cache-control': 'max-age=86400, public, must-revalidate, no-transform',
    });
  };
}

function configuration(issuer: string) {
  return {
    issuer,
    authorization_endpoint: `${issuer}/oauth/authorize`,
    token_endpoint: `${issuer}/oauth/token`,
    jwks_uri: `${issuer}/oauth/discovery/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
  };
}

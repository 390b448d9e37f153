/**
 * What it means when there is no answer at all.
 *
 * Whether a request was sent decides whether it may be sent again: a connection that was never made
 * carried nothing.
 *
 * @module
 */

import { RegistryError } from './errors.ts';

/** A request that got no answer. */
interface UnansweredRequest {
  readonly action: string;
  readonly origin: string;
  readonly isUpload: boolean;
}

/** The error for a request without an answer; a request that undici does not take is the caller's mistake. */
export function unreachable(request: UnansweredRequest, cause: unknown): Error {
  const { action, origin } = request;
  if (isRefusedByProxy(cause)) {
    return new RegistryError(`cannot ${action}: the proxy does not let \`${origin}\` through`, {
      code: 'REGISTRY_UNREACHABLE',
      hint: 'Check the address, user name and password of the proxy, or exempt the host from it.',
      cause,
    });
  }
  if (codeOf(cause) === 'UND_ERR_INVALID_ARG' && cause instanceof Error) {
    return new TypeError(`cannot ${action}: ${cause.message}`);
  }
  const what = isTimeout(cause) ? 'no answer in time' : 'no answer';
  return new RegistryError(`cannot ${action}: ${what} from \`${origin}\``, {
    code: 'REGISTRY_UNREACHABLE',
    hint: hintFor(request, cause),
    cause,
  });
}

/** Whether TLS failed in a way that needs a setting, not patience. */
export function isCertificateProblem(cause: unknown): boolean {
  return /CERT|UNABLE_TO_|ERR_TLS|ERR_SSL/.test(codeOf(cause));
}

/**
 * Whether there was not even a connection, so that nothing can have arrived. The code alone does not
 * tell: a host may also become unreachable while it works on what it received.
 */
export function isNeverSent(cause: unknown): boolean {
  if (cause instanceof AggregateError && cause.errors.length > 0) {
    return cause.errors.every(isNeverSent);
  }
  if (codeOf(cause) === 'UND_ERR_CONNECT_TIMEOUT') return true;
  if (!(cause instanceof Error) || !('syscall' in cause)) return false;
  return cause.syscall === 'connect' || cause.syscall === 'getaddrinfo';
}

function hintFor({ isUpload }: UnansweredRequest, cause: unknown): string {
  if (isCertificateProblem(cause)) {
    return 'Pass the certificate authority of this host, which GitLab names in `CI_SERVER_TLS_CA_FILE`.';
  }
  return isUpload && !isNeverSent(cause)
    ? 'List what is stored before it is sent again; a proxy that finds a file too large may also break the connection.'
    : 'Check the API URL and the network, then try again.';
}

function isTimeout(cause: unknown): boolean {
  return (
    codeOf(cause).endsWith('TIMEOUT') || (cause instanceof Error && cause.name === 'TimeoutError')
  );
}

/** undici words a 407 to a tunnel as an abortion, and one to a plain request as an invalid argument. */
function isRefusedByProxy(cause: unknown): boolean {
  return cause instanceof Error && /^Proxy (response|Authentication)/.test(cause.message);
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error) || !('code' in cause)) return '';
  // Where a name has several addresses, the reason of the first one stands for all.
  if (cause instanceof AggregateError && cause.errors.length > 0) return codeOf(cause.errors[0]);
  return String(cause.code);
}

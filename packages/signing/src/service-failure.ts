/**
 * One question to a service while signing: asked again where that can help, and what its failure
 * means for the one who signs.
 *
 * Only the status is told. A service may answer with the token it was sent, in any disguise.
 *
 * @module
 */

import { SigningError } from './errors.ts';
import { delayBefore, withDefaults } from './patience.ts';
import { exchange, TransportError, type Answer, type Exchange } from './transport.ts';

/** A service as messages name it. */
export interface NamedService {
  readonly name: 'Fulcio' | 'Rekor' | 'the timestamp authority' | 'the token service of GitHub';
  /** The setting that holds its address. */
  readonly setting: string;
  /** Whether a second request leaves a second trace, so that an answer that was lost costs one. */
  readonly isLasting?: boolean;
}

/** An attempt that failed in a way that may pass. */
interface Setback {
  readonly error: SigningError;
  /** Whether the service may have done what it was asked for. */
  readonly isUncertain: boolean;
  readonly retryAfter: number | undefined;
}

/**
 * Sends a request while signing, and again while its patience lasts.
 *
 * @throws SigningError with code `SERVICE_UNREACHABLE` or `SERVICE_UNEXPECTED_RESPONSE`.
 */
export async function ask(service: NamedService, call: Exchange): Promise<Answer> {
  const { budget, wait } = withDefaults(call.patience);
  let [spent, uncertain] = [0, 0];
  for (let next = 2; ; next += 1) {
    const start = performance.now();
    const outcome = await attempt(service, call);
    if (!('error' in outcome)) return outcome;
    spent += performance.now() - start;
    if (outcome.isUncertain) uncertain += 1;
    const isTooMuch = service.isLasting === true && uncertain > 1;
    const delay = delayBefore(next, { asked: outcome.retryAfter, spent, budget });
    if (delay === undefined || isTooMuch) throw outcome.error;
    await wait(delay, call.signal).catch((error: unknown) => {
      call.signal?.throwIfAborted();
      throw error;
    });
    spent += delay;
  }
}

async function attempt(service: NamedService, call: Exchange): Promise<Answer | Setback> {
  try {
    const answer = await exchange(call);
    const { status, retryAfter } = answer;
    if (status !== 429 && status < 500) return answer;
    const isUncertain = status !== 429 && status !== 503;
    return { error: unavailable(service, answer), isUncertain, retryAfter };
  } catch (cause) {
    if (!(cause instanceof TransportError)) throw cause;
    const { kind } = cause;
    if (kind === 'oversized') throw unexpected(service, cause.message);
    const error = outOfReach(service, call.url, cause);
    if (kind === 'unreachable') throw error;
    return { error, isUncertain: kind === 'interrupted', retryAfter: undefined };
  }
}

/** An answer that the interface of the service does not describe. */
export function unexpected({ name, setting }: NamedService, found: string): SigningError {
  return new SigningError(`${name} answered unexpectedly: ${found}`, {
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    hint: `Check that \`${setting}\` is the address of ${name}.`,
  });
}

function unavailable({ name }: NamedService, { status, retryAfter }: Answer): SigningError {
  const when = retryAfter === undefined ? 'later' : `in ${Math.ceil(retryAfter / 1000)} s`;
  return new SigningError(`${name} is not available now, it answered ${status}`, {
    code: 'SERVICE_UNREACHABLE',
    hint: `Sign again ${when}.`,
  });
}

function outOfReach({ name, setting }: NamedService, url: URL, cause: TransportError) {
  const certificate = /CERT|TLS|SSL|UNABLE_TO_/.test(cause.message)
    ? ', and name the certificate authority of its server with `NODE_EXTRA_CA_CERTS`'
    : '';
  return new SigningError(`cannot reach ${name} at \`${url.origin}\``, {
    code: 'SERVICE_UNREACHABLE',
    hint: `Check \`${setting}\` and that this machine reaches \`${url.origin}\`${certificate}.`,
    cause,
  });
}

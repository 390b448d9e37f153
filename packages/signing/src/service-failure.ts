/**
 * What a service's failure means for the one who signs.
 *
 * Only the status is told. A service may answer with the token it was sent, in any disguise.
 *
 * @module
 */

import { SigningError } from './errors.ts';
import { exchange, TransportError, type Answer, type Exchange } from './transport.ts';

/** A service as messages name it. */
export interface NamedService {
  readonly name: 'Fulcio' | 'Rekor' | 'the timestamp authority';
  /** The setting that holds its address. */
  readonly setting: string;
}

/**
 * Sends a request while signing.
 *
 * @throws SigningError with code `SERVICE_UNREACHABLE` or `SERVICE_UNEXPECTED_RESPONSE`.
 */
export async function ask(service: NamedService, call: Exchange): Promise<Answer> {
  const { name, setting } = service;
  const hint = `Check \`${setting}\` and that this machine reaches \`${call.url.origin}\`.`;
  try {
    const answer = await exchange(call);
    if (answer.status !== 429 && answer.status < 500) return answer;
    throw new SigningError(`${name} is not available now, it answered ${answer.status}`, {
      code: 'SERVICE_UNREACHABLE',
      hint: 'Sign again later.',
    });
  } catch (cause) {
    if (!(cause instanceof TransportError)) throw cause;
    if (cause.kind === 'oversized') throw unexpected(service, cause.message);
    throw new SigningError(`cannot reach ${name} at \`${call.url.origin}\``, {
      code: 'SERVICE_UNREACHABLE',
      hint,
      cause,
    });
  }
}

/** An answer that the interface of the service does not describe. */
export function unexpected({ name, setting }: NamedService, found: string): SigningError {
  return new SigningError(`${name} answered unexpectedly: ${found}`, {
    code: 'SERVICE_UNEXPECTED_RESPONSE',
    hint: `Check that \`${setting}\` is the address of ${name}.`,
  });
}

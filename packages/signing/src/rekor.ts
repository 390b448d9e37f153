/**
 * The transparency log, Rekor v1: adds entries and finds them again.
 *
 * @module
 */

import { assertRecorded } from './entry-body.ts';
import type { Recorded } from './entry-kinds.ts';
import { SigningError, VerificationError } from './errors.ts';
import { hashedRecord, type Signed } from './hashed-record.ts';
import type { LogEntry } from './log-entry.ts';
import { entryRequest } from './log-request.ts';
import { readFoundEntries, readOneEntry } from './rekor-answer.ts';
import { ask, unexpected, type NamedService } from './service-failure.ts';
import { endpoint, exchange, TransportError, type Answer, type Connection } from './transport.ts';

/** A log and how to reach it. */
export interface RekorConnection extends Connection {
  readonly rekorUrl: URL;
}

const service: NamedService = { name: 'Rekor', setting: 'REKOR_URL' };
const json = { contentType: 'application/json', accept: 'application/json' };

/**
 * Adds an entry to the log, or gets the one that is there already.
 *
 * @throws SigningError with code `LOG_REFUSED`, `SERVICE_UNREACHABLE` or
 * `SERVICE_UNEXPECTED_RESPONSE`.
 */
export async function addLogEntry(
  { url, ...connection }: Connection & { readonly url: URL },
  recorded: Recorded,
): Promise<LogEntry> {
  const answer = await ask(service, {
    ...json,
    ...connection,
    url: endpoint(url, '/api/v1/log/entries'),
    method: 'POST',
    body: JSON.stringify(entryRequest(recorded)),
  });
  if (answer.status === 201) return readOwn(answer, recorded);
  if (answer.status === 409) {
    return readOwn(await fetchExisting({ url, ...connection }, answer), recorded);
  }
  if (![400, 401, 403, 413, 422].includes(answer.status)) {
    throw unexpected(service, `status ${answer.status}`);
  }
  throw new SigningError(`Rekor takes no entry for the signature, it answered ${answer.status}`, {
    code: 'LOG_REFUSED',
    hint: 'Check that `REKOR_URL` is a Rekor v1 that takes entries of this kind from this machine.',
  });
}

/**
 * Asks the log for the entries of a signature. What comes back is not verified yet.
 *
 * @throws VerificationError with code `LOG_UNREACHABLE` or `LOG_ENTRY_INVALID`.
 */
export async function findLogEntries(
  { rekorUrl, dispatcher, signal }: RekorConnection,
  signed: Signed,
): Promise<readonly LogEntry[]> {
  const answer = await exchange({
    ...json,
    url: endpoint(rekorUrl, '/api/v1/log/entries/retrieve'),
    method: 'POST',
    body: JSON.stringify({ entries: [hashedRecord(signed)] }),
    dispatcher,
    signal,
  }).catch((cause: unknown) => {
    if (!(cause instanceof TransportError)) throw cause;
    if (cause.kind === 'oversized') throw invalidAnswer();
    throw unreachable(`cannot reach the transparency log at \`${rekorUrl.origin}\``, cause);
  });
  if (answer.status !== 200) {
    throw unreachable(`the transparency log at \`${rekorUrl.origin}\` answered ${answer.status}`);
  }
  const entries = readFoundEntries(answer.body);
  if (entries === undefined) throw invalidAnswer();
  return entries;
}

// The address in the answer is not believed, only the identifier at its end.
async function fetchExisting(
  { url, ...connection }: Connection & { readonly url: URL },
  { location = '' }: Answer,
): Promise<Answer> {
  const [, identifier] = /\/((?:[0-9a-f]{16})?[0-9a-f]{64})$/.exec(location) ?? [];
  if (identifier === undefined) throw unexpected(service, 'a conflict that names no entry');
  const answer = await ask(service, {
    ...connection,
    accept: json.accept,
    url: endpoint(url, `/api/v1/log/entries/${identifier}`),
    method: 'GET',
  });
  if (answer.status === 200) return answer;
  throw unexpected(service, `status ${answer.status} for an entry it says it has`);
}

function readOwn({ body }: Answer, recorded: Recorded): LogEntry {
  const entry = readOneEntry(body);
  if (entry === undefined) throw unexpected(service, 'no log entry');
  assertOwn(service, entry, recorded);
  return entry;
}

/**
 * Throws unless an entry that a log answered with is the one it was asked for.
 *
 * @throws SigningError with code `SERVICE_UNEXPECTED_RESPONSE`.
 */
export function assertOwn(asked: NamedService, entry: LogEntry, recorded: Recorded): void {
  try {
    assertRecorded(entry, recorded);
  } catch (error) {
    if (error instanceof VerificationError) throw unexpected(asked, 'an entry that is not ours');
    throw error;
  }
}

function unreachable(message: string, cause?: unknown): VerificationError {
  return new VerificationError(message, {
    code: 'LOG_UNREACHABLE',
    hint: 'Check `REKOR_URL` and the network, or verify the bundle, which needs no log.',
    ...(cause !== undefined && { cause }),
  });
}

function invalidAnswer(): VerificationError {
  return new VerificationError('the answer of the transparency log is malformed', {
    code: 'LOG_ENTRY_INVALID',
    hint: 'Check that `REKOR_URL` is the address of a Rekor v1.',
  });
}

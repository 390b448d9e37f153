/**
 * The transparency log, Rekor v2: adds entries. It cannot be asked for one.
 *
 * It answers when the entry is in its tree, which takes a while. An answer that was lost is lost: the
 * log may have the entry and never shows it again.
 *
 * @module
 */

import { readLogEntryJson } from './bundle-json.ts';
import type { Recorded } from './entry-kinds.ts';
import { SigningError } from './errors.ts';
import type { LogEntry } from './log-entry.ts';
import { tiledEntryRequest } from './log-request.ts';
import { withDefaults } from './patience.ts';
import { assertOwn } from './rekor.ts';
import { ask, unexpected, type NamedService } from './service-failure.ts';
import { endpoint, type Connection } from './transport.ts';

const service: NamedService = { name: 'Rekor', setting: 'REKOR_URL', isLasting: true };
const leastPatience = 20_000;

/**
 * Adds an entry to a log of version 2. `undefined` means that the log has this very entry from an
 * attempt whose answer was lost; only another signature gets another entry.
 *
 * @throws SigningError with code `LOG_REFUSED`, `SERVICE_UNREACHABLE` or
 * `SERVICE_UNEXPECTED_RESPONSE`.
 */
export async function addTiledEntry(
  { url, patience, ...connection }: Connection & { readonly url: URL },
  recorded: Recorded,
): Promise<LogEntry | undefined> {
  const whole = withDefaults(patience);
  const { status, body } = await ask(service, {
    ...connection,
    url: endpoint(url, '/api/v2/log/entries'),
    method: 'POST',
    contentType: 'application/json',
    accept: 'application/json',
    body: JSON.stringify(tiledEntryRequest(recorded)),
    patience: { ...whole, answer: Math.max(leastPatience, whole.answer) },
  });
  if (status === 409) return undefined;
  if (status === 200 || status === 201) return readOwn(body, recorded);
  if (![400, 401, 403, 413, 422].includes(status)) throw unexpected(service, `status ${status}`);
  throw new SigningError(`Rekor takes no entry for the signature, it answered ${status}`, {
    code: 'LOG_REFUSED',
    hint: 'Check that `REKOR_URL` is a Rekor v2 that takes `hashedrekord` entries from this machine.',
  });
}

function readOwn(body: Buffer, recorded: Recorded): LogEntry {
  const entry = readLogEntryJson(parseJson(body));
  if (entry?.inclusionProof?.checkpoint === undefined) {
    throw unexpected(service, 'no log entry with its proof');
  }
  assertOwn(service, entry, recorded);
  return entry;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

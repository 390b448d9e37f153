/**
 * A timestamp authority: a signed statement that a signature existed at a time (RFC 3161).
 *
 * @module
 */

import { createHash, randomBytes } from 'node:crypto';
import { tags, writeElement } from './der.ts';
import { ask, unexpected, type NamedService } from './service-failure.ts';
import { readTimestamp } from './timestamp.ts';
import type { Connection } from './transport.ts';

/** A timestamp and the time that it states. */
export interface Timestamp {
  /** The whole response. */
  readonly response: Buffer;
  readonly time: Date;
}

/** An authority and how to reach it. */
export interface TimestampConnection extends Connection {
  /** The whole address, with its path. */
  readonly timestampUrl: URL;
}

const service: NamedService = { name: 'the timestamp authority', setting: 'timestampUrl' };

/**
 * Gets a timestamp over a signature. Whether it can be trusted shows when it is verified.
 *
 * @throws SigningError with code `SERVICE_UNREACHABLE` or `SERVICE_UNEXPECTED_RESPONSE`.
 */
export async function requestTimestamp(
  { timestampUrl, ...connection }: TimestampConnection,
  signature: Uint8Array,
): Promise<Timestamp> {
  const imprint = createHash('sha256').update(signature).digest();
  const { status, body } = await ask(service, {
    ...connection,
    url: timestampUrl,
    method: 'POST',
    contentType: 'application/timestamp-query',
    accept: 'application/timestamp-reply',
    body: timestampQuery(imprint),
    limit: 64 * 1024,
  });
  if (status !== 200 && status !== 201) throw unexpected(service, `status ${status}`);
  const stamp = readTimestamp(body);
  if (stamp?.imprint.equals(imprint) === true) return { response: body, time: stamp.time };
  throw unexpected(service, 'no timestamp over the signature');
}

// TimeStampReq ::= version 1, imprint by SHA-256, nonce, certReq TRUE (RFC 3161 section 2.4.1).
function timestampQuery(imprint: Buffer): Buffer {
  const sha256 = Buffer.from('300d06096086480165030402010500', 'hex');
  const nonce = randomBytes(8);
  // A positive INTEGER in its shortest form.
  nonce[0] = ((nonce[0] ?? 0) & 0x3f) | 0x40;
  return writeElement(
    tags.sequence,
    writeElement(tags.integer, Buffer.of(1)),
    writeElement(tags.sequence, sha256, writeElement(tags.octetString, imprint)),
    writeElement(tags.integer, nonce),
    writeElement(tags.boolean, Buffer.of(0xff)),
  );
}

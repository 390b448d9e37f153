/**
 * Time-stamp queries: as RFC 3161 has them, and in the JSON that Sigstore's service takes too.
 *
 * @module
 */

import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import { MessageImprint, TimeStampReq, TimeStampReqVersion } from '@peculiar/asn1-tsp';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';

import { bytesField, field, textField } from '../json-field.ts';

/** A query that gets no answer; the message is the service's. */
export class QueryError extends Error {}

const digests: Readonly<Record<string, { readonly name: string; readonly length: number }>> = {
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', length: 32 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', length: 48 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', length: 64 },
};
const sha1 = '1.3.14.3.2.26';
const unspecific = 'Error generating timestamp response';

/** How a query of each media type is read. */
export const queryReaders: Readonly<Record<string, (body: Buffer) => TimeStampReq>> = {
  'application/timestamp-query': (body) => checked(() => AsnConvert.parse(body, TimeStampReq)),
  'application/json': (body) => checked(() => readJson(JSON.parse(body.toString()))),
};

/**
 * Reads a query and looks at its digest.
 *
 * @throws QueryError when it is no query, or over a digest that the service does not take.
 */
function checked(read: () => TimeStampReq): TimeStampReq {
  const query = reading(read);
  const { hashAlgorithm, hashedMessage } = query.messageImprint;
  if (hashAlgorithm.algorithm === sha1) {
    throw new QueryError('Weak hash algorithm in timestamp request');
  }
  const digest = digests[hashAlgorithm.algorithm];
  if (digest === undefined) throw new QueryError(unspecific);
  if (hashedMessage.byteLength === digest.length) return query;
  throw new QueryError('Message digest has incorrect length for specified algorithm');
}

function reading(read: () => TimeStampReq): TimeStampReq {
  try {
    return read();
  } catch (cause) {
    throw new QueryError(unspecific, { cause });
  }
}

function readJson(query: unknown): TimeStampReq {
  const algorithm = algorithmNamed(textField(query, 'hashAlgorithm').toLowerCase());
  const policy = textField(query, 'tsaPolicyOID');
  const nonce = field(query, 'nonce');
  return new TimeStampReq({
    version: TimeStampReqVersion.v1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithm }),
      hashedMessage: new OctetString(bytesField(query, 'artifactHash')),
    }),
    certReq: field(query, 'certificates') === true,
    ...(policy !== '' && { reqPolicy: policy }),
    ...(typeof nonce === 'number' && { nonce: positiveInteger(nonce) }),
  });
}

function algorithmNamed(name: string): string {
  if (name === 'sha1') return sha1;
  return Object.entries(digests).find(([, digest]) => digest.name === name)?.[0] ?? '';
}

function positiveInteger(value: number): ArrayBuffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  const start = bytes.findIndex((byte) => byte !== 0);
  // A leading bit of 1 would make it negative.
  const needsZero = start < 0 || ((bytes[start] ?? 0) & 0x80) !== 0;
  const digits = start < 0 ? Buffer.alloc(0) : bytes.subarray(start);
  return Uint8Array.from([...(needsZero ? [0] : []), ...digits]).buffer;
}

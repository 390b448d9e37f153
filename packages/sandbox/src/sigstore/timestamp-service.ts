/**
 * The time-stamp service: answers RFC 3161 queries over HTTP.
 *
 * @module
 */

import { AsnConvert } from '@peculiar/asn1-schema';
import { PKIStatus, PKIStatusInfo, TimeStampReq, TimeStampResp } from '@peculiar/asn1-tsp';

import { readBody, sendBytes, sendJson, sendText } from '../http-messages.ts';
import type { Service } from '../listen.ts';
import { chainPem } from '../x509/authority.ts';
import type { Authority } from '../x509/authority.ts';
import { issueTimestamp } from './timestamp-token.ts';

const path = '/api/v1/timestamp';
const queryType = 'application/timestamp-query';
const largestQuery = 64 * 1024;
const digestLengths: Readonly<Record<string, number>> = {
  '2.16.840.1.101.3.4.2.1': 32,
  '2.16.840.1.101.3.4.2.2': 48,
  '2.16.840.1.101.3.4.2.3': 64,
};

/** Creates the service. */
export function createTimestampService(authority: Authority, now: () => Date): Service {
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const refuse = (code: number, message: string) => sendJson(response, code, { code, message });
    if (pathname === `${path}/certchain` && request.method === 'GET') {
      const type = { 'content-type': 'application/pem-certificate-chain' };
      return sendText(response, 200, chainPem(authority.chain), type);
    }
    if (pathname !== path) return refuse(404, `path ${pathname} was not found`);
    if (request.method !== 'POST') return refuse(405, `method ${request.method} is not allowed`);
    const type = request.headers['content-type'] ?? '';
    if (type !== queryType) {
      return refuse(415, `unsupported media type "${type}", only [${queryType}] are allowed`);
    }
    const query = readQuery(await readBody(request, largestQuery));
    if (typeof query === 'string') return refuse(400, query);
    const answer = new TimeStampResp({
      status: new PKIStatusInfo({ status: PKIStatus.granted }),
      timeStampToken: issueTimestamp(query, authority, now()),
    });
    return sendBytes(response, 201, new Uint8Array(AsnConvert.serialize(answer)), {
      'content-type': 'application/timestamp-reply',
    });
  };
}

function readQuery(bytes: Uint8Array): TimeStampReq | string {
  try {
    const query = AsnConvert.parse(bytes, TimeStampReq);
    const { hashAlgorithm, hashedMessage } = query.messageImprint;
    const length = digestLengths[hashAlgorithm.algorithm];
    if (length === undefined) return 'Weak hash algorithm in timestamp request';
    if (length === hashedMessage.byteLength) return query;
  } catch {
    // What cannot be read gets the same answer as what cannot be served.
  }
  return 'Error generating timestamp response';
}

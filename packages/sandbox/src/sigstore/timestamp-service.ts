/**
 * The time-stamp service: answers queries over HTTP as Sigstore's does.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { AsnConvert } from '@peculiar/asn1-schema';
import { PKIStatus, PKIStatusInfo, TimeStampResp } from '@peculiar/asn1-tsp';

import { readBody, sendBytes, sendJson, sendText } from '../http-messages.ts';
import type { Service } from '../listen.ts';
import { chainPem } from '../x509/authority.ts';
import type { Authority } from '../x509/authority.ts';
import { QueryError, queryReaders } from './timestamp-query.ts';
import { issueTimestamp } from './timestamp-token.ts';

const path = '/api/v1/timestamp';
const replyType = { 'content-type': 'application/timestamp-reply' };
const largestQuery = 64 * 1024;

/** Creates the service. */
export function createTimestampService(authority: Authority, now: () => Date): Service {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const refuse = (code: number, message: string) => sendJson(response, code, { code, message });
    if (pathname === `${path}/certchain` && request.method === 'GET') {
      const type = { 'content-type': 'application/pem-certificate-chain' };
      return sendText(response, 200, chainPem(authority.chain), type);
    }
    if (pathname === '/ping' && request.method === 'GET') return sendText(response, 200, '.');
    if (pathname !== path) return refuse(404, `path ${pathname} was not found`);
    if (request.method !== 'POST') {
      return refuse(405, `method ${request.method} is not allowed, but [POST] are`);
    }
    return answerQuery({ authority, now, request, response });
  };
}

interface Call {
  readonly authority: Authority;
  readonly now: () => Date;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function answerQuery({ authority, now, request, response }: Call): Promise<void> {
  const [type = ''] = (request.headers['content-type'] ?? '').split(';');
  const read = Object.hasOwn(queryReaders, type) ? queryReaders[type] : undefined;
  if (read === undefined) {
    const types = Object.keys(queryReaders).join(' ');
    const message = `unsupported media type "${type}", only [${types}] are allowed`;
    return sendJson(response, 415, { code: 415, message });
  }
  const body = await readBody(request, largestQuery);
  if (body.length === 0) {
    return sendJson(response, 422, { code: 602, message: 'request in body is required' });
  }
  try {
    const answer = new TimeStampResp({
      status: new PKIStatusInfo({ status: PKIStatus.granted }),
      timeStampToken: issueTimestamp(read(body), authority, now()),
    });
    return sendBytes(response, 201, new Uint8Array(AsnConvert.serialize(answer)), replyType);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    // The service answers JSON under the type of a token here.
    return sendJson(response, 400, { code: 400, message: error.message }, replyType);
  }
}

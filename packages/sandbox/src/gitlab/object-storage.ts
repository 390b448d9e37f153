/**
 * The bucket behind GitLab, on an origin of its own.
 *
 * It serves what a signed address names and keeps every request it got, so that a test can see which
 * credentials a client carried across. Like S3 it refuses a request that also brings `Authorization`.
 *
 * @module
 */

import { createHmac, randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';

import { sendText } from '../http-messages.ts';
import type { Service } from '../listen.ts';
import { sendStored } from './send-bytes.ts';

/** A request as it arrived at the object storage. */
export interface ReceivedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A bucket and its record. */
export interface ObjectStorage {
  /** Serves the bucket; goes on an origin other than GitLab's. */
  readonly service: Service;
  /** Everything that arrived, first to last. */
  readonly requests: readonly ReceivedRequest[];
  /** Those of them that brought something which belongs to GitLab; there must be none. */
  readonly leaks: readonly ReceivedRequest[];
  /** A short-lived address that needs no credentials. */
  signedUrl(key: string, fileName: string, query?: Readonly<Record<string, string>>): URL;
}

const lifetimeSeconds = 600;

/** A bucket over the files of `directory`, reached at `url`. Does no I/O. */
export function createObjectStorage(
  directory: string,
  url: (() => URL) | undefined,
): ObjectStorage {
  const secret = randomBytes(32);
  const sign = (path: string, expires: string): string =>
    createHmac('sha256', secret).update(`${path}\n${expires}`).digest('hex');
  const requests: ReceivedRequest[] = [];
  return {
    requests,
    get leaks() {
      return requests.filter(bringsCredentials);
    },
    signedUrl(key, fileName, query = {}) {
      if (url === undefined) throw new TypeError('the object storage has no address');
      const signed = new URL(`/packages/${key}/${encodeURIComponent(fileName)}`, url());
      const expires = String(Math.floor(Date.now() / 1000) + lifetimeSeconds);
      signed.search = new URLSearchParams({
        ...query,
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Expires': expires,
        'X-Amz-SignedHeaders': 'host',
        'X-Amz-Signature': sign(signed.pathname, expires),
      }).toString();
      return signed;
    },
    async service(request, response) {
      const path = request.url ?? '/';
      requests.push({ method: request.method ?? '', path, headers: { ...request.headers } });
      await serve(request, response, { directory, sign, url: new URL(path, 'http://bucket') });
    },
  };
}

/** Tokens have headers of their own, which HTTP clients do not know and take along on a redirect. */
function bringsCredentials({ headers, path }: ReceivedRequest): boolean {
  const names = ['authorization', 'cookie', 'job-token', 'private-token', 'deploy-token'];
  if (names.some((name) => headers[name] !== undefined)) return true;
  const { searchParams } = new URL(path, 'http://bucket');
  return ['job_token', 'private_token', 'access_token'].some((name) => searchParams.has(name));
}

interface Bucket {
  readonly directory: string;
  readonly url: URL;
  readonly sign: (path: string, expires: string) => string;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { directory, url, sign }: Bucket,
): Promise<void> {
  if (request.headers.authorization !== undefined) {
    refuse(response, 400, 'InvalidArgument', 'Only one auth mechanism allowed');
    return;
  }
  const expires = url.searchParams.get('X-Amz-Expires') ?? '0';
  if (url.searchParams.get('X-Amz-Signature') !== sign(url.pathname, expires)) {
    refuse(response, 403, 'SignatureDoesNotMatch', 'The signature does not match');
    return;
  }
  if (Number(expires) * 1000 < Date.now()) {
    refuse(response, 403, 'AccessDenied', 'Request has expired');
    return;
  }
  const path = join(directory, url.pathname.split('/')[2] ?? '');
  const file = await stat(path).catch(() => undefined);
  if (file === undefined) {
    refuse(response, 404, 'NoSuchKey', 'The specified key does not exist.');
    return;
  }
  const disposition = url.searchParams.get('response-content-disposition');
  await sendStored(
    request,
    response,
    { path, size: file.size },
    disposition === null ? {} : { 'content-disposition': disposition },
  );
}

function refuse(response: ServerResponse, status: number, code: string, message: string): void {
  sendText(
    response,
    status,
    `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>\n`,
    { 'content-type': 'application/xml' },
  );
}

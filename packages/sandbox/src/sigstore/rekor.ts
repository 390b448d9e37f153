/**
 * Rekor, version 1: the transparency log's HTTP interface.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { sendJson, sendText } from '../http-messages.ts';
import { bytesField, listField, textField } from '../json-field.ts';
import type { Service } from '../listen.ts';
import { readEntryKey } from './entry-key.ts';
import { hashLeaf } from './merkle-tree.ts';
import { readProposedEntry, readSoughtEntry } from './proposed-entry.ts';
import { Refusal, acceptable, readJson, wholeNumber } from './rekor-request.ts';
import type { LogEntry, TransparencyLog } from './transparency-log.ts';

/** What Rekor answers from. */
export interface RekorOptions {
  readonly log: TransparencyLog;
  /** Public key of the log, PEM. */
  readonly publicKey: string;
}

const entriesPath = '/api/v1/log/entries';
const entryPath = /^\/api\/v1\/log\/entries\/([^/]+)$/;
const entryId = /^(?:[0-9a-fA-F]{64}|[0-9a-fA-F]{80})$/;
const mostQueries = 10;

/** Creates the service. */
export function createRekor({ log, publicKey }: RekorOptions): Service {
  const routes: Readonly<Record<string, (call: Call) => Promise<void> | void>> = {
    [`POST ${entriesPath}`]: async (call) => createEntry(log, call),
    [`GET ${entriesPath}`]: (call) => {
      const entry = log.entryAt(wholeNumber(call.query, 'logIndex', { least: 0 }));
      return sendEntry(call.response, entry);
    },
    [`POST ${entriesPath}/retrieve`]: async (call) => retrieve(log, call),
    'GET /api/v1/log': ({ response }) => sendHead(log, response),
    'GET /api/v1/log/proof': (call) => proveConsistency(log, call),
    'GET /api/v1/log/publicKey': ({ response }) =>
      sendText(response, 200, publicKey, { 'content-type': 'application/x-pem-file' }),
    'POST /api/v1/index/retrieve': async (call) => searchIndex(log, call),
    'GET /ping': ({ response }) => sendText(response, 200, ''),
  };
  return async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const call = { request, response, query: searchParams };
    const route = routes[`${request.method} ${pathname}`];
    const [, id] = entryPath.exec(pathname) ?? [];
    try {
      if (route !== undefined) await route(call);
      else if (id !== undefined && request.method === 'GET') readEntry(log, id, call);
      else throw new Refusal(404, `path ${pathname} was not found`);
    } catch (error) {
      if (error instanceof Refusal) {
        return sendJson(response, error.status, { code: error.code, message: error.message });
      }
      throw error;
    }
  };
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
}

async function createEntry(log: TransparencyLog, { request, response }: Call): Promise<void> {
  const proposed = await readJson(request);
  const { id, isNew } = log.add(
    acceptable(() => readProposedEntry(proposed), 'error processing entry: '),
  );
  const location = `${entriesPath}/${id}`;
  if (isNew) return sendJson(response, 201, log.entryById(id), { etag: id, location });
  const message = `an equivalent entry already exists in the transparency log with UUID ${id}`;
  return sendJson(response, 409, { code: 409, message }, { location });
}

function readEntry(log: TransparencyLog, id: string, { response }: Call): void {
  if (!entryId.test(id)) {
    throw new Refusal(422, `entryUUID in path should match '${entryId.source}'`, 605);
  }
  sendEntry(response, log.entryById(id));
}

async function retrieve(log: TransparencyLog, { request, response }: Call): Promise<void> {
  const query = await readJson(request);
  const ids = listField(query, 'entryUUIDs').map(String);
  const proposed = listField(query, 'entries');
  const logIndexes = listField(query, 'logIndexes').map(Number);
  if (ids.length + proposed.length + logIndexes.length > mostQueries) {
    throw new Refusal(422, `more than max allowed ${mostQueries} entries in request`);
  }
  const malformed = ids.find((id) => !entryId.test(id));
  if (malformed !== undefined) throw new Refusal(400, `invalid uuid ${malformed}`);
  const leafHashes = proposed.map((entry) =>
    hashLeaf(acceptable(() => readSoughtEntry(entry)).body).toString('hex'),
  );
  const entries = [
    ...[...ids, ...leafHashes].map((id) => log.entryById(id)),
    ...logIndexes.map((index) => log.entryAt(index)),
  ];
  sendJson(
    response,
    200,
    entries.filter((entry) => entry !== undefined),
  );
}

async function searchIndex(log: TransparencyLog, { request, response }: Call): Promise<void> {
  const query = await readJson(request);
  const hash = textField(query, 'hash').toLowerCase();
  const key = bytesField(query, 'publicKey', 'content').toString();
  const email = textField(query, 'email');
  const names = [
    ...(hash === '' ? [] : [/^[0-9a-f]{64}$/.test(hash) ? `sha256:${hash}` : hash]),
    ...(key === '' ? [] : [acceptable(() => readEntryKey(key).digest)]),
    ...(email === '' ? [] : [email]),
  ];
  const found = names.map((name) => log.search(name));
  const mustFitAll = textField(query, 'operator') === 'and';
  const ids = [...new Set(found.flat())].filter(
    (id) => !mustFitAll || found.every((some) => some.includes(id)),
  );
  sendJson(response, 200, ids);
}

function sendHead(log: TransparencyLog, response: ServerResponse): void {
  const { rootHash, size, checkpoint } = log.head();
  sendJson(response, 200, {
    inactiveShards: [],
    rootHash,
    signedTreeHead: checkpoint,
    treeID: log.treeId,
    treeSize: size,
  });
}

function proveConsistency(log: TransparencyLog, { query, response }: Call): void {
  const first = wholeNumber(query, 'firstSize', { least: 1, absent: 1 });
  const last = wholeNumber(query, 'lastSize', { least: 1 });
  const { size, rootHash } = log.head();
  if (first > last) {
    throw new Refusal(400, `firstSize(${first}) must be less than lastSize(${last})`);
  }
  if (last > size) {
    const message = `the tree size requested(${last}) was greater than what is currently observable(${size})`;
    throw new Refusal(400, message);
  }
  sendJson(response, 200, { hashes: log.consistency(first, last), rootHash });
}

function sendEntry(response: ServerResponse, entry: LogEntry | undefined): void {
  if (entry !== undefined) return sendJson(response, 200, entry);
  response.writeHead(404, { 'content-length': 0 }).end();
  return undefined;
}

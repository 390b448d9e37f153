/**
 * Rekor, version 2: the HTTP interface of a tiled log, to write to and to read from.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { TooLargeError, readBody, sendBytes, sendJson, sendText } from '../http-messages.ts';
import type { Service } from '../listen.ts';
import { readCreateEntryRequest } from './create-entry-request.ts';
import type { AcceptedEntries } from './create-entry-request.ts';
import { EntryError } from './logged-entry.ts';
import { PureEd25519Error } from './log-verifier.ts';
import { ProtoJsonError } from './proto-json.ts';
import { parseTilePath } from './tile-path.ts';
import type { TiledEntry, TiledLog } from './tiled-log.ts';

const entriesPath = '/api/v2/log/entries';
const checkpointPath = '/api/v2/checkpoint';
const tilePath = /^\/api\/v2\/tile\/(.*)$/;
const largestRequest = 4 * 1024 * 1024;

/** Creates the service. */
export function createRekorTiles(log: TiledLog, accepted: AcceptedEntries): Service {
  return async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const [, tile] = tilePath.exec(pathname) ?? [];
    switch (`${request.method} ${pathname}`) {
      case `POST ${entriesPath}`:
        return createEntry(log, accepted, { request, response });
      case `GET ${checkpointPath}`:
        return sendText(response, 200, log.checkpoint());
      case 'GET /healthz':
        return sendJson(response, 200, { status: 'SERVING' });
      default:
    }
    if (tile !== undefined && request.method === 'GET') return sendTile(log, tile, response);
    const isKnown = tile !== undefined || [entriesPath, checkpointPath].includes(pathname);
    if (isKnown) return refuse(response, 501, 12, 'Method Not Allowed');
    return refuse(response, 404, 5, 'Not Found');
  };
}

async function createEntry(
  log: TiledLog,
  accepted: AcceptedEntries,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<void> {
  let entry: TiledEntry;
  try {
    const body = await readBody(request, largestRequest);
    entry = readCreateEntryRequest(JSON.parse(body.toString()), accepted);
  } catch (error) {
    return refuseEntry(response, error);
  }
  const { index, isNew } = log.add(entry);
  if (isNew) return sendJson(response, 201, log.entryAt(index));
  const message = `an equivalent entry already exists in the transparency log with index ${index}`;
  return refuse(response, 409, 6, message, { 'x-log-index': String(index) });
}

function refuseEntry(response: ServerResponse, error: unknown): void {
  if (error instanceof PureEd25519Error) return refuse(response, 500, 13, 'internal server error');
  if (error instanceof TooLargeError) {
    return refuse(response, 400, 3, 'http: request body too large', { connection: 'close' });
  }
  const isRefusal =
    error instanceof EntryError || error instanceof ProtoJsonError || error instanceof SyntaxError;
  if (isRefusal) return refuse(response, 400, 3, error.message);
  throw error;
}

function sendTile(log: TiledLog, path: string, response: ServerResponse): void {
  const parsed = parseTilePath(path);
  const tile = parsed === undefined ? undefined : log.tile(parsed);
  if (tile === undefined) return refuse(response, 404, 5, 'Not Found');
  return sendBytes(response, 200, tile);
}

function refuse(
  response: ServerResponse,
  status: number,
  code: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  sendJson(response, status, { code, message, details: [] }, headers);
}

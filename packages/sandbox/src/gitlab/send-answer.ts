/**
 * From an answer as a value to the response.
 *
 * @module
 */

import type { IncomingMessage, ServerResponse } from 'node:http';

import { sendJson, sendText } from '../http-messages.ts';
import { Refusal } from './answer.ts';
import type { Answer } from './answer.ts';
import { sendStored } from './send-bytes.ts';

/** Keeps the JSON of a refusal but not its content type. */
export async function labelledAsText(handle: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await handle();
  } catch (error) {
    if (!(error instanceof Refusal) || error.answer.json === undefined) throw error;
    const { json, ...rest } = error.answer;
    throw new Refusal({ ...rest, text: JSON.stringify(json) });
  }
}

/** Sends an answer as what it holds. */
export async function sendAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, json, text, file }: Answer,
): Promise<void> {
  if (file !== undefined) await sendStored(request, response, file, headers ?? {});
  else if (json !== undefined) sendJson(response, status, json, headers);
  else if (text !== undefined) sendText(response, status, text, headers);
  else response.writeHead(status, headers).end();
}

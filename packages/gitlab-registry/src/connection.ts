/**
 * Where a project's registries are, and what a caller may add to each call.
 *
 * Time-outs, a proxy, a private certificate authority or a client certificate come with the
 * dispatcher: `new Agent({ connect: { ca } })`.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import type { Authentication } from './authentication.ts';

/** How often, and how patiently, a call that is safe to repeat is repeated. */
export interface RetryPolicy {
  /** Tries in all, the first one included; 3 when absent, 1 for no retries. */
  readonly attempts?: number;
  /** Milliseconds one call may spend waiting between its tries; 30,000 when absent. */
  readonly budget?: number;
  /** Waits; a timer when absent. */
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Tells the time, for a `Retry-After` that is a date. */
  readonly now?: () => Date;
}

/** One project of one GitLab. */
export interface GitLabConnection {
  /** The API's address, such as `https://gitlab.com/api/v4`. Only its origin gets credentials. */
  readonly apiUrl: URL;
  /** The project's id, or its full path as it is, not encoded. */
  readonly project: string;
  /** Absent for a public project. */
  readonly auth?: Authentication;
  /** Sends the requests; undici's global dispatcher when absent. */
  readonly dispatcher?: Dispatcher;
  /** Applies to calls that only read. Uploads are never repeated. */
  readonly retries?: RetryPolicy;
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told how many bytes of the file have passed so far; starts again with a repeated download. */
  readonly onProgress?: (bytes: number) => void;
}

/** What a call takes that receives a file. */
export interface DownloadOptions extends CallOptions {
  /** Longest body in bytes; a longer one is refused. */
  readonly limit?: number;
}

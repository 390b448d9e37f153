/**
 * Where registries are, and what a caller may add to each call.
 *
 * A proxy, a private certificate authority and a client certificate come with the dispatcher, which
 * `createDispatcher` makes.
 *
 * @module
 */

import type { Dispatcher } from 'undici';
import type { Authentication } from './authentication.ts';

/** How often, and how patiently, a call that is safe to repeat is repeated. */
export interface RetryPolicy {
  /** Tries in all, the first one included; 3 when absent, 1 for no retries. */
  readonly attempts?: number;
  /** Milliseconds one call may spend waiting between its tries; 120,000 when absent. */
  readonly budget?: number;
  /** Waits; a timer when absent. */
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Tells the time, for a `Retry-After` that is a date. */
  readonly now?: () => Date;
}

/** How long a server may take, in milliseconds. */
export interface Timeouts {
  /** Without a byte, before the answer and within it; as the dispatcher has it when absent. */
  readonly idle?: number;
  /** For a request without a file, its whole answer included; 120,000 when absent. A file takes as long as it moves. */
  readonly request?: number;
}

/** One GitLab, and who calls it. */
export interface ApiConnection {
  /** The API's address, such as `https://gitlab.com/api/v4`. Only its origin gets credentials. */
  readonly apiUrl: URL;
  /** Absent for what is public. */
  readonly auth?: Authentication;
  /** Sends the requests; undici's global dispatcher when absent. */
  readonly dispatcher?: Dispatcher;
  /** Applies to calls that only read, and to writes that GitLab turned away before it looked at them. */
  readonly retries?: RetryPolicy;
  readonly timeouts?: Timeouts;
}

/** One project of one GitLab. */
export interface GitLabConnection extends ApiConnection {
  /** The project's id, or its full path as it is, not encoded. */
  readonly project: string;
}

/** One group of one GitLab. */
export interface GitLabGroupConnection extends ApiConnection {
  /** The group's id, or its full path as it is, not encoded. */
  readonly group: string;
}

/** What every call takes. */
export interface CallOptions {
  /** Ends the call with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Told how many bytes of the file or the list have passed so far; starts again with a repeated call. */
  readonly onProgress?: (bytes: number) => void;
}

/** What a call takes that receives a file. */
export interface DownloadOptions extends CallOptions {
  /** Longest body in bytes; a longer one is refused. */
  readonly limit?: number;
}

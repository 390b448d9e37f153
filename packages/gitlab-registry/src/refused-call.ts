/**
 * What a refusal has to know of the call to say what to do about it.
 *
 * @module
 */

import type { Authentication, RegistryRoute } from './authentication.ts';

/** The call that was refused. */
export interface RefusedCall {
  /** What was tried, as it reads after "cannot". */
  readonly action: string;
  readonly access: 'read' | 'write' | 'delete';
  readonly route: RegistryRoute;
  /** The credentials the request carried; absent when it went out without. */
  readonly auth?: Authentication;
  /** Who answered: the API, another host the simple index names, or what GitLab redirects downloads to. */
  readonly from: 'gitlab' | 'index' | 'store';
}

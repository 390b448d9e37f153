/**
 * Where the real tools are.
 *
 * @module
 */

import { join, resolve } from 'node:path';

/** The folder that the repository ignores. */
export const cache: string = resolve(import.meta.dirname, '../.cache/peers');

/** Holds what Go builds. */
export const binaries: string = join(cache, 'bin');

/** A virtual environment with the Python tools. */
export const environment: string = join(cache, 'python');

/** The interpreter of that environment. */
export const python: string = join(environment, 'bin/python');

/** Holds build backends and frontends as wheels. */
export const backends: string = join(cache, 'backends');

/** Holds the build backend as an sdist. */
export const wheelhouse: string = join(cache, 'wheelhouse');

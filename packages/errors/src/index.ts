/**
 * Errors with a code to switch on and a hint to act on.
 *
 * @module
 */

export { CodedError, isCodedError } from './coded-error.ts';
export { formatError } from './format-error.ts';
export { secretMask } from './secret-mask.ts';
export type { CodedErrorOptions } from './coded-error.ts';
export type { SecretMask } from './secret-mask.ts';

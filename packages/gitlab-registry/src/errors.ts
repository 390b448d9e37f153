/**
 * What can go wrong between this package, GitLab and the disk.
 *
 * @module
 */

import { CodedError, type CodedErrorOptions } from '@wheelseal/errors';

/** Every code a {@link RegistryError} can carry. */
export type RegistryErrorCode =
  /** The credentials are missing, wrong, expired or revoked. */
  | 'REGISTRY_UNAUTHORIZED'
  /** The credentials are good, but do not allow this. */
  | 'REGISTRY_FORBIDDEN'
  /** Not in this registry, or in a private project these credentials do not show. */
  | 'REGISTRY_NOT_FOUND'
  /** A file of this name is there already. */
  | 'REGISTRY_CONFLICT'
  /** A protection rule keeps these credentials from changing the package. */
  | 'REGISTRY_PROTECTED'
  /** The file is larger than GitLab, or a proxy before it, takes. */
  | 'REGISTRY_TOO_LARGE'
  /** Too many requests. */
  | 'REGISTRY_RATE_LIMITED'
  /** GitLab does not take this request as it is, such as a name it does not allow. */
  | 'REGISTRY_REFUSED'
  /** GitLab, or a proxy before it, cannot answer now. */
  | 'REGISTRY_UNAVAILABLE'
  /** No connection, or it broke. */
  | 'REGISTRY_UNREACHABLE'
  /** The answer is not what the API describes. */
  | 'REGISTRY_UNEXPECTED_RESPONSE'
  /** GitLab's own digest of a file is not that of its bytes. */
  | 'REGISTRY_DIGEST_MISMATCH'
  /** A proxy, a certificate authority or a client certificate that cannot be used. */
  | 'CONNECTION_SETTING_INVALID'
  /** A file to upload has other bytes than when it was measured. */
  | 'FILE_CHANGED'
  /** A file to download to is there already. */
  | 'FILE_EXISTS'
  /** A file to upload cannot be read. */
  | 'FILE_UNREADABLE'
  /** A file to download to cannot be written. */
  | 'FILE_UNWRITABLE';

/** What a {@link RegistryError} says beside its message. */
export interface RegistryErrorOptions extends CodedErrorOptions<RegistryErrorCode> {
  /** Seconds GitLab asks to wait before the next try. */
  readonly retryAfter?: number;
  /** What the instance's logs call the request, in `correlation_id`. */
  readonly requestId?: string;
}

/** A call to a registry did not do what it was asked to. */
export class RegistryError extends CodedError<RegistryErrorCode> {
  /** Seconds GitLab asks to wait before the next try. */
  declare readonly retryAfter?: number;
  /** What the instance's logs call the request, in `correlation_id`. */
  declare readonly requestId?: string;

  constructor(message: string, options: RegistryErrorOptions) {
    super(message, options);
    if (options.retryAfter !== undefined) this.retryAfter = options.retryAfter;
    if (options.requestId !== undefined) this.requestId = options.requestId;
  }
}

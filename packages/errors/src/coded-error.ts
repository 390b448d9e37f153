/**
 * The base of every error this project throws on purpose.
 *
 * A program switches on `code`, a person reads `message` and acts on `hint`. None of them ever
 * carries a token, a request header or a whole answer of a server.
 *
 * @module
 */

/** What a {@link CodedError} says beside its message. */
export interface CodedErrorOptions<Code extends string> {
  /** Names the kind of failure; part of the public interface. */
  readonly code: Code;
  /** The next step for the reader, as one imperative sentence. */
  readonly hint?: string;
  /** The lower error this one comes from. */
  readonly cause?: unknown;
}

// Registered, so that an error of another copy of this package is recognised.
const brand = Symbol.for('@wheelseal/errors');

/** A failure with a code and, where there is one, a way out. */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  declare readonly hint?: string;

  constructor(message: string, { code, hint, cause }: CodedErrorOptions<Code>) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    if (hint !== undefined) this.hint = hint;
    Object.defineProperty(this, brand, { value: true });
  }
}

/** Tells a {@link CodedError} from every other thrown value, also one of another copy of this package. */
export function isCodedError(value: unknown): value is CodedError {
  return value instanceof Error && brand in value;
}

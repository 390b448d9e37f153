/**
 * What a signature is over: a file itself, or a statement about files in an envelope (DSSE).
 *
 * @see https://github.com/secure-systems-lab/dsse/blob/master/protocol.md
 *
 * @module
 */

/** What a bundle signs: a file, or what an envelope holds. */
export type SignedContent =
  | {
      readonly kind: 'message';
      readonly signature: Uint8Array;
      /** SHA-256 of the file, as the bundle has it; nothing is verified with it. */
      readonly sha256?: string;
    }
  | {
      readonly kind: 'envelope';
      readonly payloadType: string;
      readonly payload: Uint8Array;
      readonly signature: Uint8Array;
    };

/** The bytes that the signature of an envelope is over. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

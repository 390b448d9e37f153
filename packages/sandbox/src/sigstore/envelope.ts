/**
 * DSSE envelopes: a payload with its type, and signatures over both.
 *
 * @module
 */

/** What the signatures of an envelope are over. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Buffer {
  const type = Buffer.from(payloadType);
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} `),
    type,
    Buffer.from(` ${payload.length} `),
    payload,
  ]);
}

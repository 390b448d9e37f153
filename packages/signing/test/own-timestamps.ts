/**
 * A timestamp authority, which stamps whatever a test asks for, laid out byte by byte (RFC 3161,
 * RFC 5652).
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import {
  authorityExtensions,
  certify,
  commonName,
  der,
  ecdsaWithSha256,
  hex,
  rawBytes,
  timeOf,
  validity,
  type Extension,
} from './own-authority.ts';

export interface OwnTimestamps {
  /** As a trusted root lists it. */
  readonly timestampAuthorities: readonly unknown[];
  /** A response over a signature. */
  stamp(signature: Buffer, time: Date, options?: StampOptions): string;
}

/** What is unusual about a timestamp. */
export interface StampOptions {
  /** Whether the certificate of the authority comes along. */
  readonly hasCertificate?: boolean;
  /** Whether the content is in a constructed string, as BER allows. */
  readonly isConstructed?: boolean;
  readonly status?: number;
}

/** What is unusual about an authority. */
export interface TimestampsOptions {
  readonly name?: string;
  /** When its certificates begin, and for how many seconds; for long when absent. */
  readonly from?: Date;
  readonly seconds?: number;
  readonly validFor?: { readonly start: string; readonly end?: string };
  /** Extended key usage of its certificate; timestamps when absent. */
  readonly purpose?: Extension;
}

const sha256 = der(0x30, hex('0609 608648016503040201'));
const timestampInfo = hex('060b 2a864886f70d0109100104');
const purposeOfTimestamps: Extension = [
  hex('0603 551d25'),
  true,
  der(0x30, hex('0608 2b06010505070308')),
];

export function createOwnTimestamps(options: TimestampsOptions = {}): OwnTimestamps {
  const { name: text = 'own timestamps', purpose = purposeOfTimestamps } = options;
  const { from = new Date('2020-01-01T00:00:00Z'), seconds = 20 * 365 * 86_400 } = options;
  const { validFor = { start: '2020-01-01T00:00:00Z' } } = options;
  const term = validity({ from, seconds });
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = commonName(text);
  const root = certify(
    {
      issuer: name,
      subject: name,
      key: authority.publicKey,
      extensions: authorityExtensions,
      term,
    },
    authority.privateKey,
  );
  const use: Extension = [hex('0603 551d0f'), true, hex('03 02 07 80')];
  const subject = commonName(`${text} signer`);
  const leaf = certify(
    { issuer: name, subject, key: signer.publicKey, extensions: [use, purpose], term },
    authority.privateKey,
  );
  return {
    timestampAuthorities: [
      {
        uri: `https://${text.replaceAll(' ', '-')}.example`,
        certChain: { certificates: [leaf, root].map(rawBytes) },
        validFor,
      },
    ],
    stamp(signature, time, { hasCertificate = false, isConstructed = false, status = 0 } = {}) {
      const imprint = createHash('sha256').update(signature).digest();
      const info = der(
        0x30,
        der(0x02, Buffer.of(1)),
        hex('0609 2b0601040183bf3002'),
        der(0x30, sha256, der(0x04, imprint)),
        der(0x02, Buffer.of(7)),
        timeOf(time),
      );
      const attributes = [
        attribute(hex('0609 2a864886f70d010903'), timestampInfo),
        attribute(
          hex('0609 2a864886f70d010904'),
          der(0x04, createHash('sha256').update(info).digest()),
        ),
      ];
      const content = isConstructed ? der(0x24, der(0x04, info)) : der(0x04, info);
      const signerInfo = der(
        0x30,
        der(0x02, Buffer.of(1)),
        der(0x30, name, der(0x02, Buffer.of(1))),
        sha256,
        der(0xa0, ...attributes),
        ecdsaWithSha256,
        der(0x04, sign('sha256', der(0x31, ...attributes), signer.privateKey)),
      );
      const signedData = der(
        0x30,
        der(0x02, Buffer.of(3)),
        der(0x31, sha256),
        der(0x30, timestampInfo, der(0xa0, content)),
        ...(hasCertificate ? [der(0xa0, leaf)] : []),
        der(0x31, signerInfo),
      );
      const token = der(0x30, hex('0609 2a864886f70d010702'), der(0xa0, signedData));
      return der(0x30, der(0x30, der(0x02, Buffer.of(status))), token).toString('base64');
    },
  };
}

function attribute(oid: Buffer, value: Buffer): Buffer {
  return der(0x30, oid, der(0x31, value));
}

import { readFile } from 'node:fs/promises';
import { startSandbox } from '@wheelseal/sandbox';
import { parseTrustedRoot, trustNotices } from '@wheelseal/signing';
import { beforeAll, expect, test } from 'vitest';

interface Service {
  readonly validFor?: Record<string, string>;
  readonly publicKey?: { validFor: Record<string, string> };
}

interface Document {
  tlogs: Service[];
  certificateAuthorities: Service[];
  timestampAuthorities: Service[];
}

const day = 24 * 3_600_000;
const inDays = (days: number): string => new Date(Date.now() + days * day).toISOString();
let text: string;

beforeAll(async () => {
  const sandbox = await startSandbox();
  text = await readFile(sandbox.trust.trustedRoot, 'utf8');
  await sandbox.close();
});

function ended(document: Document): void {
  document.timestampAuthorities[0]!.validFor!['end'] = inDays(-1);
}

function noticesOf(change: (document: Document) => void, days?: number) {
  const document: Document = JSON.parse(text);
  change(document);
  const options = days === undefined ? {} : { days };
  return trustNotices(parseTrustedRoot(JSON.stringify(document)), options);
}

test('has nothing to say of a trusted root that goes on', () => {
  expect(noticesOf(() => undefined, 1)).toEqual([]);
});

test('says what ends soon', () => {
  const end = (days: number) => (document: Document) => {
    document.tlogs[0]!.publicKey!.validFor['end'] = inDays(days);
  };

  expect(noticesOf(end(10), 20)).toEqual([
    expect.objectContaining({
      kind: 'ending',
      subject: expect.stringContaining('transparency log'),
      at: expect.any(Date),
      message: expect.stringContaining(inDays(10).slice(0, 10)),
      hint: expect.stringContaining('trusted_root.json'),
    }),
  ]);
  expect(noticesOf(end(10), 5)).toEqual([]);
});

test('says that nothing of a kind is trusted any more, and nothing of what was followed', () => {
  const followed = (document: Document) => {
    ended(document);
    const [service] = document.timestampAuthorities;
    document.timestampAuthorities.push({
      ...service,
      validFor: { start: inDays(-1) },
    });
  };

  expect(noticesOf(ended, 1)).toEqual([
    expect.objectContaining({ kind: 'ended', subject: 'the timestamp authority' }),
  ]);
  expect(noticesOf(followed, 1)).toEqual([]);
});

test('says that a certificate ends soon, whatever the trusted root says', () => {
  const [soonest] = noticesOf(() => undefined, 100_000);

  expect(soonest).toMatchObject({
    kind: 'ending',
    subject: expect.stringContaining('certificate'),
  });
});

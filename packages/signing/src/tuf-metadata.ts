/**
 * Metadata of TUF as it was kept: whether it is signed, and until when.
 *
 * TUF itself refuses metadata past its end. Whoever is offline may have to take it, so here its end
 * is told and not judged; all signatures and digests must hold.
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { Metadata, MetadataKind } from '@tufjs/models';

/** Files of a TUF repository by name, such as `root.json`. */
export type TufFiles = ReadonlyMap<string, Buffer>;

/** A target that is signed. */
export interface SignedTarget {
  readonly bytes: Buffer;
  /** When the root metadata ends, and with it the trust in everything below. */
  readonly rootExpires: Date;
  /** When the first of the other roles ends: until then it is known to be the current one. */
  readonly currentUntil: Date;
}

/** The number and the end of root metadata. */
export function rootOf(bytes: Buffer): { readonly version: number; readonly expires: Date } {
  const root = Metadata.fromJSON(MetadataKind.Root, json(bytes));
  root.verifyDelegate(MetadataKind.Root, root);
  return { version: root.signed.version, expires: new Date(root.signed.expires) };
}

/**
 * Verifies a target with everything above it.
 *
 * @throws whatever is wrong.
 */
export function signedTarget(files: TufFiles, name: string): SignedTarget {
  const root = Metadata.fromJSON(MetadataKind.Root, json(part(files, 'root.json')));
  root.verifyDelegate(MetadataKind.Root, root);
  const timestamp = Metadata.fromJSON(MetadataKind.Timestamp, json(part(files, 'timestamp.json')));
  root.verifyDelegate(MetadataKind.Timestamp, timestamp);
  const snapshotBytes = part(files, 'snapshot.json');
  const { snapshotMeta } = timestamp.signed;
  snapshotMeta.verify(snapshotBytes);
  const snapshot = Metadata.fromJSON(MetadataKind.Snapshot, json(snapshotBytes));
  root.verifyDelegate(MetadataKind.Snapshot, snapshot);
  assertVersion('snapshot', snapshot.signed.version, snapshotMeta.version);
  const targetsBytes = part(files, 'targets.json');
  const targetsMeta = snapshot.signed.meta['targets.json'];
  targetsMeta?.verify(targetsBytes);
  const targets = Metadata.fromJSON(MetadataKind.Targets, json(targetsBytes));
  root.verifyDelegate(MetadataKind.Targets, targets);
  assertVersion('targets', targets.signed.version, targetsMeta?.version);
  const bytes = part(files, name);
  assertTarget(bytes, targets.signed.targets[name]);
  const ends = [timestamp, snapshot, targets].map(({ signed }) => Date.parse(signed.expires));
  return {
    bytes,
    rootExpires: new Date(root.signed.expires),
    currentUntil: new Date(Math.min(...ends)),
  };
}

function assertVersion(role: string, found: number, expected: number | undefined): void {
  if (found === expected) return;
  throw new Error(`the ${role} metadata is version ${found}, expected ${expected ?? 'none'}`);
}

function assertTarget(
  bytes: Buffer,
  target:
    { readonly length: number; readonly hashes: Readonly<Record<string, string>> } | undefined,
): void {
  const { sha256, sha512 } = target?.hashes ?? {};
  const [name, expected] = sha256 === undefined ? ['sha512', sha512] : ['sha256', sha256];
  const found = createHash(name).update(bytes).digest('hex');
  if (expected === found && bytes.length === target?.length) return;
  throw new Error('the target is not the one in the targets metadata');
}

function part(files: TufFiles, name: string): Buffer {
  const bytes = files.get(name);
  if (bytes !== undefined) return bytes;
  throw new Error(`there is no ${name}`);
}

function json(bytes: Buffer): Parameters<typeof Metadata.fromJSON>[1] {
  const value: ReturnType<Metadata<never>['toJSON']> = JSON.parse(bytes.toString('utf8'));
  return value;
}

/**
 * A TUF repository on loopback that signs whatever a test asks for.
 *
 * @module
 */

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import {
  Key,
  MetaFile,
  Metadata,
  Root,
  Signature,
  Snapshot,
  TargetFile,
  Targets,
  Timestamp,
} from '@tufjs/models';

/** What the next publication is like. */
export interface Publication {
  readonly target: string;
  /** Of timestamp, snapshot and targets. */
  readonly expires?: Date;
  readonly rootExpires?: Date;
  readonly version?: number;
  /** Roles for which somebody signs who is not in the root. */
  readonly forged?: readonly Role[];
}

type Role = 'timestamp' | 'snapshot' | 'targets';

export interface OwnTufRepository extends AsyncDisposable {
  readonly url: URL;
  /** Paths that were asked for, in order. */
  readonly requests: string[];
  /** Version 1 of the root, to begin with. */
  readonly firstRoot: Buffer;
  publish(publication: Publication): void;
  /** What was published last, by name. */
  latest(): Readonly<Record<string, Buffer>>;
  /** Answers in the place of the repository, where the listener says that it did. */
  intercept(listener: Listener): void;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => boolean;

const passing: Listener = () => false;
const specVersion = '1.0.31';
const tomorrow = () => new Date(Date.now() + 24 * 3_600_000);
const nextYear = () => new Date(Date.now() + 365 * 24 * 3_600_000);

interface Signer {
  readonly key: Key;
  readonly privateKey: KeyObject;
}

function createSigner(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex');
  const keyID = createHash('sha256').update(raw).digest('hex');
  const options = { keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: raw } };
  return { key: new Key({ keyID, ...options }), privateKey };
}

function signed(
  metadata: Root | Snapshot | Targets | Timestamp,
  { key, privateKey }: Signer,
): Buffer {
  const envelope = new Metadata(metadata);
  envelope.sign((data) => {
    const sig = sign(undefined, data, privateKey).toString('hex');
    return new Signature({ keyID: key.keyID, sig });
  });
  return Buffer.from(JSON.stringify(envelope.toJSON()));
}

function metaOf(version: number, bytes: Buffer): MetaFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return new MetaFile({ version, length: bytes.length, hashes: { sha256 } });
}

export async function openTufRepository(first: Publication): Promise<OwnTufRepository> {
  const signer = createSigner();
  const forger = createSigner();
  const files = new Map<string, Buffer>();
  const requests: string[] = [];
  let version = 0;
  let latest: Readonly<Record<string, Buffer>> = {};
  let listener: Listener = passing;

  const addRoot = (number: number, expires: Date): Buffer => {
    const root = new Root({ specVersion, version: number, expires: expires.toISOString() });
    for (const role of ['root', 'timestamp', 'snapshot', 'targets']) root.addKey(signer.key, role);
    const bytes = signed(root, signer);
    files.set(`/${number}.root.json`, bytes);
    return bytes;
  };
  const publish = (publication: Publication): void => {
    version = publication.version ?? version + 1;
    const by = (role: Role) => (publication.forged?.includes(role) === true ? forger : signer);
    const options = {
      specVersion,
      version,
      expires: (publication.expires ?? tomorrow()).toISOString(),
    };
    const content = Buffer.from(publication.target);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const path = 'trusted_root.json';
    const target = new TargetFile({ path, length: content.length, hashes: { sha256 } });
    const targets = signed(new Targets({ ...options, targets: { [path]: target } }), by('targets'));
    const meta = { 'targets.json': metaOf(version, targets) };
    const snapshot = signed(new Snapshot({ ...options, meta }), by('snapshot'));
    const snapshotMeta = metaOf(version, snapshot);
    files.set(`/targets/${sha256}.${path}`, content);
    files.set(`/${version}.targets.json`, targets);
    files.set(`/${version}.snapshot.json`, snapshot);
    files.set(
      '/timestamp.json',
      signed(new Timestamp({ ...options, snapshotMeta }), by('timestamp')),
    );
    latest = {
      'timestamp.json': files.get('/timestamp.json')!,
      'snapshot.json': snapshot,
      'targets.json': targets,
      [path]: content,
    };
  };

  const firstRoot = addRoot(1, first.rootExpires ?? nextYear());
  publish(first);
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    if (listener(request, response)) return;
    const bytes = files.get(path);
    response.writeHead(bytes === undefined ? 404 : 200).end(bytes);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('there is no port');
  return {
    url: new URL(`http://127.0.0.1:${address.port}`),
    requests,
    firstRoot,
    publish,
    latest: () => ({ 'root.json': firstRoot, ...latest }),
    intercept: (next) => {
      listener = next;
    },
    [Symbol.asyncDispose]: async () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

// Ports that do what they say without a network: for the order of things and for failures.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { CodedError } from '@wheelseal/errors';
import type { GenericFile, GenericPackages, PyPIRegistry } from '@wheelseal/gitlab-registry';
import type { IdentityPolicy, IdentityToken, Signer, Verifier } from '@wheelseal/signing';

const signer = { issuer: 'https://gitlab.test', subject: 'https://gitlab.test/g/demo', claims: {} };
const integratedTime = new Date('2026-05-01T12:00:00Z');

export const token: IdentityToken = {
  value: 'aaa.bbb.ccc',
  issuer: signer.issuer,
  subject: 'project_path:g/demo',
  audiences: ['sigstore'],
  expiresAt: new Date('2100-01-01T00:00:00Z'),
  claims: {},
};

export const policy: IdentityPolicy = { describe: 'the fake signer', accepts: () => true };

/** Signs by writing down the digest. */
export function fakeSigner(): Signer {
  return {
    sign: async (files, _token, options) =>
      files.map(({ filename, sha256 }, index) => {
        const signed = {
          filename,
          sha256,
          bundle: `bundle ${sha256}`,
          signature: `signature ${sha256}`,
          certificate: 'certificate',
          needsBundle: false,
          identity: signer,
          logIndex: String(index),
          integratedTime,
        };
        options?.onSigned?.(signed);
        return signed;
      }),
  };
}

/** Accepts what {@link fakeSigner} wrote down. */
export function fakeVerifier(): Verifier & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    verify: async ({ filename = '', sha256 }, material) => {
      asked.push(filename);
      if ('attestation' in material) throw new TypeError('no stage verifies attestations');
      const isBundle = 'bundle' in material;
      const text = String(isBundle ? material.bundle : material.signature);
      if (text !== `${isBundle ? 'bundle' : 'signature'} ${sha256}`) {
        throw refusal('DIGEST_MISMATCH', `another digest than that of \`${filename}\``);
      }
      return {
        identity: signer,
        certificate: {
          serialNumber: '1',
          validFrom: integratedTime,
          validUntil: integratedTime,
          authority: { url: 'https://fulcio.example', validFrom: integratedTime },
          rootFingerprint: '00'.repeat(32),
          extensions: new Map(),
        },
        logIndex: '7',
        signedAt: integratedTime,
        integratedTime,
        logEntries: [],
        timestamps: [],
        material: isBundle ? 'bundle' : 'detached',
      };
    },
  };
}

export function refusal(code: string, message: string): CodedError {
  return new CodedError(message, { code, hint: 'Do something about it.' });
}

interface Call {
  readonly call: string;
  readonly filename: string;
}

/** Both registries of a project, in memory. */
export function fakeRegistries() {
  const calls: Call[] = [];
  /** Files of the PyPI registry: the same name may be there twice. */
  const pypi: { filename: string; bytes: Buffer; sha256?: string }[] = [];
  /** By package, version and file name. */
  const generic = new Map<string, Buffer>();
  /** Called before a request does anything; may throw. */
  const hooks: { before?: (call: Call) => void | Promise<void> } = {};
  const note = async (call: string, filename: string) => {
    calls.push({ call, filename });
    await hooks.before?.({ call, filename });
  };
  const registry: PyPIRegistry = {
    async listFiles(name) {
      await note('list', name);
      if (pypi.length === 0) throw refusal('REGISTRY_NOT_FOUND', 'nothing here');
      return pypi.map(({ filename, bytes, sha256 = digest(bytes) }, index) => ({
        filename,
        url: new URL(`https://gitlab.test/files/${index}`),
        sha256,
      }));
    },
    async upload({ path, filename }) {
      await note('upload', filename);
      if (pypi.some((file) => file.filename === filename)) {
        throw refusal('REGISTRY_CONFLICT', 'File name has already been taken');
      }
      pypi.push({ filename, bytes: await readFile(path) });
    },
    async download({ filename, url }, path) {
      await note('download', filename);
      const bytes = pypi[Number(url.pathname.split('/').at(-1))]!.bytes;
      await writeFile(path, bytes, { flag: 'wx' });
      return { path, size: bytes.length, sha256: digest(bytes) };
    },
  };
  const packages: GenericPackages = {
    async upload(file, { path }) {
      await note('put', file.filename);
      generic.set(keyOf(file), await readFile(path));
    },
    async read(file) {
      await note('get', file.filename);
      const bytes = generic.get(keyOf(file));
      if (bytes === undefined) throw refusal('REGISTRY_NOT_FOUND', 'nothing here');
      return bytes;
    },
    async download() {
      throw new Error('not asked for');
    },
  };
  const sent = () =>
    calls.filter(({ call }) => call === 'put' || call === 'upload').map(({ filename }) => filename);
  return { registry, packages, calls, pypi, generic, hooks, sent };
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function keyOf(file: GenericFile): string {
  return `${file.package}/${file.version}/${file.filename}`;
}

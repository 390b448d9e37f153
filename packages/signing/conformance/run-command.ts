/**
 * The commands of the Sigstore conformance suite, each a call or two of the library.
 *
 * @see https://github.com/sigstore/sigstore-conformance/blob/main/docs/cli_protocol.md
 *
 * @module
 */

import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { isCodedError } from '@wheelseal/errors';
import {
  createKeyVerifier,
  createSigner,
  createVerifier,
  exactIdentity,
  loadTrustedRoot,
  parseIdentityToken,
  parseSigningConfig,
  type DigestedFile,
  type SigstoreServices,
  type TrustedRoot,
} from '@wheelseal/signing';

const options = {
  bundle: { type: 'string' },
  'certificate-identity': { type: 'string' },
  'certificate-oidc-issuer': { type: 'string' },
  'identity-token': { type: 'string' },
  'in-toto': { type: 'boolean' },
  key: { type: 'string' },
  'signing-config': { type: 'string' },
  staging: { type: 'boolean' },
  'trusted-root': { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** Runs one command and returns its exit code: zero only if it did what was asked. */
export async function runCommand(
  args: readonly string[],
  tell: (line: string) => void,
): Promise<number> {
  try {
    const { values, positionals } = parse(args);
    const [command, subject, ...others] = positionals;
    if (subject === undefined || others.length > 0) throw new TypeError('expected one file');
    if (command === 'verify-bundle') await verifyBundle(subject, values);
    else if (command === 'sign-bundle') await signBundle(subject, values);
    else throw new TypeError(`there is no command \`${String(command)}\``);
    return 0;
  } catch (error) {
    tell(isCodedError(error) ? `${error.code}: ${error.message}` : String(error));
    return 1;
  }
}

function parse(args: readonly string[]) {
  return parseArgs({ args: [...args], options, allowPositionals: true });
}

async function verifyBundle(subject: string, values: Values): Promise<void> {
  const { key, 'certificate-identity': identity, 'certificate-oidc-issuer': issuer } = values;
  if (key !== undefined && (identity ?? issuer) !== undefined) {
    throw new TypeError('a key has no identity: give the one or the other');
  }
  const trustedRoot = await trustedRootOf(values);
  const material = { bundle: await readFile(required('bundle', values.bundle)) };
  const file = await digestOf(subject);
  if (key !== undefined) {
    const publicKey = await readFile(key, 'utf8');
    // Who gives a key trusts the key; whether a log is needed, the suite does not say.
    const verifier = createKeyVerifier(publicKey, { trustedRoot, allowUnlogged: true });
    await verifier.verify(file, material);
    return;
  }
  const policy = exactIdentity({
    subject: required('certificate-identity', identity),
    issuer: required('certificate-oidc-issuer', issuer),
  });
  await createVerifier(trustedRoot).verify(file, material, policy);
}

async function signBundle(path: string, values: Values): Promise<void> {
  const token = parseIdentityToken(required('identity-token', values['identity-token']));
  const bundlePath = required('bundle', values.bundle);
  if (values['in-toto'] === true) throw new TypeError('statements of others are not signed');
  const signer = createSigner(await servicesOf(values));
  const file: DigestedFile = { filename: basename(path), sha256: await sha256Of(path) };
  const [signed] = await signer.sign([file], token, {
    shapes: ['bundle'],
    ...(values['trusted-root'] !== undefined && { trustedRoot: await trustedRootOf(values) }),
  });
  await writeFile(`${bundlePath}.part`, signed?.bundle ?? '');
  await rename(`${bundlePath}.part`, bundlePath);
}

async function servicesOf({ staging, 'signing-config': path }: Values): Promise<SigstoreServices> {
  if (path !== undefined) return parseSigningConfig(await readFile(path, 'utf8'));
  if (staging === true) throw new TypeError('staging needs a signing configuration');
  return {
    fulcioUrl: new URL('https://fulcio.sigstore.dev'),
    rekorUrl: new URL('https://rekor.sigstore.dev'),
  };
}

async function trustedRootOf({ staging, 'trusted-root': path }: Values): Promise<TrustedRoot> {
  if (path !== undefined) return loadTrustedRoot({ path });
  if (staging === true) throw new TypeError('staging needs a trusted root');
  // Each case is a process of its own, and the root that came along serves all of them.
  return loadTrustedRoot({ offline: true });
}

/** A file by its bytes, or by a digest where no file has that name. Names are not compared. */
async function digestOf(subject: string): Promise<Pick<DigestedFile, 'sha256'>> {
  const [, digest] = /^sha256:([0-9a-f]{64})$/i.exec(subject) ?? [];
  if (digest !== undefined && !existsSync(subject)) return { sha256: digest.toLowerCase() };
  return { sha256: await sha256Of(subject) };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

function required(name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new TypeError(`\`--${name}\` is missing`);
}

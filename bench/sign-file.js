/**
 * The process whose time and memory is looked at: signs one file and verifies it, with the libraries as
 * they were built.
 *
 * Plain JavaScript, because taking the types out costs 17 MB.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { measureFile } from '@wheelseal/distributions';
import {
  createSigner,
  createVerifier,
  exactIdentity,
  loadTrustedRoot,
  parseIdentityToken,
  parseSigningConfig,
} from '@wheelseal/signing';

const [path = '', signingConfig = '', trustedRootPath = '', subject = '', issuer = ''] =
  process.argv.slice(2);
const { SIGSTORE_ID_TOKEN: token = '' } = process.env;

const started = performance.now();
const { sha256 } = await measureFile(path);
const measured = performance.now();
const trustedRoot = await loadTrustedRoot({ path: trustedRootPath });
const signer = createSigner(parseSigningConfig(await readFile(signingConfig, 'utf8')));
const file = { filename: basename(path), sha256 };
const [signed] = await signer.sign([file], parseIdentityToken(token), { trustedRoot });
const signedAt = performance.now();
// As whoever gets the file would: from its bytes.
const received = await measureFile(path);
const bundle = signed?.bundle ?? '';
const policy = exactIdentity({ subject, issuer });
const { logEntries } = await createVerifier(trustedRoot).verify(received, { bundle }, policy);
const ended = performance.now();

const seconds = (from, to) => ((to - from) / 1000).toFixed(2);
process.stdout.write(
  [
    logEntries.map(({ kind, version }) => `${kind} ${version}`).join(', '),
    `measured in ${seconds(started, measured)} s`,
    `signed in ${seconds(measured, signedAt)} s`,
    `measured again and verified in ${seconds(signedAt, ended)} s`,
    // In kilobytes, wherever Node runs.
    `peak ${Math.ceil(process.resourceUsage().maxRSS / 1000)} MB`,
  ].join('\n'),
);

/**
 * The process whose time is looked at: verifies files by the bundles beside them, with the libraries as
 * they were built.
 *
 * Plain JavaScript, because taking the types out would be a part of the time.
 *
 * @module
 */

import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createVerifier, exactIdentity, loadTrustedRoot } from '@wheelseal/signing';

const [trustedRoot = '', subject = '', issuer = '', ...paths] = process.argv.slice(2);

const verifier = createVerifier(await loadTrustedRoot({ path: trustedRoot }));
const policy = exactIdentity({ subject, issuer });
for (const path of paths) {
  const [file, bundle] = await Promise.all([readFile(path), readFile(`${path}.sigstore.json`)]);
  await verifier.verify({ sha256: hash('sha256', file) }, { bundle }, policy);
}
process.stdout.write(`verified ${paths.length}\n`);

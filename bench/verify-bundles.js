/**
 * The process whose time is looked at: verifies files by the bundles beside them, with the libraries as
 * they were built.
 *
 * Plain JavaScript, because taking the types out would be a part of the time.
 *
 * @module
 */

import { readFile } from 'node:fs/promises';
import { measureFile } from '@wheelseal/distributions';
import { createVerifier, exactIdentity, loadTrustedRoot } from '@wheelseal/signing';

const [trustedRoot = '', subject = '', issuer = '', ...paths] = process.argv.slice(2);

const verifier = createVerifier(await loadTrustedRoot({ path: trustedRoot }));
const policy = exactIdentity({ subject, issuer });
for (const path of paths) {
  const { sha256 } = await measureFile(path);
  await verifier.verify({ sha256 }, { bundle: await readFile(`${path}.sigstore.json`) }, policy);
}
process.stdout.write(`verified ${paths.length}\n`);

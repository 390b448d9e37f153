/**
 * Bundles the action into one file, so that a workflow can use it without installing anything.
 *
 * Bundles into `bundle/`, or into the folder that is given.
 *
 * @module
 */

import { resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';

const here = fileURLToPath(new URL('.', import.meta.url));

await build({
  cwd: here,
  input: 'src/index.ts',
  platform: 'node',
  logLevel: 'warn',
  resolve: { conditionNames: ['@wheelseal/source', 'node', 'import', 'default'] },
  output: {
    dir: resolve(process.argv[2] ?? resolve(here, 'bundle')),
    format: 'esm',
    entryFileNames: 'index.js',
    // One file, also where the libraries load a part of themselves only when it is needed.
    codeSplitting: false,
    minify: true,
    // The licences of what is bundled go with it.
    comments: { legal: true },
  },
});

/**
 * Bundles what was built of the library in this folder, so that a short process has few files to load.
 *
 * What the library depends on stays outside, its development dependencies come in, and what is
 * imported late stays in files of its own.
 *
 * @module
 */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { build } from 'rolldown';

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
}

const folder = process.cwd();
const bundle = join(folder, 'bundle');
const { dependencies }: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

rmSync(bundle, { recursive: true, force: true });
const { output } = await build({
  cwd: folder,
  input: 'dist/index.js',
  platform: 'node',
  logLevel: 'warn',
  external: Object.keys(dependencies).map((name) => new RegExp(`^${name}(?:/|$)`)),
  output: {
    dir: bundle,
    format: 'esm',
    entryFileNames: 'index.js',
    chunkFileNames: '[name].js',
    comments: { legal: true, annotation: false, jsdoc: false },
  },
});

// Few packages repeat their licence in each file.
const inlined = new Set(
  output
    .flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))
    .flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
);
const licences = [...inlined].toSorted().map((path) => {
  const licence = ['LICENSE', 'LICENSE.md'].map((name) => join(path, name)).find(existsSync);
  if (licence === undefined) throw new Error(`there is no licence in ${path}`);
  return readFileSync(licence, 'utf8').trim();
});
writeFileSync(join(bundle, 'THIRD-PARTY-LICENSES.txt'), `${licences.join('\n\n')}\n`);

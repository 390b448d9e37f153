/**
 * Installs every library as it would be published into an empty folder, and runs its example there.
 *
 * What a workspace hides is seen here: a file that is not packed, a dependency that is not declared,
 * an import that only the sources understand. It runs with the Node that runs this script.
 *
 * @module
 */

import { execFile } from 'node:child_process';
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

interface Manifest {
  readonly name: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

interface Library {
  readonly folder: string;
  readonly manifest: Manifest;
  readonly tarball: string;
}

/** How an example is run, where importing it is not all, and the packages this takes beside its own. */
interface Trial {
  /** What is imported as `example` instead of the example. */
  readonly module?: string;
  readonly lines: readonly string[];
  readonly needs?: readonly string[];
}

const sdist = [
  `import { execFileSync } from 'node:child_process';`,
  `import { mkdirSync, writeFileSync } from 'node:fs';`,
  `mkdirSync('demo-1.0');`,
  `writeFileSync('demo-1.0/PKG-INFO', 'Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n');`,
  `execFileSync('tar', ['-czf', 'demo-1.0.tar.gz', 'demo-1.0']);`,
];
const sandbox = [
  `import { startSandbox } from '@wheelseal/sandbox';`,
  `const sandbox = await startSandbox({ projectName: 'demo', packageVersion: '1.0' });`,
];
const needs = ['@wheelseal/distributions', '@wheelseal/sandbox'];

const trials: Readonly<Record<string, Trial>> = {
  '@wheelseal/distributions': {
    lines: [...sdist, `const [line] = await example.inspectRelease('.');`, `console.log(line);`],
  },
  '@wheelseal/pyproject': { lines: [`console.log(example.changes.length, 'changes');`] },
  // Its example is a whole job with a build; here it is enough that all of it loads.
  '@wheelseal/pipeline': {
    module: '@wheelseal/pipeline',
    lines: [`console.log(Object.keys(example).length, 'names');`],
  },
  '@wheelseal/signing': {
    needs,
    lines: [
      ...sdist,
      ...sandbox,
      `const { identity } = await example.signAndVerify('demo-1.0.tar.gz', sandbox.environment);`,
      `console.log('signed by', identity.subject);`,
      `await sandbox.close();`,
    ],
  },
  '@wheelseal/gitlab-registry': {
    needs,
    lines: [
      ...sdist,
      ...sandbox,
      `writeFileSync('demo-1.0.tar.gz.sig', 'signature');`,
      `const { CI_API_V4_URL, CI_PROJECT_ID, CI_JOB_TOKEN } = sandbox.environment;`,
      `const job = { apiUrl: CI_API_V4_URL, projectId: CI_PROJECT_ID, token: CI_JOB_TOKEN };`,
      `const [file] = await example.publish('demo-1.0.tar.gz', job);`,
      `console.log('published', file.filename);`,
      `await sandbox.close();`,
    ],
  },
};

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '..');
const environment = {
  ...process.env,
  PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
  // What npm was told for the workspace is not for the folders of others.
  npm_config_workspaces: undefined,
  npm_config_workspace: undefined,
};
const wanted = process.argv.slice(2);
const scratch = mkdtempSync(join(tmpdir(), 'wheelseal-packed-'));
try {
  const libraries = await packAll();
  for (const library of libraries) {
    const { name } = library.manifest;
    if (wanted.length > 0 && !wanted.includes(basename(library.folder))) continue;
    // One after the other: the packages share npm's cache.
    const output = await tryAlone(library, libraries);
    process.stdout.write(`${name}: ${output}\n`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

async function packAll(): Promise<readonly Library[]> {
  const folders = globSync('packages/*/package.json', { cwd: root }).toSorted().map(dirname);
  return Promise.all(
    folders.map(async (relative) => {
      const folder = join(root, relative);
      const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const { stdout } = await run(
        'npm',
        ['pack', '--json', '--ignore-scripts', '--pack-destination', scratch],
        { cwd: folder, env: environment },
      );
      const [, filename = ''] = /"filename": "([^"]+)"/.exec(stdout) ?? [];
      const tarball = join(scratch, basename(filename));
      return { folder, manifest, tarball };
    }),
  );
}

/** Installs a library with its siblings, and runs its example; gives the last line it printed. */
async function tryAlone(
  { folder, manifest }: Library,
  libraries: readonly Library[],
): Promise<string> {
  const { name } = manifest;
  const alone = join(scratch, basename(folder));
  mkdirSync(alone);
  const trial = trials[name];
  const names = closure([name, ...(trial?.needs ?? [])], libraries);
  const tarballs = libraries.filter((library) => names.has(library.manifest.name));
  const dependencies = Object.fromEntries(
    tarballs.map(({ manifest: { name: sibling }, tarball }) => [sibling, `file:${tarball}`]),
  );
  writeFileSync(
    join(alone, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies }),
  );
  await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: alone,
    env: environment,
  });
  // The first by name is the one that the README begins with.
  const [example = ''] = globSync('examples/*.ts', { cwd: folder }).toSorted();
  copyFileSync(join(folder, example), join(alone, 'example.ts'));
  const lines = [
    `import * as example from '${trial?.module ?? './example.ts'}';`,
    ...(trial?.lines ?? []),
  ];
  writeFileSync(join(alone, 'main.js'), `${lines.join('\n')}\n`);
  const { stdout } = await run(process.execPath, ['main.js'], {
    cwd: alone,
    env: environment,
    timeout: 60_000,
  });
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (last === '') throw new Error(`the example of ${name} printed nothing`);
  return last;
}

/** The libraries, and every sibling they depend on. */
function closure(names: readonly string[], libraries: readonly Library[]): ReadonlySet<string> {
  const found = new Set(names);
  for (const name of found) {
    const library = libraries.find(({ manifest }) => manifest.name === name);
    const dependencies = Object.keys(library?.manifest.dependencies ?? {});
    for (const one of dependencies) if (one.startsWith('@wheelseal/')) found.add(one);
  }
  return found;
}

/**
 * Installs every library as it would be published into an empty folder, and runs its example there.
 *
 * What a workspace hides is seen here: a file that is not packed, a dependency that is not declared,
 * an import that only the sources understand. Each example runs under the Node that runs this script
 * and under the oldest one that is promised to do.
 *
 * @module
 */

import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
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
/** A frontend that packs what any project of that name would have. */
const uvOfTest = `#!/bin/sh
set -e
if [ "$1" = --version ]; then echo 'uv 0'; exit; fi
cd "$3"
mkdir demo-1.0 demo-1.0.dist-info
printf 'Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0\\n' | tee demo-1.0/PKG-INFO > demo-1.0.dist-info/METADATA
tar -czf demo-1.0.tar.gz demo-1.0
echo 'answer = 42' > demo.py
printf 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n' > demo-1.0.dist-info/WHEEL
for file in demo.py demo-1.0.dist-info/METADATA demo-1.0.dist-info/WHEEL; do
  digest=$(openssl dgst -sha256 -binary "$file" | base64 | tr '+/' '-_' | tr -d '=')
  echo "$file,sha256=$digest,$(wc -c < "$file" | tr -d ' ')" >> demo-1.0.dist-info/RECORD
done
echo 'demo-1.0.dist-info/RECORD,,' >> demo-1.0.dist-info/RECORD
python3 -m zipfile -c demo-1.0-py3-none-any.whl demo.py demo-1.0.dist-info/
rm -r demo-1.0 demo-1.0.dist-info demo.py
`;
const needs = ['@wheelseal/distributions', '@wheelseal/sandbox'];

const trials: Readonly<Record<string, Trial>> = {
  '@wheelseal/distributions': {
    lines: [...sdist, `const [line] = await example.inspectRelease('.');`, `console.log(line);`],
  },
  '@wheelseal/pyproject': { lines: [`console.log(example.changes.length, 'changes');`] },
  // Its example is a whole job, which finds everything in its environment and its folder.
  '@wheelseal/pipeline': {
    module: '@wheelseal/sandbox',
    needs: ['@wheelseal/sandbox'],
    lines: [
      `import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';`,
      `mkdirSync('bin');`,
      `writeFileSync('bin/uv', ${JSON.stringify(uvOfTest)});`,
      `chmodSync('bin/uv', 0o755);`,
      `writeFileSync('pyproject.toml', '[project]\\nname = "x"\\nversion = "0"\\n');`,
      `const job = await example.startSandbox({ projectName: 'demo', packageVersion: '1.0' });`,
      `const PATH = process.cwd() + '/bin:' + process.env.PATH;`,
      `Object.assign(process.env, job.environment, { PATH });`,
      `await import('./example.ts');`,
      `await job.close();`,
    ],
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
  const nodes = [process.execPath, await oldestNode()];
  const libraries = await packAll();
  for (const library of libraries) {
    const { name } = library.manifest;
    if (wanted.length > 0 && !wanted.includes(basename(library.folder))) continue;
    // One after the other: the packages share npm's cache.
    const alone = await installAlone(library, libraries);
    for (const node of nodes) {
      const output = await tryAlone(library, alone, node);
      process.stdout.write(`${name}: ${output}\n`);
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** The lower bound in `engines`, from a package that is the bare program, in a folder that is kept. */
async function oldestNode(): Promise<string> {
  const { engines }: { engines: { node: string } } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  );
  const version = engines.node.replace('>=', '');
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const program = `node-${system}-${process.arch}`;
  const folder = join(root, '.cache', `node-${version}`);
  const path = join(folder, 'node_modules', program, 'bin', 'node');
  if (!existsSync(path)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
    const options = ['--no-audit', '--no-fund', '--ignore-scripts', '--save-exact'];
    await run('npm', ['install', ...options, `${program}@${version}`], {
      cwd: folder,
      env: environment,
    });
  }
  const { stdout } = await run(path, ['--version']);
  if (stdout.trim() === `v${version}`) return path;
  throw new Error(`\`${path}\` is ${stdout.trim()}, expected v${version}`);
}

async function packAll(): Promise<readonly Library[]> {
  const folders = globSync('packages/*/package.json', { cwd: root }).toSorted().map(dirname);
  return Promise.all(
    folders.map(async (relative) => {
      const folder = join(root, relative);
      const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', scratch], {
        cwd: folder,
        env: environment,
      });
      const [, filename = ''] = /"filename": "([^"]+)"/.exec(stdout) ?? [];
      const tarball = join(scratch, basename(filename));
      return { folder, manifest, tarball };
    }),
  );
}

/** Installs a library with its siblings into a folder of its own. */
async function installAlone(
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
  return alone;
}

/** Runs the example of a library; gives the last line it printed, and the Node that ran it. */
async function tryAlone(
  { folder, manifest }: Library,
  alone: string,
  node: string,
): Promise<string> {
  const place = mkdtempSync(join(alone, 'try-'));
  const trial = trials[manifest.name];
  // The first by name is the one that the README begins with.
  const [example = ''] = globSync('examples/*.ts', { cwd: folder }).toSorted();
  copyFileSync(join(folder, example), join(place, 'example.ts'));
  const lines = [
    `import * as example from '${trial?.module ?? './example.ts'}';`,
    ...(trial?.lines ?? []),
  ];
  writeFileSync(join(place, 'main.js'), `${lines.join('\n')}\n`);
  const { stdout } = await run(node, ['main.js'], {
    cwd: place,
    env: { ...environment, PATH: [dirname(node), environment.PATH].join(delimiter) },
    timeout: 60_000,
  });
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (last === '') throw new Error(`the example of ${manifest.name} printed nothing`);
  const { stdout: version } = await run(node, ['--version']);
  return `${last} (${version.trim()})`;
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

/**
 * Small projects of every build backend, each in a repository of its own with a home folder beside it.
 *
 * @module
 */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { backends, python } from '../tools.ts';

const cli = resolve(import.meta.dirname, '../../apps/cli/bin/wheelseal.js');

/** Files of a project by their paths. */
export type SampleProject = Readonly<Record<string, string>> & {
  readonly 'pyproject.toml': string;
};

function sample(requires: string, backend: string, rest: string): SampleProject {
  const system = `[build-system]\nrequires = [${requires}]\nbuild-backend = "${backend}"\n\n`;
  return {
    'pyproject.toml': `${system}[project]\nname = "demo-pkg"\ndescription = "A sample"\nreadme = "README.md"\n${rest}`,
    'README.md': '# Demo\n',
    'src/demo_pkg/__init__.py': '"""A sample."""\n',
    '.gitignore': 'build/\ndist/\n*.egg-info/\n__pycache__/\n',
  };
}

const stated = 'version = "1.2.0"\n';
const open = 'dynamic = ["version"]\n';

export const samples = {
  setuptools: sample('"setuptools>=61"', 'setuptools.build_meta', stated),
  hatchling: sample('"hatchling"', 'hatchling.build', stated),
  flit: sample('"flit_core>=3.11"', 'flit_core.buildapi', stated),
  pdm: sample('"pdm-backend"', 'pdm.backend', stated),
  'setuptools-scm': sample(
    '"setuptools>=64", "setuptools_scm>=8"',
    'setuptools.build_meta',
    `${open}[tool.setuptools_scm]\nversion_file = "src/demo_pkg/_version.py"\n`,
  ),
  'hatch-vcs': sample(
    '"hatchling", "hatch-vcs"',
    'hatchling.build',
    `${open}[tool.hatch.version]\nsource = "vcs"\n[tool.hatch.build.hooks.vcs]\nversion-file = "src/demo_pkg/_version.py"\n`,
  ),
  'pdm-scm': sample(
    '"pdm-backend"',
    'pdm.backend',
    `${open}[tool.pdm.version]\nsource = "scm"\nwrite_to = "demo_pkg/_version.py"\nwrite_template = "version = '{}'"\n`,
  ),
} as const;

/** How a command ended. */
interface Outcome {
  readonly code: number;
  /** Standard error, and standard output where that is not a document. */
  readonly output: string;
  /** The document of `--json`. */
  readonly document?: unknown;
}

/** A project, and everything that its build could reach without being told. */
export interface ProjectPlace extends AsyncDisposable {
  readonly project: string;
  wheelseal(command: string, ...flags: string[]): Promise<Outcome>;
  run(program: string, ...parameters: string[]): Promise<string>;
  git(...parameters: string[]): Promise<string>;
  /** Names of the distributions. */
  distributions(): Promise<readonly string[]>;
  /** Files beside the project, and the caches of the tools left out. */
  surroundings(): Promise<Readonly<Record<string, string>>>;
  /** Files of the repository itself. */
  repository(): Promise<Readonly<Record<string, string>>>;
}

/** Makes a repository of a project, with one commit. */
export async function createProject(files: SampleProject): Promise<ProjectPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelseal-builds-'));
  const project = join(folder, 'project');
  await write(project, files);
  await write(folder, {
    'home/.gitconfig': '[user]\n\tname = Canary\n\temail = canary@example.org\n',
    'home/.config/pip/pip.conf': '[global]\n',
    'tmp/canary': '',
    'beside/canary': '',
  });
  const environment = environmentIn(folder);
  const run = async (program: string, ...parameters: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(program, parameters, {
      cwd: project,
      env: environment,
    });
    return stdout.trim();
  };
  const git = async (...parameters: string[]): Promise<string> => run('git', ...parameters);
  await git('init', '--quiet', '--initial-branch', 'main');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'one');
  return {
    project,
    run,
    git,
    wheelseal: async (...parameters) => wheelseal(parameters, project, environment),
    distributions: async () =>
      (await readdir(join(project, 'dist')))
        .filter((name) => /\.(?:whl|tar\.gz)$/.test(name))
        .toSorted(),
    surroundings: async () => contentsOf(folder, ['project', 'home/.cache']),
    repository: async () => contentsOf(join(project, '.git'), ['index']),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Nothing of who runs the tests; the backends come from their folder and from nowhere else. */
function environmentIn(folder: string): Readonly<Record<string, string>> {
  return {
    // pip asks a compiler for its version, and some of those set up a home for themselves.
    PATH: [dirname(python), '/usr/bin', '/bin'].join(delimiter),
    HOME: join(folder, 'home'),
    TMPDIR: join(folder, 'tmp'),
    GIT_CONFIG_NOSYSTEM: '1',
    PIP_NO_INDEX: '1',
    PIP_FIND_LINKS: backends,
    UV_OFFLINE: '1',
    UV_FIND_LINKS: backends,
    UV_PYTHON_DOWNLOADS: 'never',
  };
}

async function wheelseal(
  parameters: readonly string[],
  project: string,
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const { promise, resolve: done } = Promise.withResolvers<Outcome>();
  const argv = [cli, ...parameters, '--json'];
  execFile(process.execPath, argv, { cwd: project, env: environment }, (error, stdout, stderr) => {
    const code = error === null ? 0 : Number(error.code ?? 1);
    const document: unknown = stdout === '' ? undefined : JSON.parse(stdout);
    done({ code, output: stderr, document });
  });
  return promise;
}

/** The text of a file in a wheel. */
export async function memberOf(wheel: string, path: string): Promise<string> {
  const program =
    'import sys, zipfile; print(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]).decode())';
  return (await promisify(execFile)(python, ['-c', program, wheel, path])).stdout;
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Every file and folder below a folder; equal before and after means untouched. */
async function contentsOf(
  folder: string,
  except: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const contents: Record<string, string> = {};
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name).slice(folder.length + 1);
    if (except.some((one) => path === one || path.startsWith(`${one}/`))) continue;
    contents[path] = entry.isFile() ? (await readFile(join(folder, path))).toString('base64') : '';
  }
  return contents;
}

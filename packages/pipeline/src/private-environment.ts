/**
 * A virtual environment with the build frontend in it, in the user's cache folder.
 *
 * It is made once for each Python and then only looked at. What goes into it is pinned by digest;
 * where it comes from is pip's own configuration.
 *
 * @module
 */

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { platform } from 'node:process';
import { answerOf, type ChildOptions, type Command, runChild } from './child-process.ts';
import type { Environment } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';

/** Where frontends are looked for, and how programs are started while looking. */
export interface FrontendSearch extends ChildOptions {
  /**
   * Working folder of every program. Must not be the project: Python looks for modules there first,
   * and a project may well have a `build.py`.
   */
  readonly directory: string;
  /** Told that a private environment is being made, which takes a few seconds. */
  readonly onCreate?: (path: string) => void;
}

/** The interpreters of a machine, the likelier name first. */
export const pythons: readonly string[] = ['python3', 'python'];

const requirements = `\
build==1.6.1 --hash=sha256:ecd351a4be9d35a9eaaba244a7687143c9c7d4aea6ac964e7e7ddab20cbcf4e7
packaging==26.3 --hash=sha256:d7193f7c8e4e93f444fde0262bf90af30e16fa0ad0ad44cb553c87339b23cd1c
pip==26.3 --hash=sha256:f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13
pyproject_hooks==1.3.3 --hash=sha256:5fc53fdac9f7bd63fbcdc868fb5f90b4784d78a53a3d3388cd738b807441a20b
tomli==2.5.0 ; python_version < "3.11" --hash=sha256:32a7b79ac57a2e83670ce329ccf675798bc5a2094783a63676866b70503f2e2b
`;

const probe =
  'import sys; assert sys.version_info >= (3, 10); print(sys.executable, *sys.version_info[:3])';

/**
 * Path of a Python that has the module `build`; undefined when there is no Python new enough.
 *
 * @throws PipelineError with code `BUILD_FRONTEND_MISSING` when the environment cannot be made.
 */
export async function openPrivateEnvironment(search: FrontendSearch): Promise<string | undefined> {
  const base = await findPython(search);
  if (base === undefined) return undefined;
  const key = createHash('sha256').update(requirements).update(base.identity).digest('hex');
  const folder = join(cacheFolder(search.environment), 'wheelseal');
  const path = join(folder, `build-environment-${key.slice(0, 16)}`);
  if (await isUsable(path, search)) return pythonIn(path);
  search.onCreate?.(path);
  const beside = `${path}.${randomUUID()}`;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await create(base.program, beside, search);
    await settle(beside, path, search);
  } catch (cause) {
    search.signal?.throwIfAborted();
    if (cause instanceof PipelineError) throw cause;
    throw missing(path, cause);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
  return pythonIn(path);
}

async function findPython(
  search: FrontendSearch,
): Promise<{ readonly program: string; readonly identity: string } | undefined> {
  for (const program of pythons) {
    const identity = await answerOf([program, '-c', probe], search);
    if (identity !== undefined) return { program, identity };
  }
  return undefined;
}

/** By the rules of the XDG base directory specification, where a relative path counts as not set. */
function cacheFolder(environment: Environment): string {
  const { XDG_CACHE_HOME: given, LOCALAPPDATA: local, HOME: home } = environment;
  if (given !== undefined && isAbsolute(given)) return given;
  if (platform === 'win32' && local !== undefined && isAbsolute(local)) return local;
  if (home !== undefined && isAbsolute(home)) return join(home, '.cache');
  throw new PipelineError('no folder for a private build environment', {
    code: 'SETTING_MISSING',
    hint: 'Set `HOME` or `XDG_CACHE_HOME`, or install uv or the Python module `build`.',
  });
}

async function isUsable(path: string, search: FrontendSearch): Promise<boolean> {
  return (await answerOf([pythonIn(path), '-m', 'build', '--version'], search)) !== undefined;
}

async function create(python: string, path: string, search: FrontendSearch): Promise<void> {
  await run([python, '-m', 'venv', '--without-pip', path], search);
  const list = join(path, 'requirements.txt');
  await writeFile(list, requirements, { flag: 'wx' });
  const install = ['install', '--require-hashes', '--no-deps', '--requirement', list] as const;
  const inner = pythonIn(path);
  // The machine's own pip is there in a second, a fresh copy of the bundled one takes several.
  const outer: Command = [python, '-m', 'pip', '--python', inner];
  const hasOuter = (await answerOf([...outer, '--version'], search)) !== undefined;
  if (!hasOuter) await run([inner, '-m', 'ensurepip'], search);
  await run([...(hasOuter ? outer : ([inner, '-m', 'pip'] as const)), ...install], search);
}

/** Gives the environment its name; where another process was faster, its environment serves. */
async function settle(beside: string, path: string, search: FrontendSearch): Promise<void> {
  const move = async (): Promise<boolean> =>
    rename(beside, path).then(
      () => true,
      () => false,
    );
  if ((await move()) || (await isUsable(path, search))) return;
  // What is in the way does not work, because its Python is gone or it was made half by hand.
  await rm(path, { recursive: true, force: true });
  await rename(beside, path);
}

async function run(command: Command, search: FrontendSearch): Promise<void> {
  const { exitCode, tail } = await runChild(command, search);
  if (exitCode === 0) return;
  throw new Error(tail.join('\n') || `\`${command.join(' ')}\` ended with ${String(exitCode)}`);
}

function pythonIn(path: string): string {
  return platform === 'win32' ? join(path, 'Scripts', 'python.exe') : join(path, 'bin', 'python');
}

function missing(path: string, cause: unknown): PipelineError {
  return new PipelineError(`cannot make a private build environment in \`${path}\``, {
    code: 'BUILD_FRONTEND_MISSING',
    hint: 'Install uv or the Python module `build`, or let pip reach a package index.',
    cause,
  });
}

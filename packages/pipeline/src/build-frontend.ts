/**
 * The program that runs a project's build backend: found on the machine, or brought along.
 *
 * @module
 */

import { answerOf, type Command } from './child-process.ts';
import { PipelineError } from './errors.ts';
import { type FrontendSearch, openPrivateEnvironment, pythons } from './private-environment.ts';

/** `uv build`, `python -m build`, or the same `build` in a private virtual environment. */
export type BuildFrontend = 'uv' | 'build' | 'private';

/** A build frontend that answered. */
export interface FoundFrontend {
  readonly frontend: BuildFrontend;
  /** Its name and version. */
  readonly describe: string;
  /** The command that builds a wheel and an sdist of a project into a folder. */
  readonly command: (project: string, output: string) => Command;
}

const order: readonly BuildFrontend[] = ['uv', 'build', 'private'];

/**
 * Finds a build frontend: the wanted one, or the first there is.
 *
 * @throws PipelineError with code `BUILD_FRONTEND_MISSING`.
 */
export async function findFrontend(
  search: FrontendSearch,
  wanted?: BuildFrontend,
): Promise<FoundFrontend> {
  for (const frontend of wanted === undefined ? order : [wanted]) {
    const found = await finders[frontend](search);
    if (found !== undefined) return found;
  }
  throw new PipelineError(
    wanted === undefined ? 'no build frontend and no Python found' : `\`${wanted}\` was not found`,
    {
      code: 'BUILD_FRONTEND_MISSING',
      hint: 'Install uv, the Python module `build`, or Python 3.10 or newer.',
    },
  );
}

type Finder = (search: FrontendSearch) => Promise<FoundFrontend | undefined>;

const finders: Readonly<Record<BuildFrontend, Finder>> = {
  async uv(search) {
    const version = await answerOf(['uv', '--version'], search);
    if (version === undefined) return undefined;
    return {
      frontend: 'uv',
      describe: nameAndVersion(version),
      command: (project, output) => ['uv', 'build', '--out-dir', output, project],
    };
  },
  async build(search) {
    for (const python of pythons) {
      const found = await moduleOf(python, 'build', search);
      if (found !== undefined) return found;
    }
    return undefined;
  },
  async private(search) {
    const python = await openPrivateEnvironment(search);
    return python === undefined ? undefined : moduleOf(python, 'private', search);
  },
};

async function moduleOf(
  python: string,
  frontend: BuildFrontend,
  search: FrontendSearch,
): Promise<FoundFrontend | undefined> {
  const version = await answerOf([python, '-m', 'build', '--version'], search);
  if (version === undefined) return undefined;
  return {
    frontend,
    describe: nameAndVersion(version),
    command: (project, output) => [python, '-m', 'build', '--outdir', output, project],
  };
}

/** What follows says where it is installed, or for which machine. */
function nameAndVersion(answer: string): string {
  return answer.split(' ').slice(0, 2).join(' ');
}

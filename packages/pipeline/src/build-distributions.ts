/**
 * One run of a build frontend, or two: a project in, folders with what was built out.
 *
 * @module
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ProjectMetadata } from '@wheelseal/pyproject';
import { type BuildSource, checkOut } from './build-checkout.ts';
import { type BuildEnvironment, buildEnvironment } from './build-environment.ts';
import { type BuildFrontend, findFrontend, type FoundFrontend } from './build-frontend.ts';
import { type BuildLog, withBuildLog } from './build-log.ts';
import { type ExpectedProject, versionVariables } from './build-version.ts';
import { type ChildOptions, runChild } from './child-process.ts';
import type { Environment } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';
import type { StageEvent } from './release-event.ts';
import { sourceDateEpoch } from './source-date.ts';
import { temporaryVariables } from './temporary-folder.ts';

/** What to build, and how. */
export interface BuildRequest {
  /** Absolute path of the project. */
  readonly project: string;
  readonly metadata: ProjectMetadata;
  readonly expected: ExpectedProject;
  /** Folder of the distributions, for the log. */
  readonly directory: string;
  /** Folder of ours for everything else. */
  readonly scratch: string;
  readonly environment: Environment;
  readonly frontend?: BuildFrontend;
  /** How often to build, each time anew. */
  readonly rounds: number;
  readonly signal?: AbortSignal;
  readonly report: (event: StageEvent) => void;
}

/** Two builds of the same minute must not look alike because a clock did not move in between. */
const clockMilliseconds = 2_000;

/**
 * Builds a project, and gives the folder of each build.
 *
 * @throws PipelineError with code `BUILD_FRONTEND_MISSING` or `BUILD_FAILED`.
 */
export async function buildDistributions(request: BuildRequest): Promise<readonly string[]> {
  const { directory, scratch, report, signal } = request;
  const environment = await environmentOf(request);
  const search = childOptions(scratch, environment, signal);
  const found = await findFrontend(
    { ...search, onCreate: (path) => report({ type: 'build-environment-created', path }) },
    request.frontend,
  );
  const sources = await sourcesOf(request, environment);
  return withBuildLog({ directory, scratch }, async (log) => {
    const outputs: string[] = [];
    for (const source of sources) {
      const start = performance.now();
      const output = join(scratch, `built-${outputs.length}`);
      await mkdir(output);
      await build(request, { found, source, output, environment, log });
      outputs.push(output);
      const rest = clockMilliseconds - (performance.now() - start);
      if (outputs.length < sources.length) await pause(rest, signal);
    }
    return outputs;
  });
}

async function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  if (milliseconds > 0) await setTimeout(milliseconds, undefined, signal && { signal });
}

async function environmentOf(request: BuildRequest): Promise<BuildEnvironment> {
  const { project, metadata, expected, report, signal } = request;
  const asking = childOptions(project, buildEnvironment(request.environment), signal);
  const epoch = await sourceDateEpoch(asking);
  const environment = buildEnvironment(request.environment, {
    ...temporaryVariables(request.scratch),
    ...(epoch !== undefined && { SOURCE_DATE_EPOCH: epoch }),
    ...versionVariables(metadata, expected),
  });
  for (const name of environment.leaking) {
    report({ type: 'warning', message: `the build can read the credentials in \`${name}\`` });
  }
  return environment;
}

/** For each build the project itself, or a checkout if a plugin would ask git about it. */
async function sourcesOf(
  { project, metadata, expected, directory, scratch, rounds, report, signal }: BuildRequest,
  environment: BuildEnvironment,
): Promise<readonly BuildSource[]> {
  const sources: BuildSource[] = [];
  while (sources.length < rounds) {
    const isFirst = sources.length === 0;
    const source =
      metadata.versionPlugin === undefined
        ? { folder: project }
        : await checkOut(project, join(scratch, `source-${sources.length}`), {
            child: childOptions(project, environment, signal),
            output: directory,
            isVersionKnown: expected.version !== undefined,
            warn: (message, hint) => {
              if (isFirst)
                report({ type: 'warning', message, ...(hint !== undefined && { hint }) });
            },
          });
    sources.push(source);
  }
  return sources;
}

interface BuildRun {
  readonly found: FoundFrontend;
  readonly source: BuildSource;
  readonly output: string;
  readonly environment: BuildEnvironment;
  readonly log: BuildLog;
}

async function build(
  { report, signal }: BuildRequest,
  { found, source, output, environment, log }: BuildRun,
): Promise<void> {
  const { frontend, describe } = found;
  const command = found.command(source.folder, output);
  const { SOURCE_DATE_EPOCH: epoch } = environment.variables;
  report({
    type: 'build-started',
    frontend,
    describe,
    command,
    log: log.path,
    ...(epoch !== undefined && { sourceDateEpoch: epoch }),
    ...(source.commit !== undefined && { commit: source.commit }),
  });
  log.write(`# ${describe}, SOURCE_DATE_EPOCH=${epoch ?? ''}`);
  log.write(`$ ${command.join(' ')}`);
  const running = childOptions(output, environment, signal);
  const { exitCode, tail } = await runChild(command, running, (stream, line) => {
    log.write(line);
    report({ type: 'build-output', stream, line });
  });
  log.write(`# exit code ${String(exitCode)}`);
  if (exitCode === 0) return;
  throw new PipelineError(`\`${describe}\` ended with exit code ${String(exitCode)}`, {
    code: 'BUILD_FAILED',
    hint: `Read its whole output in \`${log.path}\`.`,
    cause: new Error(tail.join('\n')),
  });
}

function childOptions(
  directory: string,
  { variables, mask }: BuildEnvironment,
  signal: AbortSignal | undefined,
): ChildOptions {
  return { directory, environment: variables, mask, ...(signal && { signal }) };
}

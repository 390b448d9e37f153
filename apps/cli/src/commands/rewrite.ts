/**
 * `wheelseal rewrite`: name, version and homepage in `pyproject.toml`.
 *
 * @module
 */

import type { ContinuousIntegration, projectEdits, ProjectRewrite } from '@wheelseal/pipeline';
import { valueOf, valuesOf } from '../command-definition.ts';
import type { CommandDefinition, Invocation, Outcome } from '../command-definition.ts';
import { CommandError } from '../errors.ts';
import { dryRunFlag, editFlags, keepDynamicFlag, rewriteFlags } from '../flags.ts';
import { foldersOf } from '../folders.ts';
import { diffLines } from '../diff-lines.ts';
import { unifiedDiff } from '../unified-diff.ts';

type ProjectEdits = ReturnType<typeof projectEdits>;

/** Edits `pyproject.toml` in place. */
export const rewrite: CommandDefinition = {
  name: 'rewrite',
  summary: 'write name, version and homepage into pyproject.toml',
  description:
    'Changes these values of pyproject.toml and nothing else: comments, layout and line ends stay. What is ambiguous is refused, and a refused file stays as it was.',
  operands: [['[DIR]', 'folder with the pyproject.toml, this one when left out']],
  flags: [...editFlags, ...rewriteFlags, keepDynamicFlag, dryRunFlag],
  variables: [
    ['CI_PROJECT_NAME', 'name of the project, in the form of PEP 503'],
    ['CI_PROJECT_URL', 'homepage of the project'],
    ['CI_COMMIT_TAG', 'version of the release when PACKAGE_VERSION is not set'],
  ],
  examples: [
    ['wheelseal rewrite', 'in a GitLab job: everything from its variables'],
    ['wheelseal rewrite path/to/project --package-version 1.2.0 --diff', 'anywhere: look first'],
    ['wheelseal rewrite --version-from-tag --check', 'does the file agree with the tag?'],
  ],
  async perform(invocation) {
    const { readContinuousIntegration, rewriteProject } = await import('@wheelseal/pipeline');
    const { report, interrupts, environment, flags } = invocation;
    const isDiff = flags['diff'] === true;
    const edits = await requestedEdits(invocation, readContinuousIntegration(environment));
    const rewritten = await rewriteProject(foldersOf(invocation).project, edits, {
      signal: interrupts.signal,
      onEvent: (event) => {
        // Standard output is the diff and nothing else, so that other programs can take it.
        if (!isDiff || event.type !== 'project-rewritten') report.onEvent(event);
      },
      dryRun: isDiff || flags['check'] === true || flags['dryRun'] === true,
      keepDynamic: flags['keepDynamic'] === true,
      refuseDynamic: flags['refuseDynamic'] === true,
    });
    return resultOf(invocation, rewritten);
  },
};

function resultOf(
  { report, flags }: Invocation,
  { path, written, changes, before, after }: ProjectRewrite,
): Outcome {
  const project = { path, written, changes };
  if (flags['diff'] === true) {
    const diff = unifiedDiff('pyproject.toml', before, after);
    report.result({ project, diff }, (paint) => diffLines(diff, paint));
  } else {
    report.result({ project });
  }
  return flags['check'] === true && before !== after ? { exitCode: 1 } : {};
}

/** What to write: also the values that only this command takes. */
async function requestedEdits(
  invocation: Invocation,
  settings: ContinuousIntegration,
): Promise<ProjectEdits> {
  const { versionFromTag } = await import('@wheelseal/pipeline');
  const { environment, interrupts, flags } = invocation;
  const pattern = valueOf(invocation, 'tagPattern');
  const isFromTag = flags['versionFromTag'] === true;
  if (isFromTag && flags['packageVersion'] !== undefined) {
    throw usage('`--version-from-tag` and `--package-version` both give the version');
  }
  if (!isFromTag && pattern !== undefined) {
    throw usage('`--tag-pattern` needs `--version-from-tag`', 'Give both, or none.');
  }
  const set = valuesOf(invocation, 'set').map(assignmentOf);
  const version = isFromTag
    ? await versionFromTag(foldersOf(invocation).project, {
        environment,
        signal: interrupts.signal,
        ...(pattern !== undefined && { pattern }),
      })
    : undefined;
  const edits = await editsOf(invocation, settings);
  return {
    ...edits,
    ...(version !== undefined && { version }),
    ...(set.length > 0 && { set }),
  };
}

/** Takes `PATH=VALUE` apart at the first `=` that is in no quoted key. */
function assignmentOf(text: string): { readonly path: string; readonly value: string } {
  const [, path = '', value] = /^((?:[^="']|"(?:[^"\\]|\\.)*"|'[^']*')*)=(.*)$/s.exec(text) ?? [];
  if (value !== undefined) return { path: path.trim(), value };
  throw usage('`--set` takes a path and a value', 'Write `--set tool.name.key=value`.');
}

function usage(message: string, hint = 'Leave one of the two out.'): CommandError {
  return new CommandError(message, { code: 'USAGE_INVALID', hint });
}

/** What to write: the flags, and for the rest what the CI says. */
export async function editsOf(
  invocation: Invocation,
  { projectName, projectUrl, ...settings }: ContinuousIntegration,
): Promise<{ readonly name?: string; readonly version?: string; readonly homepage?: string }> {
  const { projectEdits } = await import('@wheelseal/pipeline');
  const name = valueOf(invocation, 'name');
  const homepage = valueOf(invocation, 'homepage');
  return {
    ...projectEdits({
      ...settings,
      // A name that is replaced need not be a good one.
      ...(projectName !== undefined && name === undefined && { projectName }),
      ...(projectUrl !== undefined && { projectUrl }),
    }),
    ...(name !== undefined && { name }),
    ...(homepage !== undefined && { homepage }),
  };
}

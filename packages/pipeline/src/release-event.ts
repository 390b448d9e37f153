/**
 * What a stage reports while it works.
 *
 * Stages print nothing. Whoever calls them listens here, and gets data rather than sentences.
 *
 * @module
 */

import type { PyprojectChange } from '@wheelseal/pyproject';
import type { DisclosedText } from '@wheelseal/signing';
import type { BuildFrontend } from './build-frontend.ts';
import type { PlannedFile, PublishedFile, PublishPlan } from './publish-plan.ts';
import type { ReleasedDistribution } from './release.ts';
import type { DistributionVerdict } from './verdict.ts';

/** The stages in their order; `measure` stands in for `build` when something else built. */
export type ReleaseStage =
  'rewrite' | 'build' | 'measure' | 'sign' | 'verify' | 'publish' | 'download';

/** One thing that happened in a stage. */
export type ReleaseEvent = { readonly stage: ReleaseStage } & (
  | { readonly type: 'stage-started' }
  | { readonly type: 'stage-finished'; readonly milliseconds: number }
  /** The stage throws next. */
  | { readonly type: 'stage-failed'; readonly milliseconds: number }
  /** Nothing that ends the stage, but somebody should read it. */
  | { readonly type: 'warning'; readonly message: string; readonly hint?: string }
  | {
      readonly type: 'project-rewritten';
      readonly path: string;
      readonly changes: readonly PyprojectChange[];
      /** False when nothing had to change, or when nothing may be written. */
      readonly written: boolean;
    }
  /** The private virtual environment is being made; takes a few seconds. */
  | { readonly type: 'build-environment-created'; readonly path: string }
  | {
      readonly type: 'build-started';
      readonly frontend: BuildFrontend;
      /** The frontend in words, with its version. */
      readonly describe: string;
      readonly command: readonly string[];
      /** Seconds since 1970 that the build takes for now. */
      readonly sourceDateEpoch?: string;
    }
  | {
      readonly type: 'build-output';
      readonly stream: 'stdout' | 'stderr';
      /** Without its line ending; secrets are masked. */
      readonly line: string;
    }
  | { readonly type: 'distribution-measured'; readonly distribution: ReleasedDistribution }
  /** What everybody will see of a project that is not public; comes before the first request. */
  | { readonly type: 'disclosed'; readonly texts: readonly DisclosedText[] }
  | {
      readonly type: 'distribution-signed';
      readonly filename: string;
      readonly sha256: string;
      /** Who signed, and who vouched for it; absent where a key signed. */
      readonly identity?: string;
      readonly issuer?: string;
      /** Absent where no log was asked. */
      readonly logIndex?: string;
      readonly integratedTime?: Date;
    }
  | { readonly type: 'distribution-judged'; readonly verdict: DistributionVerdict }
  | { readonly type: 'publish-planned'; readonly plan: PublishPlan }
  | { readonly type: 'upload-started'; readonly file: PlannedFile }
  | { readonly type: 'upload-progress'; readonly file: PlannedFile; readonly bytes: number }
  /** Sent, or found to be there already. */
  | { readonly type: 'upload-finished'; readonly file: PublishedFile }
  | { readonly type: 'download-started'; readonly filename: string }
  | { readonly type: 'download-progress'; readonly filename: string; readonly bytes: number }
  | {
      readonly type: 'download-finished';
      readonly filename: string;
      readonly size: number;
      readonly sha256: string;
    }
);

/** What every stage takes last. */
export interface StageOptions {
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: ReleaseEvent) => void;
}

/** An event without the stage it happens in. */
export type StageEvent = ReleaseEvent extends infer Event
  ? Event extends ReleaseEvent
    ? Omit<Event, 'stage'>
    : never
  : never;

/** Runs the work of a stage between its first and its last event. */
export async function runStage<Result>(
  stage: ReleaseStage,
  { signal, onEvent }: StageOptions,
  work: (report: (event: StageEvent) => void) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const report = (event: StageEvent): void => onEvent?.({ ...event, stage });
  const start = performance.now();
  const elapsed = (): number => Math.round(performance.now() - start);
  report({ type: 'stage-started' });
  try {
    const result = await work(report);
    report({ type: 'stage-finished', milliseconds: elapsed() });
    return result;
  } catch (error) {
    report({ type: 'stage-failed', milliseconds: elapsed() });
    throw error;
  }
}

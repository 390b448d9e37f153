/**
 * What one call of a command says: stages as they pass, results for people, results for programs.
 *
 * A command says each thing once; whether it becomes lines or fields of one document is decided here.
 *
 * @module
 */

import type { ReleaseEvent } from '@wheelseal/pipeline';
import type { OutputOptions } from './output-options.ts';
import { printable } from './printable.ts';
import { createStageReport } from './stage-report.ts';
import type { Paint, Terminal } from './terminal.ts';

/** Lines in the colours of the stream they go to. */
export type Lines = (paint: Paint) => readonly string[];

/** Takes what a command has to say. */
export interface Report {
  /** Takes what the stages report. */
  readonly onEvent: (event: ReleaseEvent) => void;
  /** Prose on standard error. */
  note(lines: Lines): void;
  /** Something the reader should change, although the command goes on. */
  warn(message: string, hint?: string): void;
  /** Lines on standard output, and fields of the document. */
  result(fields: Readonly<Record<string, unknown>>, lines?: Lines): void;
  /** All fields so far. */
  fields(): Readonly<Record<string, unknown>>;
}

/** Makes the report of one call. */
export function createReport(terminal: Terminal, output: OutputOptions): Report {
  const { notes, results } = terminal;
  const stages = createStageReport(terminal, output);
  const warnings: string[] = [];
  let fields: Readonly<Record<string, unknown>> = {};

  const warn: Report['warn'] = (message, hint) => {
    warnings.push(message);
    notes.print(`${notes.paint.yellow('warning:')} ${printable(message)}`);
    if (hint !== undefined) notes.print(`  hint: ${printable(hint)}`);
  };
  return {
    onEvent(event) {
      if (event.type === 'warning') warn(event.message, event.hint);
      stages.onEvent(event);
    },
    note(lines) {
      if (!output.quiet) notes.print(...lines(notes.paint));
    },
    warn,
    result(more, lines) {
      fields = { ...fields, ...more };
      if (output.format === 'text' && lines !== undefined) results.print(...lines(results.paint));
    },
    fields: () => ({ ...stages.fields(), ...fields, warnings }),
  };
}

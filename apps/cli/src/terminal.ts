/**
 * Where text goes: results to standard output, everything else to standard error.
 *
 * Each line is masked here and nowhere else, so that no way to print leads around the mask.
 *
 * @module
 */

import pc from 'picocolors';
import type { Environment } from './environment.ts';
import type { OutputOptions } from './output-options.ts';
import type { Secrets } from './secrets.ts';

/** The part of a writable stream a command needs. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Functions that colour a text, or leave it alone. */
export type Paint = ReturnType<typeof pc.createColors>;

/** One of the two streams. */
export interface Channel {
  readonly paint: Paint;
  readonly width: number;
  /** Writes lines; takes a passing line away first. */
  readonly print: (...lines: readonly string[]) => void;
}

/** Both streams of one command. */
export interface Terminal {
  readonly results: Channel;
  readonly notes: Channel;
  /** Shows a line that the next one replaces; does nothing when nobody is looking. */
  readonly passing: (line: string) => void;
}

interface TerminalSettings {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly environment: Environment;
  readonly color: OutputOptions['color'];
  readonly secrets: Secrets;
}

const eraseLine = '\r\u001B[2K';

/** Puts a mask and colours over two streams. */
export function createTerminal({
  stdout,
  stderr,
  environment,
  color,
  secrets,
}: TerminalSettings): Terminal {
  const looking = stderr.isTTY === true && environment['TERM'] !== 'dumb' && !isCI(environment);
  let isPassing = false;
  const clear = (): void => {
    if (isPassing) stderr.write(eraseLine);
    isPassing = false;
  };
  const channel = (output: Output): Channel => ({
    paint: pc.createColors(hasColor(output, color, environment)),
    width: widthOf(output),
    print(...lines) {
      clear();
      for (const line of lines) output.write(`${secrets.mask(line)}\n`);
    },
  });
  const notes = channel(stderr);
  return {
    results: channel(stdout),
    notes,
    passing(line) {
      if (!looking) return;
      clear();
      // A line that wraps could not be taken away again; a secret that is cut could not be masked.
      stderr.write(notes.paint.dim(secrets.mask(line).slice(0, notes.width - 1)));
      isPassing = true;
    },
  };
}

/** Whether a machine reads along, so that nothing may be asked or redrawn. */
function isCI(environment: Environment): boolean {
  const value = environment['CI'];
  return value !== undefined && value !== '' && value !== 'false';
}

/** A terminal of no width is one that does not know its width. */
export function widthOf({ columns = 0 }: Output): number {
  return columns > 0 ? columns : 80;
}

function hasColor(
  output: Output,
  color: OutputOptions['color'],
  environment: Environment,
): boolean {
  if (color !== 'auto') return color === 'always';
  if (environment['NO_COLOR'] !== undefined && environment['NO_COLOR'] !== '') return false;
  return output.isTTY === true && environment['TERM'] !== 'dumb';
}

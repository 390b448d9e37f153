/**
 * What is going on right now, as one line that the next one replaces.
 *
 * @module
 */

import type { ReleaseEvent } from '@wheelseal/pipeline';
import { printable } from './printable.ts';

/** Describes an event in passing; undefined when there is nothing new to see. */
export function describeProgress(event: ReleaseEvent): string | undefined {
  const words = progressWords(event);
  return words === undefined ? undefined : ['…', event.stage, words].join(' ').trimEnd();
}

function progressWords(event: ReleaseEvent): string | undefined {
  const { type } = event;
  if (type === 'stage-started') return '';
  if (type === 'build-environment-created') return 'making a private virtual environment';
  if (type === 'build-started') return event.describe;
  if (type === 'build-output') return printable(event.line).trim();
  if (type === 'upload-started') return event.file.filename;
  if (type === 'upload-progress') {
    return `${event.file.filename} ${percent(event.bytes, event.file.size)}`;
  }
  if (type === 'download-started') return printable(event.filename);
  return undefined;
}

function percent(part: number, whole: number): string {
  return `${whole === 0 ? 100 : Math.floor((part / whole) * 100)} %`;
}

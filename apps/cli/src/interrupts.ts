/**
 * Signals that ask the process to end, as one abort and as a stream.
 *
 * A stage only wants to know that it is over; a command that runs another one hands each signal on.
 *
 * @module
 */

import { constants } from 'node:os';

/** A signal that asks the process to end. */
export type Interrupt = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

/** What the outside asks of a running command. */
export interface Interrupts {
  /** Whether programs started from here hear Ctrl-C by themselves, as everything in a terminal does. */
  readonly isShared: boolean;
  /** Aborts at the first interrupt. */
  readonly signal: AbortSignal;
  /** Calls back at every interrupt until the returned function is called. */
  subscribe(listener: (interrupt: Interrupt) => void): () => void;
}

/** The part of a process that signals come from. */
export interface SignalSource {
  on(event: Interrupt, listener: () => void): unknown;
  once(event: Interrupt, listener: () => void): unknown;
  off(event: Interrupt, listener: () => void): unknown;
}

const all = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens for interrupts of a process; the second one of a kind ends it in the system's own way. */
export function listenForInterrupts(source: SignalSource, isShared: boolean): Interrupts {
  const controller = new AbortController();
  for (const interrupt of all) {
    source.once(interrupt, () => controller.abort(abortBy(interrupt)));
  }
  return {
    isShared,
    signal: controller.signal,
    subscribe(listener) {
      const listeners = all.map((interrupt) => [interrupt, () => listener(interrupt)] as const);
      for (const [interrupt, call] of listeners) source.on(interrupt, call);
      return () => {
        for (const [interrupt, call] of listeners) source.off(interrupt, call);
      };
    },
  };
}

/** Which interrupt a signal aborted at; undefined when it did not, or for another reason. */
export function interruptOf({ reason }: AbortSignal): Interrupt | undefined {
  const cause: unknown = reason instanceof Error ? reason.cause : undefined;
  return all.find((interrupt) => interrupt === cause);
}

/** 130 for Ctrl-C, as shells count. */
export function interruptExitCode(interrupt: NodeJS.Signals): number {
  return 128 + constants.signals[interrupt];
}

function abortBy(interrupt: Interrupt): Error {
  const reason = new Error(`interrupted by ${interrupt}`, { cause: interrupt });
  reason.name = 'AbortError';
  return reason;
}

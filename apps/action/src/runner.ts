/**
 * The runner that a workflow step talks to.
 *
 * @module
 */

import * as core from '@actions/core';

/** The part of a runner that the action needs. */
export interface Runner {
  /** Value of an input; empty when it was left out. */
  readonly input: (name: string) => string;
  readonly setOutput: (name: string, value: string) => void;
  /** Keeps a value out of the log from now on. */
  readonly setSecret: (value: string) => void;
  readonly setFailed: (message: string) => void;
  readonly info: (message: string) => void;
  readonly warning: (message: string) => void;
  readonly error: (message: string, title: string) => void;
  /** Asks for an identity token of this job. */
  readonly identityToken: (audience: string) => Promise<string>;
  /** Adds to the summary of the job, where there is one. */
  readonly addSummary: (markdown: string) => Promise<void>;
}

/** The runner of this process. */
export function createRunner(environment: Readonly<Record<string, string | undefined>>): Runner {
  return {
    input: (name) => core.getInput(name),
    setOutput: core.setOutput,
    setSecret: core.setSecret,
    setFailed: core.setFailed,
    info: core.info,
    warning: (message) => core.warning(message),
    error: (message, title) => core.error(message, { title }),
    identityToken: (audience) => core.getIDToken(audience),
    async addSummary(markdown) {
      // Not every runner that understands actions has one.
      if (environment['GITHUB_STEP_SUMMARY'] === undefined) return;
      // A release that is done is done, also where its summary cannot be written.
      await core.summary
        .addRaw(markdown)
        .write()
        .catch((error: unknown) => core.warning(String(error)));
    },
  };
}

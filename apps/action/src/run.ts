/**
 * The whole action as one function: everything it touches is passed in.
 *
 * @module
 */

import { join } from 'node:path';
import { formatError, isCodedError, secretMask } from '@wheelseal/errors';
import type { ReleaseEvent } from '@wheelseal/pipeline';
import { fileRecords } from './file-records.ts';
import type { FileRecord } from './file-records.ts';
import { InputError } from './inputs.ts';
import type { Inputs } from './inputs.ts';
import { perform } from './perform.ts';
import type { Performed } from './perform.ts';
import type { Runner } from './runner.ts';
import { formatSummary } from './summary.ts';

/** Maps inputs to calls of the pipeline, and their results to outputs. Throws nothing. */
export async function run(read: () => Inputs, runner: Runner, signal?: AbortSignal): Promise<void> {
  const events: ReleaseEvent[] = [];
  let mask = secretMask([]);
  let title = 'failed';
  try {
    const inputs = await withIdentityToken(read(), runner);
    for (const secret of inputs.secrets) runner.setSecret(secret);
    mask = secretMask(inputs.secrets);
    title = `${inputs.command} failed`;
    const done = await perform(inputs, {
      onEvent: (event) => {
        if (!event.type.endsWith('-progress')) events.push(event);
        tell(event, runner, mask);
      },
      ...(signal && { signal }),
    });
    title = `${inputs.command} of ${done.name} ${done.version}`;
    setOutputs(done, fileRecords(events), runner);
    runner.setOutput('error-code', '');
    await runner.addSummary(formatSummary({ title, files: fileRecords(events) }));
  } catch (error) {
    const files = fileRecords(events);
    const failure = mask(formatError(error));
    runner.setOutput('json', mask(JSON.stringify({ schemaVersion: 1, files })));
    runner.setOutput('error-code', isCodedError(error) ? error.code : 'UNEXPECTED');
    runner.setFailed(failure);
    await runner.addSummary(mask(formatSummary({ title, files, failure })));
  }
}

const signing: ReadonlySet<string> = new Set(['release', 'sign']);

/** A job that may ask for a token needs none in its environment. */
async function withIdentityToken(inputs: Inputs, runner: Runner): Promise<Inputs> {
  const { command, environment, secrets } = inputs;
  if (!signing.has(command) || (environment['SIGSTORE_ID_TOKEN'] ?? '') !== '') return inputs;
  const token = await runner.identityToken('sigstore').catch((cause: unknown) => {
    throw new InputError('this job gets no identity token to sign with', {
      code: 'TOKEN_MISSING',
      hint: 'Give the job `permissions: { id-token: write }`, or set `identity-token`.',
      cause,
    });
  });
  return {
    ...inputs,
    environment: { ...environment, SIGSTORE_ID_TOKEN: token },
    secrets: [...secrets, token],
  };
}

function setOutputs(
  { name, version, directory }: Performed,
  files: readonly FileRecord[],
  runner: Runner,
): void {
  const [first] = files;
  const names = files.map(({ filename }) => filename);
  const outputs = {
    name,
    version,
    directory,
    manifest: join(directory, 'release.json'),
    identity: first?.identity ?? '',
    issuer: first?.issuer ?? '',
    files: names.join('\n'),
    bundles: names.map((filename) => join(directory, `${filename}.sigstore.json`)).join('\n'),
    json: JSON.stringify({ schemaVersion: 1, name, version, files }),
  };
  for (const [output, value] of Object.entries(outputs)) runner.setOutput(output, value);
}

function tell(event: ReleaseEvent, runner: Runner, mask: (text: string) => string): void {
  const { stage, type } = event;
  if (type === 'warning')
    runner.warning(mask([event.message, event.hint].filter(Boolean).join('. ')));
  if (type === 'disclosed') {
    const values = event.texts.map(({ value }) => value);
    runner.warning(mask(`everybody will see, for ever: ${values.join(', ')}`));
  }
  if (type === 'build-output') runner.info(mask(event.line));
  if (type === 'stage-started') runner.info(`${stage} …`);
  if (type === 'stage-finished') runner.info(`${stage} took ${event.milliseconds} ms`);
  if (type === 'distribution-signed') {
    const where = event.logIndex === undefined ? '' : `, log index ${event.logIndex}`;
    runner.info(`${event.filename} signed${where}`);
  }
  if (type === 'upload-finished') runner.info(`${event.file.filename} ${event.file.outcome}`);
  if (type !== 'distribution-judged') return;
  const { verdict } = event;
  if (verdict.status === 'verified') runner.info(`Verified OK: ${verdict.filename}`);
  else runner.error(mask(formatError(verdict.error)), mask(verdict.filename));
}

/**
 * The commands of the action, each a few calls of the pipeline.
 *
 * @module
 */

import {
  assertVerified,
  downloadVerified,
  openServices,
  projectEdits,
  publishRelease,
  readContinuousIntegration,
  readRelease,
  runRelease,
  signRelease,
  verifyRelease,
} from '@wheelseal/pipeline';
import type {
  ContinuousIntegration,
  Release,
  ReleaseServices,
  StageOptions,
} from '@wheelseal/pipeline';
import { InputError } from './inputs.ts';
import type { ActionCommand, Inputs } from './inputs.ts';

/** What a command has to say when it is done. */
export interface Performed {
  readonly name: string;
  readonly version: string;
  /** Absolute path of the folder with the distributions. */
  readonly directory: string;
}

interface Call {
  readonly inputs: Inputs;
  readonly settings: ContinuousIntegration;
  readonly services: ReleaseServices;
  readonly options: StageOptions;
}

/** Does what the inputs ask for. */
export async function perform(inputs: Inputs, options: StageOptions): Promise<Performed> {
  const settings = readContinuousIntegration(inputs.environment);
  const services = openServices(settings);
  return performers[inputs.command]({ inputs, settings, services, options });
}

const performers: Readonly<Record<ActionCommand, (call: Call) => Promise<Performed>>> = {
  async release({ inputs, settings, services, options }) {
    const { name, homepage } = inputs;
    const { release } = await runRelease(
      {
        project: inputs.project,
        directory: inputs.distributions,
        edits: {
          ...projectEdits(settings),
          ...(name !== undefined && { name }),
          ...(homepage !== undefined && { homepage }),
        },
        services,
        environment: inputs.environment,
        build: inputs.build,
      },
      options,
    );
    return release;
  },

  async sign(call) {
    return signRelease(await releaseOf(call), await call.services.signing(), call.options);
  },

  async verify(call) {
    const release = await releaseOf(call);
    const verdict = await verifyRelease(release, await call.services.verification(), call.options);
    assertVerified(verdict);
    return release;
  },

  async publish(call) {
    const { services, options } = call;
    const release = await releaseOf(call);
    const ports = { ...(await services.verification()), ...(await services.registries()) };
    await publishRelease(
      release,
      { ...ports, destination: services.destination(release) },
      options,
    );
    return release;
  },

  async download({ inputs, services, options }) {
    const { name, version, outputDirectory: directory } = inputs;
    if (name === undefined || version === undefined) {
      throw new InputError('`download` needs `name` and `version`', {
        code: 'INPUT_INVALID',
        hint: 'Name one version under `with:` of this step.',
      });
    }
    const destination = services.destination({ name, version });
    return downloadVerified(
      { name, version, package: destination.package, packageVersion: destination.version },
      { ...(await services.verification()), ...(await services.registries()) },
      { ...options, directory },
    );
  },
};

async function releaseOf({ inputs, options }: Call): Promise<Release> {
  return readRelease(inputs.distributions, options.signal && { signal: options.signal });
}

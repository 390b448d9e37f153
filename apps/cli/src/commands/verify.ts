/**
 * `wheelseal verify`: are the distributions from whom they must be?
 *
 * @module
 */

import type { CommandDefinition } from '../command-definition.ts';
import { distributionsFlag, logFlag, signerFlags, trustFlag } from '../flags.ts';
import { foldersOf } from '../folders.ts';
import { trustFields, trustLines } from '../trust-lines.ts';

/** Variables that compose the expected signer when none is named, and cosign's for whom to trust. */
export const signerVariables: CommandDefinition['variables'] = [
  ['CI_CONFIG_REF_URI', 'the signer, when this very pipeline signed'],
  ['CI_SERVER_URL, CI_PROJECT_PATH', 'the same on GitLab before 18.11, with'],
  ['CI_COMMIT_REF_NAME, CI_COMMIT_TAG', 'the branch or tag of the pipeline'],
  ['SIGSTORE_ROOT_FILE', 'trust as cosign takes it: Fulcio,'],
  ['SIGSTORE_REKOR_PUBLIC_KEY', 'its transparency log,'],
  ['SIGSTORE_CT_LOG_PUBLIC_KEY_FILE', 'its certificate log, and if there is one'],
  ['SIGSTORE_TSA_CERTIFICATE_FILE', 'its timestamp authority'],
  ['WHEELSEAL_CACHE_DIR', 'folder for what TUF says'],
];

/** Verifies the distributions in a folder. */
export const verify: CommandDefinition = {
  name: 'verify',
  summary: 'verify the signatures beside the distributions',
  description:
    'Verifies every wheel and sdist by its FILE.sigstore.json, or by FILE.sig and FILE.crt, and says what became of each: exit code 3 when one was refused, 5 when one is not signed, never 0 when nothing was verified. FILE.sig and FILE.crt need the transparency log, a bundle does not.',
  operands: [['[DIR]', 'folder of the project, this one when left out']],
  flags: [distributionsFlag, ...signerFlags, trustFlag, logFlag],
  variables: signerVariables,
  examples: [
    ['wheelseal verify', 'in the GitLab pipeline that signed'],
    [
      'wheelseal verify --gitlab-project group/demo --ref refs/tags/1.0.0',
      'what a release pipeline of group/demo signed',
    ],
  ],
  async perform(invocation) {
    const pipeline = await import('@wheelseal/pipeline');
    const { report, interrupts, environment } = invocation;
    const options = { signal: interrupts.signal, onEvent: report.onEvent };
    const services = pipeline.openServices(pipeline.readContinuousIntegration(environment));
    const release = await pipeline.readRelease(foldersOf(invocation).distributions, {
      signal: interrupts.signal,
    });
    const ports = await services.verification();
    const verdict = await pipeline.verifyRelease(release, ports, options);
    const { name, version, verified } = verdict;
    report.result({ name, version, directory: release.directory, verified, ...trustFields(ports) });
    report.note(trustLines(ports));
    pipeline.assertVerified(verdict);
    return {};
  },
};

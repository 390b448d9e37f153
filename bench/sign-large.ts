/**
 * Is a large file signed and verified in memory that stays flat?
 *
 * @module
 */

import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import type { Benchmark } from './benchmark.ts';
import { runBuilt } from './process.ts';
import { withTemporaryFiles } from './temporary-files.ts';

const large = 4096;
const small = 1;
const allowed = 150;

/** Looks at one process from its start to its end; the sandbox runs in this one. */
export const signLarge: Benchmark = {
  name: 'sign-large',
  question: `4 GiB: measured, signed and verified within ${allowed} MB, with Rekor 1 and Rekor 2`,
  async run(print) {
    await withTemporaryFiles([large, small], async ([path = '', smallPath = '']) => {
      await using sandbox = await startSandbox();
      const { signingConfig, rekorTiles } = sandbox.trust;
      const peaks: number[] = [];
      for (const config of [signingConfig, rekorTiles.signingConfig]) {
        const [kind, peak, lines] = await signAndVerify(path, config, sandbox);
        const [, peakOfSmall] = await signAndVerify(smallPath, config, sandbox);
        print(`${kind}: ${lines}`);
        print(`  peak memory ${peak} MB, for a file of 1 MiB ${peakOfSmall} MB`);
        peaks.push(peak);
      }
      const highest = Math.max(...peaks);
      if (highest <= allowed) return;
      throw new Error(`the peak memory is ${highest} MB, allowed are ${allowed} MB`);
    });
  },
};

async function signAndVerify(
  path: string,
  config: string,
  sandbox: Sandbox,
): Promise<readonly [kind: string, peak: number, lines: string]> {
  const { environment, trust } = sandbox;
  const { CERTIFICATE_IDENTITY: subject = '', CERTIFICATE_OIDC_ISSUER: issuer = '' } = environment;
  const parameters = [path, config, trust.trustedRoot, subject, issuer];
  const { seconds, output } = await runBuilt('sign-file.js', parameters, {
    SIGSTORE_ID_TOKEN: await sandbox.mintToken(),
  });
  const [kind = '', ...lines] = output.split('\n');
  const peak = Number(/^peak (\d+) MB$/.exec(lines.pop() ?? '')?.[1]);
  // Not a number is above every bound.
  if (Number.isNaN(peak)) throw new Error(`the process printed no peak: ${output}`);
  return [kind, peak, `${seconds.toFixed(2)} s: ${lines.join(', ')}`];
}

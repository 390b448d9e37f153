/**
 * Are the signatures of a release verified about as fast as others verify them?
 *
 * @module
 */

import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { measureDistribution } from '@wheelseal/distributions';
import { startSandbox, type Sandbox } from '@wheelseal/sandbox';
import { createSigner, parseIdentityToken, parseSigningConfig } from '@wheelseal/signing';
import { alternate, show, type Timing } from './alternate.ts';
import type { Benchmark } from './benchmark.ts';
import { writeWheels } from './sample-wheels.ts';
import { withTemporaryFolder } from './temporary-files.ts';
import { findVerifyingTools, type SignedBatch, type VerifyingTool } from './verifying-tools.ts';

const counts = [1, 10, 100, 500];
const rounds = 7;

/** The library's time, at most so much of another's. */
const goals = [
  { name: 'cosign 3', count: 1, ratio: 1.5 },
  { name: 'sigstore-python', count: 500, ratio: 0.5 },
];

/** Compares whole processes over the same files. */
export const verifyBatch: Benchmark = {
  name: 'verify-batch',
  question: '1, 10, 100 and 500 bundles of one batch: we beside cosign 3 and sigstore-python',
  async run(print) {
    const { tools, missing } = await findVerifyingTools();
    for (const name of missing) print(`not here: ${name}`);
    await withTemporaryFolder(async (folder) => {
      await using sandbox = await startSandbox();
      const whole = await signWheels(join(folder, 'all'), Math.max(...counts), sandbox);
      for (const count of counts) {
        const batch = await firstOf(whole, count, join(folder, String(count)));
        const those = tools.filter(({ most = count }) => count <= most);
        const timings = await alternate(
          those.map((tool) => async () => tool.verify(batch)),
          rounds,
        );
        print(`${count === 1 ? '1 bundle' : `${count} bundles`}, ${rounds} rounds in turns`);
        for (const line of linesOf(those, timings, count)) print(`  ${line}`);
      }
    });
  },
};

async function signWheels(folder: string, count: number, sandbox: Sandbox): Promise<SignedBatch> {
  await mkdir(folder);
  const paths = await writeWheels(folder, count);
  const { environment, trust } = sandbox;
  const { CERTIFICATE_IDENTITY: subject = '', CERTIFICATE_OIDC_ISSUER: issuer = '' } = environment;
  const { trustedRoot, trustConfig, signingConfig } = trust;
  const signer = createSigner(parseSigningConfig(await readFile(signingConfig, 'utf8')));
  const files = await Promise.all(paths.map(async (path) => measureDistribution(path)));
  const token = parseIdentityToken(await sandbox.mintToken());
  for (const { filename, bundle = '' } of await signer.sign(files, token)) {
    await writeFile(join(folder, `${filename}.sigstore.json`), bundle);
  }
  return { folder, paths, trustedRoot, trustConfig, subject, issuer };
}

/** A folder with so many of the files, because a command takes all that lie in one. */
async function firstOf(batch: SignedBatch, count: number, folder: string): Promise<SignedBatch> {
  await mkdir(folder);
  const paths: string[] = [];
  for (const path of batch.paths.slice(0, count)) {
    const copy = join(folder, basename(path));
    await copyFile(path, copy);
    await copyFile(`${path}.sigstore.json`, `${copy}.sigstore.json`);
    paths.push(copy);
  }
  return { ...batch, folder, paths };
}

function* linesOf(
  tools: readonly VerifyingTool[],
  timings: readonly Timing[],
  count: number,
): Generator<string> {
  const [ours] = timings;
  for (const [index, { name }] of tools.entries()) {
    const timing = timings[index];
    if (ours === undefined || timing === undefined) continue;
    const ratio = (ours.median / timing.median).toFixed(2);
    const goal = goals.find((one) => one.name === name && one.count === count);
    const against = index === 0 ? '' : `, ours is ${ratio} of it`;
    yield `${name.padEnd(18)} ${show(timing)}${against}${goal ? `, goal ${goal.ratio}` : ''}`;
  }
}

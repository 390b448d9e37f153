import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { measureRelease, readRelease, signRelease } from '@wheelseal/pipeline';
import type { IdentityToken, Signer } from '@wheelseal/signing';
import { expect, test } from 'vitest';
import { fakeSigner, refusal, token } from './fake-ports.ts';
import { sampleWheel, sdistName, wheelName, writeSamples } from './sample-distributions.ts';
import { contentsOf, listing, recorder, temporaryFolder, writeFiles } from './workplace.ts';

async function sampleRelease() {
  const folder = await temporaryFolder();
  await writeSamples(folder);
  return { folder, release: await measureRelease(folder) };
}

test('writes every form of the signature beside each distribution', async () => {
  const { folder, release } = await sampleRelease();
  const { onEvent, of } = recorder();

  const signed = await signRelease(release, { signer: fakeSigner(), token }, { onEvent });

  expect(await listing(folder)).toEqual(
    [wheelName, sdistName]
      .flatMap((name) => [name, `${name}.crt`, `${name}.sig`, `${name}.sigstore.json`])
      .concat('release.json')
      .toSorted(),
  );
  const [wheel] = signed.distributions;
  expect(await readFile(join(folder, `${wheelName}.sig`), 'utf8')).toBe(
    `signature ${wheel?.sha256}`,
  );
  expect((await stat(join(folder, `${wheelName}.sig`))).mode & 0o777).toBe(0o644);
  expect(wheel?.signatures.map(({ kind }) => kind)).toEqual(['bundle', 'signature', 'certificate']);
  expect(await readRelease(folder)).toEqual(signed);
  expect(of('distribution-signed')).toMatchObject([
    { filename: wheelName, logIndex: '0', issuer: 'https://gitlab.test' },
    { filename: sdistName, logIndex: '1' },
  ]);
});

test('shows what everybody will see before it signs', async () => {
  const { release } = await sampleRelease();
  const order: string[] = [];
  const inner = fakeSigner();
  const signer: Signer = {
    sign: async (...call) => {
      order.push('sign');
      return inner.sign(...call);
    },
  };
  const secret: IdentityToken = {
    ...token,
    claims: { project_path: 'group/secret', ci_config_ref_uri: 'gitlab.com/group/secret//x@y' },
  };
  const { onEvent, of } = recorder();

  await signRelease(
    release,
    { signer, token: secret, isDisclosed: true },
    {
      onEvent: (event) => {
        onEvent(event);
        if (event.type === 'disclosed') order.push('shown');
      },
    },
  );
  await signRelease(release, { signer, token: secret }, { onEvent });

  expect(order).toEqual(['shown', 'sign', 'sign']);
  const [{ texts } = { texts: [] }, ...others] = of('disclosed');
  expect(others).toEqual([]);
  expect(texts.map(({ value }) => value)).toEqual(
    expect.arrayContaining([
      'https://gitlab.com/group/secret//x@y',
      'https://gitlab.com/group/secret',
      ...release.distributions.map(({ sha256 }) => sha256),
    ]),
  );
});

test('does not change the release it was given', async () => {
  const { release } = await sampleRelease();
  const before = structuredClone(release);

  await signRelease(release, { signer: fakeSigner(), token });

  expect(release).toEqual(before);
});

test('signs all files with one call', async () => {
  const { release } = await sampleRelease();
  const batches: string[][] = [];
  const inner = fakeSigner();

  await signRelease(release, {
    token,
    signer: {
      sign: async (files, ...rest) => {
        batches.push(files.map(({ filename }) => filename));
        return inner.sign(files, ...rest);
      },
    },
  });

  expect(batches).toEqual([[wheelName, sdistName]]);
});

test('replaces the signatures of an earlier run', async () => {
  const { folder, release } = await sampleRelease();
  await writeFiles(folder, {
    [`${wheelName}.sig`]: 'stale',
    [`${wheelName}.sigstore.json`]: 'stale',
  });
  const stale = await readRelease(folder);
  await writeFiles(folder, { [`${wheelName}.sig`]: 'changed since' });

  const signed = await signRelease(stale, { signer: fakeSigner(), token });

  expect(await readRelease(folder)).toEqual(signed);
  expect(signed.distributions.map(({ sha256 }) => sha256)).toEqual(
    release.distributions.map(({ sha256 }) => sha256),
  );
});

test('writes nothing when the signer fails', async () => {
  const { folder, release } = await sampleRelease();
  const before = await contentsOf(folder);
  const signer = {
    sign: async () => {
      throw refusal('CERTIFICATE_REFUSED', 'no certificate');
    },
  };

  await expect(signRelease(release, { signer, token })).rejects.toMatchObject({
    code: 'CERTIFICATE_REFUSED',
  });
  expect(await contentsOf(folder)).toEqual(before);
});

test('writes nothing when the signer leaves a file out', async () => {
  const { folder, release } = await sampleRelease();
  const before = await contentsOf(folder);
  const inner = fakeSigner();
  const signer: Signer = {
    sign: async (...call) => (await inner.sign(...call)).slice(1),
  };

  await expect(signRelease(release, { signer, token })).rejects.toMatchObject({
    code: 'SIGNATURE_MISSING',
    message: expect.stringContaining(wheelName),
    hint: 'Sign again.',
  });
  expect(await contentsOf(folder)).toEqual(before);
});

test('does not take a signature for other bytes', async () => {
  const { folder, release } = await sampleRelease();
  const before = await contentsOf(folder);
  const inner = fakeSigner();
  const signer: Signer = {
    sign: async (...call) =>
      (await inner.sign(...call)).map((signed) => ({ ...signed, sha256: '0'.repeat(64) })),
  };

  await expect(signRelease(release, { signer, token })).rejects.toMatchObject({
    code: 'SIGNATURE_MISSING',
  });
  expect(await contentsOf(folder)).toEqual(before);
});

test('does not sign a file that changed after it was measured', async () => {
  const { folder, release } = await sampleRelease();
  await writeFiles(folder, { [wheelName]: sampleWheel({ content: 'other' }).bytes });
  const before = await contentsOf(folder);

  await expect(signRelease(release, { signer: fakeSigner(), token })).rejects.toMatchObject({
    code: 'RELEASE_CHANGED',
    message: expect.stringContaining(wheelName),
    hint: expect.any(String),
  });
  expect(await contentsOf(folder)).toEqual(before);
});

test('a release without distributions is nothing to sign', async () => {
  const { release } = await sampleRelease();

  await expect(
    signRelease({ ...release, distributions: [] }, { signer: fakeSigner(), token }),
  ).rejects.toMatchObject({ code: 'NOTHING_TO_RELEASE' });
});

test('warns, and takes away what contradicts the bundle, where a bundle is all there is', async () => {
  const { folder, release } = await sampleRelease();
  await signRelease(release, { signer: fakeSigner(), token });
  const inner = fakeSigner();
  const { onEvent, of } = recorder();

  const signed = await signRelease(
    release,
    {
      token,
      signer: {
        sign: async (files, ...rest) =>
          (await inner.sign(files, ...rest)).map(({ filename, sha256, bundle = '' }) => ({
            filename,
            sha256,
            bundle,
            needsBundle: true,
          })),
      },
    },
    { onEvent },
  );

  expect(await listing(folder)).toEqual(
    [wheelName, sdistName]
      .flatMap((name) => [name, `${name}.sigstore.json`])
      .concat('release.json')
      .toSorted(),
  );
  expect(signed.distributions[0]?.signatures).toMatchObject([{ kind: 'bundle' }]);
  expect(of('warning')).toMatchObject([{ message: expect.stringContaining('Rekor v2') }]);
});

test('writes statements, and leaves the signatures of the file as they are', async () => {
  const { folder, release } = await sampleRelease();
  await signRelease(release, { signer: fakeSigner(), token });
  const before = await contentsOf(folder);
  const wanted: unknown[] = [];

  const signed = await signRelease(release, {
    token,
    shapes: [],
    attestation: true,
    signer: {
      sign: async (files, _, options) => {
        wanted.push(options?.shapes, options?.attestation);
        return files.map(({ filename, sha256 }) => ({
          filename,
          sha256,
          needsBundle: false,
          attestation: `attestation ${sha256}`,
        }));
      },
    },
  });

  expect(wanted).toEqual([[], true]);
  const { 'release.json': _, ...after } = await contentsOf(folder);
  const { 'release.json': __, ...kept } = before;
  expect(after).toMatchObject(kept);
  expect(await readFile(join(folder, `${wheelName}.publish.attestation`), 'utf8')).toMatch(
    /^attestation /,
  );
  expect(signed.distributions[0]?.signatures.map(({ kind }) => kind)).toEqual([
    'bundle',
    'signature',
    'certificate',
    'attestation',
  ]);
  expect(await readRelease(folder)).toEqual(signed);
});

import { readRelease, publishRelease } from '@wheelseal/pipeline';
import { expect, test } from 'vitest';
import { fakeRegistries, fakeVerifier, policy, refusal } from './fake-ports.ts';
import { signedRelease } from './fake-release.ts';
import { sampleWheel, sdistName, wheelName } from './sample-distributions.ts';
import { contentsOf, recorder, writeFiles } from './workplace.ts';

const destination = { package: 'demo', version: '1.0.0' };
const signatures = [`${wheelName}.sig`, `${wheelName}.crt`, `${sdistName}.sigstore.json`];
const everything = [...signatures, wheelName, sdistName, 'release.json'];

function portsOf(registries: ReturnType<typeof fakeRegistries>) {
  return { ...registries, verifier: fakeVerifier(), policy, destination };
}

test('signatures go first, then distributions, the manifest last', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  const before = await contentsOf(release.directory);
  const { onEvent, of } = recorder();

  const { plan, files } = await publishRelease(release, portsOf(registries), { onEvent });

  expect(registries.sent()).toEqual(everything);
  expect(plan.files.map(({ action }) => action)).toEqual(everything.map(() => 'upload'));
  expect(files.map(({ filename, outcome }) => [filename, outcome])).toEqual(
    everything.map((name) => [name, 'uploaded']),
  );
  expect([...registries.generic.keys()]).toContain(`demo/1.0.0/${wheelName}.sig`);
  expect(of('publish-planned')).toHaveLength(1);
  expect(of('upload-finished')).toHaveLength(everything.length);
  expect(await contentsOf(release.directory)).toEqual(before);
});

test('a second run sends nothing', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  await publishRelease(release, portsOf(registries));
  registries.calls.length = 0;

  const { files } = await publishRelease(release, portsOf(registries));

  expect(registries.sent()).toEqual([]);
  expect(new Set(files.map(({ outcome }) => outcome))).toEqual(new Set(['already-present']));
});

test('uploads of signatures never overlap, those of distributions may', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  const open = { put: 0, upload: 0 };
  const most = { put: 0, upload: 0 };
  registries.hooks.before = async ({ call }) => {
    if (call !== 'put' && call !== 'upload') return;
    most[call] = Math.max(most[call], (open[call] += 1));
    await new Promise((resolve) => setTimeout(resolve, 20));
    open[call] -= 1;
  };

  await publishRelease(release, portsOf(registries));

  expect(most).toEqual({ put: 1, upload: 2 });
});

test('a dry run tells what would be sent, and sends nothing', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  registries.generic.set(`demo/1.0.0/${wheelName}.crt`, Buffer.from('certificate'));

  const { plan, files } = await publishRelease(release, portsOf(registries), { dryRun: true });

  expect(plan.files.map(({ filename, action }) => [filename, action])).toEqual(
    everything.map((name) => [name, name.endsWith('.crt') ? 'skip' : 'upload']),
  );
  expect(files).toEqual([]);
  expect(registries.sent()).toEqual([]);
});

test('other bytes under a name stop everything before anything is sent', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  // The digest that the index claims is the right one: only the bytes tell.
  const claimed = release.distributions[0]?.sha256;
  registries.pypi.push({
    filename: wheelName,
    bytes: sampleWheel({ content: 'x' }).bytes,
    ...(claimed !== undefined && { sha256: claimed }),
  });
  registries.generic.set(`demo/1.0.0/${wheelName}.sig`, Buffer.from('other'));

  await expect(publishRelease(release, portsOf(registries))).rejects.toMatchObject({
    code: 'PUBLISH_CONFLICT',
    message: expect.stringMatching(/\.whl\.sig`.*\.whl`/),
    hint: expect.stringContaining('version'),
    plan: { files: expect.arrayContaining([expect.objectContaining({ action: 'conflict' })]) },
  });
  expect(registries.sent()).toEqual([]);
});

test('a copy with other bytes among the same ones is a conflict', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  registries.pypi.push(
    { filename: wheelName, bytes: sampleWheel().bytes },
    { filename: wheelName, bytes: sampleWheel({ content: 'x' }).bytes },
  );

  await expect(publishRelease(release, portsOf(registries))).rejects.toMatchObject({
    code: 'PUBLISH_CONFLICT',
  });
});

test('verifies before anything is sent', async () => {
  const release = await signedRelease();
  await writeFiles(release.directory, { [`${wheelName}.sig`]: 'signature of something else' });
  const registries = fakeRegistries();

  const publishing = publishRelease(await readRelease(release.directory), portsOf(registries));

  await expect(publishing).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    verdict: { verified: false },
  });
  expect(registries.calls).toEqual([]);
});

test('does not publish what is not signed, whatever lies beside it', async () => {
  const release = await signedRelease();
  const unsigned = {
    ...release,
    distributions: release.distributions.map((one) => ({ ...one, signatures: [] })),
  };
  const registries = fakeRegistries();

  await expect(publishRelease(unsigned, portsOf(registries))).rejects.toMatchObject({
    code: 'SIGNATURE_MISSING',
  });
  expect(registries.calls).toEqual([]);
});

test('does not publish a file that changed', async () => {
  const release = await signedRelease();
  await writeFiles(release.directory, { [wheelName]: sampleWheel({ content: 'x' }).bytes });
  const registries = fakeRegistries();

  await expect(publishRelease(release, portsOf(registries))).rejects.toMatchObject({
    code: 'VERIFICATION_FAILED',
    cause: { code: 'DISTRIBUTION_CHANGED' },
  });
  expect(registries.calls).toEqual([]);
});

test.for(everything)('a run that was cut off at `%s` is finished by the next one', async (name) => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  registries.hooks.before = ({ call, filename }) => {
    if (filename === name && (call === 'put' || call === 'upload')) throw new Error('cut off');
  };
  await expect(publishRelease(release, portsOf(registries))).rejects.toThrow('cut off');
  expect(registries.sent()).not.toContain(name === 'release.json' ? 'none' : 'release.json');

  delete registries.hooks.before;
  const { files } = await publishRelease(release, portsOf(registries));

  expect(files.map(({ filename }) => filename)).toEqual(everything);
  expect(registries.pypi.map(({ filename }) => filename).toSorted()).toEqual([
    wheelName,
    sdistName,
  ]);
  expect(registries.generic.size).toBe(signatures.length + 1);
});

test('no distribution is sent when a signature was not', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  registries.hooks.before = ({ call }) => {
    if (call === 'put') throw refusal('REGISTRY_FORBIDDEN', 'no');
  };

  await expect(publishRelease(release, portsOf(registries))).rejects.toMatchObject({
    code: 'REGISTRY_FORBIDDEN',
  });
  expect(registries.sent()).toEqual([`${wheelName}.sig`]);
});

test.for(['REGISTRY_UNREACHABLE', 'REGISTRY_UNAVAILABLE', 'REGISTRY_CONFLICT'])(
  'an upload that arrived although it failed with %s counts',
  async (code) => {
    const release = await signedRelease();
    const registries = fakeRegistries();
    registries.hooks.before = ({ call, filename }) => {
      if (call !== 'upload' || filename !== wheelName) return;
      registries.pypi.push({ filename, bytes: sampleWheel().bytes });
      throw refusal(code, 'the answer got lost');
    };

    const { files } = await publishRelease(release, portsOf(registries));

    expect(files).toContainEqual(
      expect.objectContaining({ filename: wheelName, outcome: 'already-present' }),
    );
  },
);

test('somebody who was faster with other bytes is a conflict', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  registries.hooks.before = ({ call, filename }) => {
    if (call !== 'upload' || filename !== wheelName) return;
    registries.pypi.push({ filename, bytes: sampleWheel({ content: 'x' }).bytes });
  };

  await expect(publishRelease(release, portsOf(registries))).rejects.toMatchObject({
    code: 'PUBLISH_CONFLICT',
  });
});

test('an upload that failed and left nothing fails with its own error', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  registries.hooks.before = ({ call }) => {
    if (call === 'upload') throw refusal('REGISTRY_UNAVAILABLE', '502');
  };

  await expect(publishRelease(release, portsOf(registries))).rejects.toMatchObject({
    code: 'REGISTRY_UNAVAILABLE',
  });
  expect(registries.sent()).not.toContain('release.json');
});

test('warns of a distribution of this version that is not ours', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  const stranger = 'demo-1.0-cp311-cp311-win_amd64.whl';
  registries.pypi.push(
    { filename: stranger, bytes: Buffer.from('x') },
    { filename: 'demo-0.9.tar.gz', bytes: Buffer.from('x') },
  );
  const { onEvent, of } = recorder();

  await publishRelease(release, portsOf(registries), { onEvent });

  expect(of('warning')).toMatchObject([
    { message: expect.stringContaining(stranger), hint: expect.any(String) },
  ]);
});

test('an abort between two files ends the run', async () => {
  const release = await signedRelease();
  const registries = fakeRegistries();
  const controller = new AbortController();
  registries.hooks.before = ({ call }) => {
    if (call === 'put') controller.abort();
  };

  await expect(
    publishRelease(release, portsOf(registries), { signal: controller.signal }),
  ).rejects.toMatchObject({ name: 'AbortError' });
  expect(registries.sent()).toEqual([`${wheelName}.sig`]);
});

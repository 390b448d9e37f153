import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '@wheelseal/sandbox';
import type { Sandbox } from '@wheelseal/sandbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bin, wheelsealProcess } from './child.ts';
import { writeDistributions } from './distribution-files.ts';
import { documentOf, temporaryFolder } from './harness.ts';

let sandbox: Sandbox;

beforeAll(async () => {
  sandbox = await startSandbox({ projectName: 'demo' });
});

afterAll(async () => {
  await sandbox.close();
});

interface Manifest {
  readonly version: string;
  readonly engines: { readonly node: string };
}

const manifest: Manifest = JSON.parse(
  await readFile(new URL('../package.json', import.meta.url), 'utf8'),
);

test('runs without anything built', async () => {
  await expect(wheelsealProcess(['--version'])).resolves.toEqual({
    exitCode: 0,
    stdout: `${manifest.version}\n`,
    stderr: '',
  });
});

test.for(['22.22.1', '22.9.0', '20.20.2', '8.17.0'])(
  'refuses Node %s in one line',
  async (version) => {
    const pretend = `Object.defineProperty(process.versions, 'node', { value: '${version}' })`;

    const called = await wheelsealProcess(['--version'], {
      execArgv: ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`],
    });

    expect(called).toMatchObject({ exitCode: 2, stdout: '' });
    expect(called.stderr).toMatch(/^wheelseal needs Node 22\.22\.2 or newer, this is .+\n$/);
  },
);

test('needs the Node that the package says', async () => {
  await expect(readFile(bin, 'utf8')).resolves.toContain('const needed = [22, 22, 2];');
  expect(manifest.engines.node).toBe('>=22.22.2');
});

test('takes each stage as a process, with only `dist` between them', async () => {
  const { environment } = sandbox;
  const stage = async (command: string, dist?: string): Promise<string> => {
    const directory = await temporaryFolder();
    if (dist !== undefined) await cp(dist, join(directory, 'dist'), { recursive: true });
    const { exitCode, stderr } = await wheelsealProcess([command], { environment, directory });
    expect(exitCode, stderr).toBe(0);
    return join(directory, 'dist');
  };
  const built = await temporaryFolder();
  await writeDistributions(built, { name: 'demo', version: '1.0.0' });

  const signed = await stage('sign', built);
  await rm(built, { recursive: true });
  const verified = await stage('verify', signed);
  await rm(signed, { recursive: true });
  await stage('publish', verified);
  const target = await temporaryFolder();
  const downloaded = await wheelsealProcess(['download', 'demo==1.0.0', '--json'], {
    environment,
    directory: target,
  });

  expect(documentOf(downloaded)).toMatchObject({ exitCode: 0, name: 'demo', version: '1.0.0' });
  await expect(readdir(target)).resolves.toEqual([
    'demo-1.0.0-py3-none-any.whl',
    'demo-1.0.0.tar.gz',
  ]);
});

test.for([['sign'], ['release', '--no-build']])(
  '%j leaves nothing half done when it is interrupted',
  async (argv) => {
    const directory = await temporaryFolder();
    await writeDistributions(join(directory, 'dist'), { name: 'demo', version: '1.0.0' });
    await writeFile(join(directory, 'pyproject.toml'), '[project]\nname = "x"\nversion = "0"\n');
    const before = await readdir(directory, { recursive: true });
    const asked = Promise.withResolvers<void>();
    const remove = sandbox.faults.add({ service: 'fulcio', answer: () => asked.resolve() });

    const called = await wheelsealProcess([...argv, '--json'], {
      environment: sandbox.environment,
      directory,
      onStart: (child) => void asked.promise.then(() => child.kill('SIGINT')),
    });
    remove();

    expect(called.exitCode).toBe(130);
    expect(documentOf(called)).toMatchObject({ exitCode: 130, error: { code: 'INTERRUPTED' } });
    await expect(readdir(directory, { recursive: true })).resolves.toEqual(before);
  },
);

test('ends with 143 when it is terminated', async () => {
  const directory = await temporaryFolder();
  await writeDistributions(join(directory, 'dist'), { name: 'demo', version: '1.0.0' });
  const asked = Promise.withResolvers<void>();
  const remove = sandbox.faults.add({ service: 'fulcio', answer: () => asked.resolve() });

  const { exitCode } = await wheelsealProcess(['sign'], {
    environment: sandbox.environment,
    directory,
    onStart: (child) => void asked.promise.then(() => child.kill('SIGTERM')),
  });
  remove();

  expect(exitCode).toBe(143);
});

test('does not mind a reader that goes away', async () => {
  const called = await wheelsealProcess(['--help'], {
    onStart: (child) => child.stdout?.destroy(),
  });

  expect(called.stderr).toBe('');
});

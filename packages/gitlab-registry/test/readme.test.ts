import { startSandbox } from '@wheelseal/sandbox';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listProjects } from '../examples/through-a-proxy.ts';
import { publish } from '../examples/publish.ts';
import { temporaryFolder } from './arrange.ts';
import { project, wheelIn } from './sandbox-project.ts';
import { writeWheel } from './real-wheel.ts';

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');

test.for(['publish.ts', 'through-a-proxy.ts'])('shows the example %s as it is', async (file) => {
  const example = await readFile(new URL(`../examples/${file}`, import.meta.url), 'utf8');

  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
});

test('lists every code', async () => {
  const source = await readFile(new URL('../src/errors.ts', import.meta.url), 'utf8');
  const codes = [...source.matchAll(/\| '([A-Z_]+)'/g)].map(([, code]) => `| \`${code}\` `);

  expect(codes.length).toBeGreaterThan(5);
  expect(codes.filter((code) => !readme.includes(code))).toEqual([]);
});

test('has an example that works', async () => {
  const sandbox = await startSandbox({ projectName: 'ledger' });
  onTestFinished(async () => sandbox.close());
  const { CI_API_V4_URL = '', CI_PROJECT_ID = '', CI_JOB_TOKEN = '' } = sandbox.environment;
  const wheel = await writeWheel(await temporaryFolder(), 'ledger_tools', '1.4.0');
  await writeFile(`${wheel}.sig`, 'signature');

  const files = await publish(wheel, {
    apiUrl: CI_API_V4_URL,
    projectId: CI_PROJECT_ID,
    token: CI_JOB_TOKEN,
  });

  expect(files).toMatchObject([
    { filename: 'ledger_tools-1.4.0-py3-none-any.whl', requiresPython: '>=3.9' },
  ]);
});

test('has an example for machines behind a proxy that works', async () => {
  const { sandbox, folder, registry, connection } = await project();
  await registry.upload(...(await wheelIn(folder)));
  const netrc = join(folder, 'netrc');
  await writeFile(netrc, `machine 127.0.0.1\nlogin jane\npassword ${sandbox.tokens.personal}\n`);

  const names = await listProjects(connection.apiUrl, connection.project, { netrc });

  expect(names).toEqual(['my-demo']);
});

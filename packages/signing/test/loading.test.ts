import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);

/** Imports the package in a process of its own and lists the CommonJS modules that came along. */
async function loadedAfter(statement: string): Promise<string> {
  const script = `${statement};
    import { createRequire } from 'node:module';
    const { cache } = createRequire(import.meta.url);
    process.stdout.write(Object.keys(cache).join('\\n'));`;
  const options = ['-C', '@wheelseal/source', '--input-type=module', '--eval', script];
  const cwd = new URL('.', import.meta.url);
  return (await run(process.execPath, options, { cwd })).stdout;
}

test('loads neither TUF nor an HTTP client at the start', async () => {
  const loaded = await loadedAfter(`await import('@wheelseal/signing')`);

  expect(await loadedAfter(`await import('@sigstore/tuf')`)).toContain('@sigstore/tuf');
  expect(loaded).not.toContain('@sigstore/core');
  expect(loaded).not.toContain('@sigstore/verify');
  expect(loaded).not.toContain('@sigstore/protobuf-specs');
  expect(loaded).not.toContain('@sigstore/tuf');
  expect(loaded).not.toContain('tuf-js');
  expect(loaded).not.toContain('undici');
});

import { startSandbox } from '@wheelseal/sandbox';

const sandbox = await startSandbox({ projectName: 'demo', packageVersion: '1.2.0' });

// The transparency log is down for one request, and back for the next.
sandbox.faults.add({ service: 'rekor', status: 503, times: 1 });
const log = new URL('/api/v1/log', sandbox.urls.rekor);
const [first, second] = [await fetch(log), await fetch(log)];

process.stdout.write(`job of ${sandbox.environment['CI_PROJECT_PATH']}\n`);
process.stdout.write(`log answered ${first.status}, then ${second.status}\n`);

await sandbox.close();

import { startSandbox } from '@wheelseal/sandbox';

const sandbox = await startSandbox({ gitlabSettings: { genericDuplicates: false } });
const { CI_API_V4_URL, CI_PROJECT_ID, CI_JOB_TOKEN = '' } = sandbox.environment;
const url = `${CI_API_V4_URL}/projects/${CI_PROJECT_ID}/packages/generic/demo/1.0/demo.sig`;
const headers = { 'job-token': CI_JOB_TOKEN };
const upload = async () => fetch(url, { method: 'PUT', headers, body: 'signature' });

// The answer is lost on its way, after GitLab stored the file. The second try finds it there.
sandbox.faults.add({ service: 'gitlab', method: 'PUT', lose: 'answer', times: 1 });
const first = await upload().catch(() => undefined);
const second = await upload();
process.stdout.write(`first: ${first?.status ?? 'no answer'}, second: ${second.status}\n`);

// From now on downloads are redirected to another host. `fetch` takes the token along.
sandbox.gitlab.settings.objectStorage = true;
await fetch(url, { headers });
process.stdout.write(`leaks: ${sandbox.gitlab.objectStorage.leaks.length}\n`);

await sandbox.close();

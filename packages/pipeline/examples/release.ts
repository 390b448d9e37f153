import {
  openServices,
  projectEdits,
  readContinuousIntegration,
  runRelease,
} from '@wheelseal/pipeline';

// In a GitLab job: the variables say which project this is, and hold its tokens.
const settings = readContinuousIntegration(process.env);

const { downloaded } = await runRelease(
  {
    project: '.',
    edits: projectEdits(settings),
    services: openServices(settings),
    environment: process.env,
  },
  {
    onEvent: (event) => {
      if (event.type === 'stage-finished') {
        process.stdout.write(`${event.stage}: ${event.milliseconds} ms\n`);
      }
    },
  },
);

for (const { filename, identity } of downloaded.distributions) {
  process.stdout.write(`${filename} is signed by ${identity}\n`);
}

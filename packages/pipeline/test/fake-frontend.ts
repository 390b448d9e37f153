// Programs that stand in for uv, Python and git: the machine's own must not decide what a test sees.
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath } from 'node:process';
import type { Environment } from '@wheelseal/pipeline';
import { sampleSdist, sampleWheel } from './sample-distributions.ts';
import { temporaryFolder, writeFiles } from './workplace.ts';

/** JavaScript that runs in place of a build; `out` is the output folder, `samples` has a wheel and an sdist. */
export const buildsSamples =
  "for (const name of fs.readdirSync(samples)) fs.copyFileSync(path.join(samples, name), path.join(out, name)); console.log('Successfully built');";

interface Machine {
  /** To be given to the build. */
  readonly environment: Environment;
  /** File in which a build leaves its arguments, working folder and environment. */
  readonly record: string;
  readonly cache: string;
}

interface MachineOptions {
  readonly programs?: readonly ('uv' | 'build' | 'python' | 'git')[];
  /** What happens in a build. */
  readonly build?: string;
  readonly sample?: {
    readonly name?: string;
    readonly version?: string;
    readonly content?: string;
  };
  readonly environment?: Environment;
}

/** A machine on which just these programs are found. */
export async function machineWith({
  programs = ['uv'],
  build = buildsSamples,
  sample = {},
  environment = {},
}: MachineOptions = {}): Promise<Machine> {
  const folder = await temporaryFolder();
  const record = join(folder, 'record.json');
  const samples = join(folder, 'samples');
  const wheel = sampleWheel(sample);
  const sdist = sampleSdist(sample);
  await writeFiles(samples, { [wheel.filename]: wheel.bytes, [sdist.filename]: sdist.bytes });
  const building = `
    const out = args[args.findIndex((arg) => arg.startsWith('--out')) + 1];
    const samples = ${JSON.stringify(samples)};
    fs.writeFileSync(${JSON.stringify(record)}, JSON.stringify({ args, cwd: process.cwd(), environment: process.env }));
    ${build}`;
  const module = (installed: boolean) => `
    if (args[0] === '-c') console.log('/usr/bin/python3 3 11 2');
    else if (args[1] === 'venv') makeEnvironment(args.at(-1));
    else if (args[1] === 'pip') process.exit(0);
    else if (!${installed}) { console.error('No module named build'); process.exit(1); }
    else if (args[2] === '--version') console.log('build 1.2.3 (/usr/lib/build)');
    else { ${building} }
    function makeEnvironment(folder) {
      fs.mkdirSync(path.join(folder, 'bin'), { recursive: true });
      fs.copyFileSync(path.join(__dirname, 'python-with-build'), path.join(folder, 'bin', 'python'));
    }`;
  const scripts: Record<string, string> = { 'python-with-build': module(true) };
  for (const program of programs) {
    if (program === 'uv')
      scripts['uv'] = `if (args[0] === '--version') console.log('uv 9.9.9'); else { ${building} }`;
    if (program === 'build') scripts['python'] = module(true);
    if (program === 'python') scripts['python3'] = module(false);
    if (program === 'git') scripts['git'] = "console.log('1700000000')";
  }
  for (const [name, script] of Object.entries(scripts)) {
    const head = `#!${execPath}\nconst fs = require('node:fs'), path = require('node:path'), args = process.argv.slice(2);\n`;
    await writeFiles(join(folder, 'bin'), { [name]: head + script });
    await chmod(join(folder, 'bin', name), 0o755);
  }
  const cache = join(folder, 'cache');
  return {
    environment: { PATH: join(folder, 'bin'), HOME: folder, XDG_CACHE_HOME: cache, ...environment },
    record,
    cache,
  };
}

/**
 * Brings the real tools the tests run against into a folder that the repository ignores.
 *
 * Go modules are pinned by version and checked by Go's checksum database, Python distributions by
 * the digests in `requirements.txt` and `backends.txt`. What is there already is not built again.
 * Names on the command line install these alone: `npm run peers:install python backends`.
 *
 * @module
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backends, binaries, cache, environment, python, wheelhouse } from './tools.ts';

const cosign = { module: 'github.com/sigstore/cosign/v2/cmd/cosign', version: 'v2.2.3' };

const installers: Readonly<Record<string, () => void>> = {
  cosign: installCosign,
  python: installPythonTools,
  backends: downloadBackends,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(installers, name));
if (unknown.length > 0) throw new Error(`no such tools: ${unknown.join(', ')}`);
mkdirSync(binaries, { recursive: true });
for (const [name, install] of Object.entries(installers)) {
  if (wanted.length === 0 || wanted.includes(name)) install();
}

function installCosign(): void {
  const found = spawnSync(join(binaries, 'cosign'), ['version'], { encoding: 'utf8' });
  // A binary of `go install` does not know its own version; the note beside it does.
  const note = join(binaries, 'cosign.version');
  const noted = existsSync(note) ? readFileSync(note, 'utf8') : '';
  if (found.status === 0 && noted === cosign.version) return report('cosign', 'is there');
  report('cosign', `building ${cosign.version}, which takes some minutes`);
  run('go', ['install', '-trimpath', `${cosign.module}@${cosign.version}`], { GOBIN: binaries });
  writeFileSync(note, cosign.version);
}

function installPythonTools(): void {
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const note = join(environment, 'requirements.txt');
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(note) && readFileSync(note, 'utf8') === wanted) {
    return report('twine, pip, build, uv', 'are there');
  }
  report('twine, pip, build, uv', 'installing');
  run('python3', ['-m', 'venv', '--clear', environment]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--require-hashes', '-r', requirements]);
  writeFileSync(note, wanted);
}

/** So that builds need no package index, and take the same backends every time. */
function downloadBackends(): void {
  const requirements = join(import.meta.dirname, 'backends.txt');
  const note = join(backends, 'backends.txt');
  const pinned = readFileSync(requirements, 'utf8');
  if (existsSync(note) && readFileSync(note, 'utf8') === pinned) {
    report('build backends', 'are there');
  } else {
    report('build backends', 'downloading');
    rmSync(backends, { recursive: true, force: true });
    const options = ['--quiet', '--no-deps', '--only-binary', ':all:', '--dest', backends];
    run(python, ['-m', 'pip', 'download', ...options, '--require-hashes', '-r', requirements]);
    writeFileSync(note, pinned);
  }
  downloadSetuptools();
}

/** `pip download --no-binary :all:` builds with a backend that itself comes as an sdist. */
function downloadSetuptools(): void {
  const requirements = readFileSync(join(import.meta.dirname, 'requirements.txt'), 'utf8');
  const version = /^setuptools==(\S+)/m.exec(requirements)?.[1];
  if (version === undefined) throw new Error('requirements.txt does not pin setuptools');
  if (existsSync(join(wheelhouse, `setuptools-${version}.tar.gz`))) {
    return report('setuptools as an sdist', 'is there');
  }
  report('setuptools as an sdist', 'downloading');
  const options = ['--quiet', '--no-deps', '--no-binary', ':all:', '--dest', wheelhouse];
  run(python, ['-m', 'pip', 'download', ...options, `setuptools==${version}`]);
}

function run(
  command: string,
  args: readonly string[],
  extra: Readonly<Record<string, string>> = {},
): void {
  execFileSync(command, args, { stdio: 'inherit', cwd: cache, env: { ...process.env, ...extra } });
}

function report(what: string, state: string): void {
  process.stderr.write(`peers: ${what}: ${state}\n`);
}

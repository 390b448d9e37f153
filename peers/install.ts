/**
 * Brings the real tools the tests run against into a folder that the repository ignores.
 *
 * Go modules are pinned by version and checked by Go's checksum database, Python distributions by
 * the digests in `requirements.txt`. What is there already is not built again.
 *
 * @module
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { binaries, cache, environment, python, wheelhouse } from './tools.ts';

const cosign = { module: 'github.com/sigstore/cosign/v2/cmd/cosign', version: 'v2.2.3' };

mkdirSync(binaries, { recursive: true });
installCosign();
installPythonTools();
downloadBuildBackend();

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

/** `pip download --no-binary :all:` builds with a backend that itself comes as an sdist. */
function downloadBuildBackend(): void {
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

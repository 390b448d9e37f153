/**
 * Writes `api.md` of every public package from its built declarations, or compares it with `--check`.
 *
 * A change of the public surface is thereby seen in review as a change of one committed file.
 *
 * @module
 */

import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
} from '@microsoft/api-extractor';

const check = process.argv.includes('--check');
const root = resolve(import.meta.dirname, '..');
const scratch = join(root, '.cache/api');
rmSync(scratch, { recursive: true, force: true });
mkdirSync(scratch, { recursive: true });

// The extractor brings a compiler of its own; this is all it has to know to read declarations.
const compilerOptions = {
  target: 'es2024',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  lib: ['es2024', 'esnext.disposable'],
  types: ['node'],
  skipLibCheck: true,
  allowImportingTsExtensions: true,
  noEmit: true,
};

const differing = globSync('packages/*/package.json', { cwd: root })
  .toSorted()
  .map((manifest) => join(root, dirname(manifest)))
  .filter((folder) => differs(folder));

for (const folder of differing) {
  process.stdout.write(
    `${folder.slice(root.length + 1)}/api.md ${check ? 'differs' : 'written'}\n`,
  );
}
if (check && differing.length > 0) {
  process.stderr.write('run `npm run api` and look at what changed; a changeset goes with it\n');
  process.exitCode = 1;
}

function differs(folder: string): boolean {
  const { config, report } = configuration(folder);
  const { succeeded } = Extractor.invoke(config, { localBuild: true, messageCallback });
  if (!succeeded) process.exitCode = 1;
  const committed = join(folder, 'api.md');
  if (existsSync(committed) && readFileSync(committed).equals(readFileSync(report))) return false;
  if (!check) copyFileSync(report, committed);
  return true;
}

function messageCallback(message: ExtractorMessage): void {
  message.handled = message.logLevel !== ExtractorLogLevel.Error;
}

function configuration(folder: string): { config: ExtractorConfig; report: string } {
  const entry = join(folder, 'dist/index.d.ts');
  if (!existsSync(entry)) throw new Error(`run \`npm run build\` first: there is no ${entry}`);
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  const config = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      newlineKind: 'lf',
      mainEntryPointFilePath: entry,
      compiler: { overrideTsconfig: { compilerOptions, files: [entry] } },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: scratch,
        reportTempFolder: join(scratch, 'temp'),
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      messages: {
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.None },
          'ae-forgotten-export': { logLevel: ExtractorLogLevel.Error },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      },
    },
  });
  return { config, report: join(scratch, `${name}.api.md`) };
}

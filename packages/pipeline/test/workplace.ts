import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ReleaseEvent } from '@wheelseal/pipeline';
import { onTestFinished } from 'vitest';

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wheelseal-pipeline-'));
  onTestFinished(async () => rm(folder, { recursive: true, force: true }));
  return folder;
}

export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), content);
  }
}

/** Every file below a folder with its content in base64: equal before and after means untouched. */
export async function contentsOf(folder: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const contents = new Map<string, string>();
  for (const file of files.toSorted()) {
    contents.set(file.slice(folder.length + 1), (await readFile(file)).toString('base64'));
  }
  return Object.fromEntries(contents);
}

/** Names of the files and folders directly in a folder. */
export async function listing(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).toSorted();
}

/** Collects events; `of` gives those of one type. */
export function recorder() {
  const events: ReleaseEvent[] = [];
  return {
    events,
    onEvent: (event: ReleaseEvent) => void events.push(event),
    of: <Type extends ReleaseEvent['type']>(type: Type) =>
      events.filter(
        (event): event is Extract<ReleaseEvent, { readonly type: Type }> => event.type === type,
      ),
  };
}

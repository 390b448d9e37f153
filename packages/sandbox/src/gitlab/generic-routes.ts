/**
 * The generic registry: any file under a package, a version and a name.
 *
 * @module
 */

import { assertMayRead } from './access.ts';
import { recordNotFound } from './answer.ts';
import type { Answer } from './answer.ts';
import { download } from './download.ts';
import { genericPath, storedFileName } from './generic-path.ts';
import { uploadGenericFile } from './generic-upload.ts';
import type { Instance } from './instance.ts';
import type { Call, Route } from './routing.ts';

/** Upload and download. */
export function genericRoutes(instance: Instance): readonly Route[] {
  const pattern = '/projects/:id/packages/generic/:package_name/:package_version/*file';
  const busy = new Set<string>();
  return [
    {
      method: 'PUT',
      pattern,
      kind: 'generic upload',
      handle: (call) => uploadGenericFile(instance, busy, call),
    },
    {
      method: 'GET',
      pattern,
      kind: 'generic download',
      handle: (call) => downloadFile(instance, call),
    },
  ];
}

function downloadFile(instance: Instance, call: Call): Answer {
  const path = genericPath(call);
  assertMayRead(instance, call);
  const row = instance.store.find('generic', path.name, path.version);
  const fileName = storedFileName(path);
  // Of several files with one name, the last one counts.
  const file = row?.files.findLast((each) => each.fileName === fileName);
  if (row === undefined || file === undefined) throw recordNotFound();
  return download(instance, row, file, { checksum: true, namedByStorage: true });
}

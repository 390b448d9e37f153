import {
  createDispatcher,
  createSimpleIndex,
  netrcCredentials,
  proveCredentials,
} from '@wheelseal/gitlab-registry';
import { readFile } from 'node:fs/promises';

/** Behind a proxy, at a GitLab with a certificate of its own: lists the projects in an index. */
export async function listProjects(
  apiUrl: URL,
  project: string,
  machine: { readonly netrc: string; readonly authority?: string; readonly proxy?: string },
): Promise<readonly string[]> {
  const dispatcher = createDispatcher({
    // Beside the authorities that Node trusts anyway.
    ...(machine.authority && {
      certificateAuthorities: await readFile(machine.authority, 'utf8'),
    }),
    proxy: { http: machine.proxy ?? '', except: 'localhost,.internal' },
  });
  const auth = netrcCredentials(await readFile(machine.netrc, 'utf8'), apiUrl);
  const connection = { apiUrl, project, dispatcher, ...(auth && { auth }) };
  try {
    await proveCredentials(connection);
    return await createSimpleIndex(connection).listProjects();
  } finally {
    await dispatcher.close();
  }
}

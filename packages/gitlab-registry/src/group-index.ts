/**
 * The simple index of a group: the packages of all its projects on one page.
 *
 * Files of one name from different projects lie side by side there, and nothing says which project a
 * file is from. Whoever verifies a project asks the project.
 *
 * @module
 */

import type { GitLabGroupConnection } from './connection.ts';
import { groupUrl } from './endpoint.ts';
import { openSimpleIndex, type SimpleIndex } from './simple-index.ts';

/** Opens the simple index of one group. Does no I/O. */
export function createGroupIndex(connection: GitLabGroupConnection): SimpleIndex {
  return openSimpleIndex(connection, {
    where: `\`${connection.group}\``,
    url: () => groupUrl(connection, ['packages', 'pypi', 'simple']),
  });
}

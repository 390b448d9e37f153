/**
 * All commands, in the order in which the help lists them.
 *
 * @module
 */

import type { CommandDefinition } from '../command-definition.ts';
import { attest } from './attest.ts';
import { build } from './build.ts';
import { convert } from './convert.ts';
import { download } from './download.ts';
import { publish } from './publish.ts';
import { release } from './release.ts';
import { rewrite } from './rewrite.ts';
import { sandbox } from './sandbox.ts';
import { sign } from './sign.ts';
import { verify } from './verify.ts';

/** Every command there is. */
export const definitions: readonly CommandDefinition[] = [
  release,
  rewrite,
  build,
  sign,
  attest,
  verify,
  publish,
  download,
  convert,
  sandbox,
];

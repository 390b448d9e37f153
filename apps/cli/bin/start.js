/**
 * Starts the command: from source in a checkout, where nothing is built, else what was built.
 *
 * @module
 */

import { existsSync } from 'node:fs';
import { enableCompileCache, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

// The published package has no such file.
const isCheckout = existsSync(new URL('../tsconfig.json', import.meta.url));

if (isCheckout) {
  // Types are taken out of each file once, not at every start.
  enableCompileCache(fileURLToPath(new URL('../.cache/compile', import.meta.url)));
  registerHooks({
    resolve: (specifier, context, nextResolve) =>
      nextResolve(specifier, {
        ...context,
        conditions: ['@wheelseal/source', ...context.conditions],
      }),
  });
}

await import(isCheckout ? '../src/index.ts' : '../dist/index.js');

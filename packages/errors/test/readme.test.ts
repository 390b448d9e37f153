import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const example = join(import.meta.dirname, '../examples/report-an-error.ts');

test('the README shows the example', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');

  expect(/```ts\n([\s\S]*?)```/.exec(readme)?.[1]).toBe(readFileSync(example, 'utf8'));
});

test('the example prints what failed and what to do', () => {
  const output = execFileSync(process.execPath, ['-C', '@wheelseal/source', example], {
    encoding: 'utf8',
  });

  expect(output).toBe(
    'error[KETTLE_EMPTY]: the kettle holds `0` of `300` millilitres\n  hint: Fill the kettle.\n',
  );
});

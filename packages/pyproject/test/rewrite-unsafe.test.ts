import { rewritePyproject } from '@wheelseal/pyproject';
import { expect, test, vi } from 'vitest';

interface Parser {
  parseTOML(...parameters: readonly unknown[]): {
    readonly body: readonly [{ readonly body: readonly { resolvedKey?: readonly unknown[] }[] }];
  };
}

// A parser that takes one table for the other: the second parser has to notice.
vi.mock('toml-eslint-parser', async (importOriginal) => {
  const original = await importOriginal<Parser>();
  return {
    ...original,
    parseTOML: (...parameters: readonly unknown[]) => {
      const program = original.parseTOML(...parameters);
      for (const node of program.body[0].body) {
        node.resolvedKey = node.resolvedKey?.[0] === 'project' ? ['decoy'] : ['project'];
      }
      return program;
    },
  };
});

test('hands out no text in which something else was edited', () => {
  const text = '[decoy]\nversion = "0"\n[project]\nname = "a"\nversion = "0"\n';

  expect(() => rewritePyproject(text, { version: '1' })).toThrow(
    expect.objectContaining({
      code: 'REWRITE_UNSAFE',
      message: 'the rewritten text would mean something else than the edits',
      hint: expect.stringContaining('plain keys'),
    }),
  );
});

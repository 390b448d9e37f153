import pc from 'picocolors';
import { expect, test } from 'vitest';
import { createReport } from '../src/report.ts';
import { createSecrets } from '../src/secrets.ts';
import { createTerminal } from '../src/terminal.ts';
import { trustFields, trustLines } from '../src/trust-lines.ts';

function report(quiet = false) {
  const written: string[] = [];
  const output = { write: (text: string) => written.push(text), isTTY: false, columns: 80 };
  const secrets = createSecrets({}, []);
  const terminal = createTerminal({
    stdout: output,
    stderr: output,
    environment: {},
    color: 'never',
    secrets,
  });
  const options = { format: 'text', color: 'never', quiet, verbose: false } as const;
  return { written, ...createReport(terminal, options) };
}

test.for([false, true])(
  'shows what becomes public before anything is signed: quiet %s',
  (quiet) => {
    const { onEvent, written } = report(quiet);

    onEvent({
      stage: 'sign',
      type: 'disclosed',
      texts: [{ name: 'sourceRepositoryUri', value: 'https://gitlab.com/group/secret\u001B[2J' }],
    });

    expect(written.join('')).toContain('everybody will see, for ever');
    expect(written.join('')).toMatch(/sourceRepositoryUri {2}https:\/\/gitlab\.com\/group\/secret/);
    expect(written.join('')).not.toContain('\u001B');
  },
);

test('says where a trusted root came from, and when it was the current one', () => {
  const paint = pc.createColors(false);
  const checkedAt = new Date('2026-11-05T00:00:00Z');
  const ports = { trust: { kind: 'seed', checkedAt } } as const;
  const own = { trust: { kind: 'file' } } as const;

  expect(trustLines(ports)(paint)).toEqual([
    'trusted root: what came with this program, 2026-11-05',
  ]);
  expect(trustLines(own)(paint)).toEqual([]);
  expect(trustFields(ports)).toMatchObject({ trustedRoot: { kind: 'seed', checkedAt } });
});

/**
 * The measure of truth: real cosign 2.2.3, twine, pip and curl run the commands of GitLab's tutorial.
 *
 * @module
 */

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createWorkplace, tutorial, type Outcome, type Workplace } from './workplace.ts';

const wheel = 'tide_tables-1.0.0-py3-none-any.whl';
const sdist = 'tide_tables-1.0.0.tar.gz';
const downloaded = 'pkg';

let built: Workplace;

beforeAll(async () => {
  built = await createWorkplace();
  const { code, output } = await built.inSandbox('wheelseal rewrite && wheelseal build');
  if (code !== 0) throw new Error(output);
});

afterAll(async () => {
  await built[Symbol.asyncDispose]();
});

function count(text: string, { output }: Outcome): number {
  return output.split(text).length - 1;
}

async function same(project: string, folder: string): Promise<void> {
  for (const filename of [wheel, sdist]) {
    const original = await readFile(join(project, 'dist', filename));
    expect((await readFile(join(project, folder, filename))).equals(original), filename).toBe(true);
  }
}

test('every job of the tutorial passes, and what it published comes back verified', async () => {
  await using place = await built.copy();

  const outcome = await place.inSandbox(`
    rm dist/release.json
    ${await tutorial('sign')}
    ${await tutorial('verify')}
    ${await tutorial('publish')}
    ${await tutorial('publish_signatures')}
    ${await tutorial('consumer_verification')}
    wheelseal verify
    wheelseal download "tide-tables==$PACKAGE_VERSION" --output-directory ours
  `);

  expect(outcome.output).not.toContain('Verification failed');
  expect(outcome).toMatchObject({ code: 0 });
  expect(count('Verified OK', outcome)).toBeGreaterThanOrEqual(4);
  await same(place.project, downloaded);
  await same(place.project, 'ours');
});

test('the consumer of the tutorial verifies what `wheelseal release` published', async () => {
  await using place = await built.copy();

  const outcome = await place.inSandbox(`
    rm -r dist
    wheelseal release
    ${await tutorial('verify')}
    ${await tutorial('consumer_verification')}
  `);

  expect(outcome).toMatchObject({ code: 0 });
  await same(place.project, downloaded);
});

test('signing by the tutorial and by us may meet in one pipeline', async () => {
  await using place = await built.copy();

  const outcome = await place.inSandbox(`
    wheelseal sign
    ${await tutorial('verify')}
    wheelseal publish
    ${await tutorial('consumer_verification')}
    pip download --no-deps --index-url "\${CI_API_V4_URL/:\\/\\//:\\/\\/gitlab-ci-token:\${CI_JOB_TOKEN}@}/projects/$CI_PROJECT_ID/packages/pypi/simple" -d pip-only tide-tables==1.0.0
  `);

  expect(outcome).toMatchObject({ code: 0 });
  expect(await readdir(join(place.project, 'pip-only'))).toEqual([wheel]);
});

describe('one changed byte', () => {
  test.for([
    ['the wheel', `dist/${wheel}`],
    ['the signature', `dist/${wheel}.sig`],
    ['the certificate', `dist/${wheel}.crt`],
  ])('of %s is refused by cosign and by us', async ([, path]) => {
    await using place = await built.copy();
    const script = join(place.project, 'flip.mjs');
    await writeFile(
      script,
      `import { readFileSync, writeFileSync } from 'node:fs';
       const bytes = readFileSync('${path}');
       const at = Math.floor(bytes.length / 2);
       bytes[at] = bytes[at] === 65 ? 66 : 65;
       writeFileSync('${path}', bytes);`,
    );

    const outcome = await place.inSandbox(`
      rm dist/release.json
      ${await tutorial('sign')}
      '${process.execPath}' flip.mjs
      if ${await tutorial('verify')}; then echo cosign accepted; fi
      wheelseal verify && echo we accepted || echo "our exit code: $?"
    `);

    expect(outcome.output).not.toContain('accepted');
    expect(outcome.output).toContain(`Verification failed for ${wheel}`);
    expect(outcome.output).toContain('our exit code: 3');
  });
});

test('cosign and we refuse another identity', async () => {
  await using place = await built.copy();

  const outcome = await place.inSandbox(`
    wheelseal sign
    export CERTIFICATE_IDENTITY="\${CERTIFICATE_IDENTITY}-of-somebody-else"
    if ${await tutorial('verify')}; then echo cosign accepted; fi
    wheelseal verify && echo we accepted || echo "our exit code: $?"
  `);

  expect(outcome.output).not.toContain('accepted');
  expect(outcome.output).toContain(`Verification failed for ${wheel}`);
  expect(outcome.output).toContain('our exit code: 3');
});

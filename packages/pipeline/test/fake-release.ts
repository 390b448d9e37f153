import { measureRelease, type Release } from '@wheelseal/pipeline';
import { sdistName, wheelName, writeSamples } from './sample-distributions.ts';
import { temporaryFolder, writeFiles } from './workplace.ts';

/** What the fake verifier accepts: the wheel has `.sig` and `.crt`, the sdist a bundle. */
export async function signedRelease(sample = {}): Promise<Release> {
  const folder = await temporaryFolder();
  await writeSamples(folder, sample);
  const { distributions } = await measureRelease(folder);
  const digestOf = (name: string) =>
    distributions.find(({ filename }) => filename === name)?.sha256 ?? '';
  await writeFiles(folder, {
    [`${wheelName}.sig`]: `signature ${digestOf(wheelName)}`,
    [`${wheelName}.crt`]: 'certificate',
    [`${sdistName}.sigstore.json`]: `bundle ${digestOf(sdistName)}`,
  });
  return measureRelease(folder);
}

import { findDistributions, measureDistribution, readCoreMetadata } from '@wheelseal/distributions';

/** Says of every distribution in a folder what it is, how large, and which Python it needs. */
export async function inspectRelease(directory: string): Promise<readonly string[]> {
  const paths = await findDistributions(directory);
  return Promise.all(
    paths.map(async (path) => {
      const { kind, name, version, size, sha256 } = await measureDistribution(path);
      const { requiresPython = 'any Python' } = await readCoreMetadata(path);
      return `${kind} of ${name} ${version}, ${size} bytes, ${sha256}, ${requiresPython}`;
    }),
  );
}

import { findDistributions, inspectDistribution } from '@wheelseal/distributions';

/** Says of every distribution in a folder what it is, and what is wrong with it. */
export async function inspectRelease(directory: string): Promise<readonly string[]> {
  const paths = await findDistributions(directory);
  const inspections = await Promise.all(paths.map((path) => inspectDistribution(path)));
  return inspections.flatMap(({ distribution, metadata, findings }) => {
    const { kind, name, version, size, sha256 } = distribution;
    const { requiresPython = 'any Python' } = metadata ?? {};
    return [
      `${kind} of ${name} ${version}, ${size} bytes, ${sha256}, ${requiresPython}`,
      ...findings.map(({ severity, code, message }) => `  ${severity} ${code}: ${message}`),
    ];
  });
}

import { measureDistribution, measureFile, readCoreMetadata } from '@wheelseal/distributions';
import {
  createGenericPackages,
  createPyPIRegistry,
  jobToken,
  type SimpleIndexFile,
} from '@wheelseal/gitlab-registry';

/** In a CI job: publishes a wheel and its signature, the signature first, and lists what is there. */
export async function publish(
  wheel: string,
  job: { readonly apiUrl: string; readonly projectId: string; readonly token: string },
): Promise<readonly SimpleIndexFile[]> {
  const connection = {
    apiUrl: new URL(job.apiUrl),
    project: job.projectId,
    auth: jobToken(job.token),
  };
  const distribution = await measureDistribution(wheel);
  const { name, version, filename } = distribution;

  const signature = { package: name, version, filename: `${filename}.sig` };
  await createGenericPackages(connection).upload(signature, await measureFile(`${wheel}.sig`));

  const registry = createPyPIRegistry(connection);
  await registry.upload(distribution, await readCoreMetadata(wheel));
  return registry.listFiles(name);
}

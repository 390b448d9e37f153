// The stages as jobs of a sandbox run them: each opens its services anew, and reads `dist/` anew.
import {
  downloadVerified,
  type Environment,
  openServices,
  publishRelease,
  readContinuousIntegration,
  readRelease,
  signRelease,
  verifyRelease,
} from '@wheelseal/pipeline';
import type { Sandbox } from '@wheelseal/sandbox';
import { sdistName, wheelName, writeSamples } from './sample-distributions.ts';
import { temporaryFolder } from './workplace.ts';

export const signatureNames = [wheelName, sdistName].flatMap((name) => [
  `${name}.crt`,
  `${name}.sig`,
  `${name}.sigstore.json`,
]);

export function stagesIn(sandbox: Sandbox) {
  const settings = (changes: Environment = {}) =>
    readContinuousIntegration({ ...sandbox.environment, ...changes });
  const services = (changes?: Environment) => openServices(settings(changes));
  const ports = async (changes?: Environment) => {
    const { registries, verification } = services(changes);
    return { ...(await registries()), ...(await verification()) };
  };
  return {
    settings,
    services,
    sign: async (dist: string) => signRelease(await readRelease(dist), await services().signing()),
    verify: async (dist: string, changes?: Environment) =>
      verifyRelease(await readRelease(dist), await services(changes).verification()),
    publish: async (dist: string, changes?: Environment) => {
      const release = await readRelease(dist);
      const destination = services(changes).destination(release);
      return publishRelease(release, { ...(await ports(changes)), destination });
    },
    download: async (directory: string, changes?: Environment) => {
      const request = { name: 'demo', version: '1.0.0', package: 'demo', packageVersion: '1.0.0' };
      return downloadVerified(request, await ports(changes), { directory });
    },
    /** A folder with a signed wheel and sdist. */
    signedDist: async (sample?: { readonly content?: string }) => {
      const dist = await temporaryFolder();
      await writeSamples(dist, sample);
      await signRelease(await readRelease(dist), await services().signing());
      return dist;
    },
  };
}

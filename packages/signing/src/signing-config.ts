/**
 * `signing_config.json`: where to sign. Which services that means today is decided when it is read.
 *
 * The rules are those of the specification: of each kind the highest version that we speak, only
 * services that are in use now, one of each operator, the newest first.
 *
 * @see https://github.com/sigstore/protobuf-specs/blob/main/protos/sigstore_trustroot.proto
 *
 * @module
 */

import { SigningError } from './errors.ts';
import {
  malformedConfig,
  readSigningConfigJson,
  type SelectionJson,
  type ServiceJson,
} from './signing-config-json.ts';

/** A transparency log by its address. */
export interface LogService {
  readonly url: URL;
  /** Major version of Rekor. */
  readonly version: 1 | 2;
}

/** The services that a signing configuration chooses; spread it into `createSigner`. */
export interface SigningConfig {
  /** Absent where the configuration names no certificate authority. */
  readonly fulcioUrl?: URL;
  /** A signature gets an entry in each of them. */
  readonly logs: readonly LogService[];
  /** A signature gets a timestamp of each of them. */
  readonly timestampUrls: readonly URL[];
}

/** Settings of {@link parseSigningConfig}. */
export interface SigningConfigOptions {
  /** The one version of Rekor to take; the highest of the configuration when absent. */
  readonly rekorVersion?: 1 | 2;
  readonly now?: () => Date;
}

/**
 * Reads the text of a `signing_config.json`, version 0.1 or 0.2, and chooses the services.
 *
 * @throws SigningError with code `SIGNING_CONFIG_MALFORMED` or `SERVICE_MISSING`.
 */
export function parseSigningConfig(
  text: string,
  { rekorVersion, now = () => new Date() }: SigningConfigOptions = {},
): SigningConfig {
  const { caUrls, rekorTlogUrls, rekorTlogConfig, tsaUrls, tsaConfig } =
    readSigningConfigJson(text);
  const at = now();
  const [authority] = choose('certificate authority', caUrls, { selector: 'ANY' }, [1], at);
  const versions = rekorVersion === undefined ? [2, 1] : [rekorVersion];
  return {
    ...(authority && { fulcioUrl: authority.url }),
    logs: choose('transparency log', rekorTlogUrls, rekorTlogConfig, versions, at).map(
      ({ url, majorApiVersion }) => ({ url, version: majorApiVersion === 2 ? 2 : 1 }),
    ),
    timestampUrls: choose('timestamp authority', tsaUrls, tsaConfig, [1], at).map(({ url }) => url),
  };
}

// A list that is empty chooses nothing; one of which nothing can be used is a mistake.
function choose(
  what: string,
  services: readonly ServiceJson[],
  selection: SelectionJson | undefined,
  versions: readonly number[],
  now: Date,
): readonly ServiceJson[] {
  if (services.length === 0) return [];
  if (selection === undefined) {
    throw malformedConfig(`the signing configuration does not say how to choose a ${what}`);
  }
  const current = services
    .filter(({ start, end }) => (start ?? now) <= now && now <= (end ?? now))
    .toSorted((left, right) => timeOf(right.start) - timeOf(left.start));
  const version = versions.find((one) => current.some((other) => other.majorApiVersion === one));
  const usable = onePerOperator(current.filter((one) => one.majorApiVersion === version));
  const wanted = countOf(selection, usable.length);
  if (wanted > 0 && wanted <= usable.length) return usable.slice(0, wanted);
  throw new SigningError(
    `the signing configuration has ${usable.length} usable ${what} services, expected ${Math.max(wanted, 1)}`,
    {
      code: 'SERVICE_MISSING',
      hint: 'Get the `signing_config.json` anew from whoever runs this Sigstore, and check the clock.',
    },
  );
}

function timeOf(start: Date | undefined): number {
  return start?.getTime() ?? 0;
}

function onePerOperator(services: readonly ServiceJson[]): readonly ServiceJson[] {
  const seen = new Set<string>();
  return services.filter(({ operator }) => !seen.has(operator) && seen.add(operator));
}

function countOf({ selector, count = 0 }: SelectionJson, all: number): number {
  if (selector === 'ANY') return 1;
  return selector === 'ALL' ? all : count;
}

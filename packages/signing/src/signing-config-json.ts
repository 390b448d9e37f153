/**
 * The JSON of a signing configuration, both versions of it as one value.
 *
 * @module
 */

import * as z from 'zod/mini';
import { SigningError } from './errors.ts';

/** One service of a signing configuration. */
export interface ServiceJson {
  readonly url: URL;
  readonly majorApiVersion: number;
  readonly operator: string;
  /** When it comes into use; absent where nobody says so. */
  readonly start?: Date;
  readonly end?: Date;
}

/** How many of the services are wanted. */
export interface SelectionJson {
  readonly selector: 'ALL' | 'ANY' | 'EXACT';
  /** Where it is `EXACT`. */
  readonly count?: number;
}

/** What is read of a signing configuration. */
export interface SigningConfigJson {
  readonly caUrls: readonly ServiceJson[];
  readonly rekorTlogUrls: readonly ServiceJson[];
  readonly rekorTlogConfig?: SelectionJson;
  readonly tsaUrls: readonly ServiceJson[];
  readonly tsaConfig?: SelectionJson;
}

const longest = 1024 * 1024;
const former = 'application/vnd.dev.sigstore.signingconfig.v0.1+json';
const current = 'application/vnd.dev.sigstore.signingconfig.v0.2+json';

const Address = z.pipe(
  z.string(),
  z.transform((text, context) => {
    if (URL.canParse(text)) {
      const url = new URL(text);
      const { protocol, username, password } = url;
      if (/^https?:$/.test(protocol) && username === '' && password === '') return url;
    }
    context.issues.push({ code: 'custom', message: 'expected an http or https URL', input: text });
    return z.NEVER;
  }),
);
const Time = z.pipe(
  z.string().check(z.refine((text) => Number.isFinite(Date.parse(text)))),
  z.transform((text) => new Date(text)),
);

const Service = z.pipe(
  z.looseObject({
    url: Address,
    majorApiVersion: z.nullish(z.int().check(z.gte(0))),
    operator: z.nullish(z.string()),
    validFor: z.nullish(z.looseObject({ start: z.nullish(Time), end: z.nullish(Time) })),
  }),
  z.transform(({ url, majorApiVersion, operator, validFor }): ServiceJson => ({
    url,
    majorApiVersion: majorApiVersion ?? 0,
    operator: operator ?? '',
    ...(validFor?.start && { start: validFor.start }),
    ...(validFor?.end && { end: validFor.end }),
  })),
);

// Names or, as proto3 allows, the numbers they stand for.
const selectors = { ALL: 1, ANY: 2, EXACT: 3 } as const;
const Selection = z.pipe(
  z.looseObject({
    selector: z.union([
      z.enum(['ALL', 'ANY', 'EXACT']),
      z.pipe(
        z.literal([1, 2, 3]),
        z.transform((number) => nameOf(number)),
      ),
    ]),
    count: z.nullish(z.int().check(z.gte(0))),
  }),
  z.transform(({ selector, count }): SelectionJson => ({ selector, ...(count && { count }) })),
);

const Services = z.pipe(
  z.nullish(z.array(Service)),
  z.transform((services) => services ?? []),
);
const Addresses = z.pipe(
  z.nullish(z.array(Address)),
  z.transform((urls) => (urls ?? []).map(firstVersion)),
);

const Current = z.pipe(
  z.looseObject({
    caUrls: Services,
    rekorTlogUrls: Services,
    rekorTlogConfig: z.nullish(Selection),
    tsaUrls: Services,
    tsaConfig: z.nullish(Selection),
  }),
  z.transform(({ caUrls, rekorTlogUrls, rekorTlogConfig, tsaUrls, tsaConfig }) => ({
    caUrls,
    rekorTlogUrls,
    ...(rekorTlogConfig && { rekorTlogConfig }),
    tsaUrls,
    ...(tsaConfig && { tsaConfig }),
  })),
);

// Plain addresses of services of the first version, one of which is enough.
const Former = z.pipe(
  z.looseObject({ caUrl: z.nullish(Address), tlogUrls: Addresses, tsaUrls: Addresses }),
  z.transform(({ caUrl, tlogUrls, tsaUrls }) => ({
    caUrls: caUrl ? [firstVersion(caUrl)] : [],
    rekorTlogUrls: tlogUrls,
    rekorTlogConfig: { selector: 'ANY' as const },
    tsaUrls,
    tsaConfig: { selector: 'ANY' as const },
  })),
);

/**
 * Reads the JSON of a signing configuration.
 *
 * @throws SigningError with code `SIGNING_CONFIG_MALFORMED`.
 */
export function readSigningConfigJson(text: string): SigningConfigJson {
  if (text.length > longest)
    throw malformedConfig('the signing configuration is longer than 1 MiB');
  const json = parseJson(text);
  const mediaType = z.looseObject({ mediaType: z.string() }).safeParse(json).data?.mediaType;
  if (mediaType !== current && mediaType !== former) {
    throw malformedConfig('the signing configuration has no media type that is known here');
  }
  const { data, error } = (mediaType === current ? Current : Former).safeParse(json);
  if (data !== undefined) return data;
  const where = error.issues[0]?.path.join('.') ?? '';
  throw malformedConfig(
    `the signing configuration is malformed${where === '' ? '' : ` at \`${where}\``}`,
  );
}

/** Says that a signing configuration is not in the form of one. */
export function malformedConfig(message: string): SigningError {
  return new SigningError(message, {
    code: 'SIGNING_CONFIG_MALFORMED',
    hint: 'Get the `signing_config.json` anew from whoever runs this Sigstore.',
  });
}

function nameOf(number: 1 | 2 | 3): SelectionJson['selector'] {
  if (number === selectors.ALL) return 'ALL';
  return number === selectors.ANY ? 'ANY' : 'EXACT';
}

function firstVersion(url: URL): ServiceJson {
  return { url, majorApiVersion: 1, operator: url.host };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedConfig('the signing configuration is no JSON document');
  }
}

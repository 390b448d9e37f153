/**
 * Random `pyproject.toml` files with known places for name, version and homepage.
 *
 * A document is a list of pieces: text that has to survive, and holes that carry a value.
 *
 * @module
 */

import * as fc from 'fast-check';

/** A place for a value, and how its string is written. */
export interface Hole {
  readonly hole: 'name' | 'version' | 'homepage';
  readonly notation: 'basic' | 'literal' | 'multi-line basic' | 'multi-line literal';
}

/** A whole document. */
export type Pieces = readonly (string | Hole)[];

/** Writes a document out, with the given values in the holes. */
export function render(pieces: Pieces, values: Readonly<Record<Hole['hole'], string>>): string {
  return pieces
    .map((piece) => (typeof piece === 'string' ? piece : write(values[piece.hole], piece.notation)))
    .join('');
}

function write(value: string, notation: Hole['notation']): string {
  const quote = notation.endsWith('literal') ? "'" : '"';
  const quotes = notation.startsWith('multi-line') ? quote.repeat(3) : quote;
  return quotes + value + quotes;
}

const space = fc.constantFrom('', ' ', '  ', '\t');
const notation = fc.constantFrom(
  'basic' as const,
  'literal' as const,
  'multi-line basic' as const,
  'multi-line literal' as const,
);

/** A comment may look like anything. */
const comment = fc.constantFrom(
  '# plain',
  '# name = "decoy"',
  '# [project]',
  "# version = '0' # twice",
  '#',
  '# ünïcode 🐍 "\'',
);

const trivia = fc
  .array(
    fc.oneof(
      fc.constant(''),
      comment,
      fc.tuple(space, comment).map((parts) => parts.join('')),
    ),
    {
      maxLength: 2,
    },
  )
  .map((lines) => lines.map((line) => `${line}\n`).join(''));

const lineEnd = fc
  .tuple(space, fc.option(comment, { nil: '' }))
  .map(([gap, text]) => `${text === '' ? gap : ` ${text}`}\n`);

/** Values of other keys, some of them made to mislead. */
const otherValue = fc.constantFrom(
  '"x"',
  '\'name = "decoy"\'',
  '1_000',
  '-0.5e3',
  'inf',
  'true',
  '2024-01-01T00:00:00Z',
  '07:32:00',
  '[]',
  '[ "a", \'b\', ]',
  '[\n  "version", # version = "1"\n  # ] "\n  [1, [2]],\n]',
  '{}',
  '{ name = "n", version = "v", urls = { Homepage = "h" } }',
  '"""\n[project]\nname = "decoy"\n"""',
  "'''\n[project.urls]\nHomepage = 'h'\n'''",
  '"\\"\\\\\\u00e9"',
);

const decoyKey = fc.constantFrom(
  'name',
  'version',
  'homepage',
  'Homepage',
  'python_version',
  'target-version',
  '"quoted name"',
  "'project'",
  '""',
);

const otherKeys = (prefix: string) =>
  fc
    .uniqueArray(decoyKey, { maxLength: 4 })
    .chain((keys) =>
      fc.tuple(
        ...keys.map((key) =>
          fc
            .tuple(trivia, space, space, space, otherValue, lineEnd)
            .map(([above, indent, left, right, value, end]) =>
              [above, indent, prefix, key, left, '=', right, value, end].join(''),
            ),
        ),
      ),
    )
    .map((lines) => lines.join(''));

const otherTable = fc.nat(1_000_000).chain((id) =>
  fc
    .tuple(trivia, space, fc.constantFrom('tool', '"tool"', "'tool'"), otherKeys(''), fc.boolean())
    .map(([above, indent, tool, keys, list]) => {
      const key = `${tool}.t${id}`;
      return `${above}${indent}${list ? `[[${key}]]` : `[ ${key} ]`}\n${keys}`;
    }),
);

const spelled = (...words: readonly string[]) =>
  fc.constantFrom(...words.flatMap((word) => [word, `"${word}"`, `'${word}'`]));

const homepageLabel = fc.oneof(
  spelled('Homepage', 'homepage', 'Home-Page', 'HOME_PAGE'),
  fc.constantFrom('"Home Page"', "'home.page'"),
);

/** One line with a hole, under a prefix such as `project.`. */
const holeLine = (prefix: string, key: fc.Arbitrary<string>, hole: Hole['hole']) =>
  fc
    .tuple(trivia, space, key, space, space, notation, lineEnd)
    .map(([above, indent, name, left, right, style, end]): Pieces => [
      [above, indent, prefix, name, left, '=', right].join(''),
      { hole, notation: style },
      end,
    ]);

const projectKeys = (prefix: string) =>
  fc
    .tuple(
      holeLine(prefix, spelled('name'), 'name'),
      holeLine(prefix, spelled('version'), 'version'),
      fc
        .uniqueArray(fc.constantFrom('readme', 'description', 'authors', 'x-homepage', '"é"'), {
          maxLength: 3,
        })
        .chain((keys) =>
          fc.tuple(
            ...keys.map((key) =>
              fc
                .tuple(otherValue, lineEnd)
                .map(([value, end]): Pieces => [`${prefix}${key} = ${value}${end}`]),
            ),
          ),
        ),
    )
    .chain(([name, version, others]) =>
      fc.shuffledSubarray([name, version, ...others], { minLength: 2 + others.length }),
    )
    .map((lines) => lines.flat());

const urlsInline = fc
  .tuple(homepageLabel, notation, fc.boolean(), fc.boolean(), space)
  .map(([label, style, first, last, gap]): Pieces => [
    `{${gap}${first ? `Repository${gap}=${gap}"r", ` : ''}${label} = `,
    { hole: 'homepage', notation: style },
    `${last ? `,${gap}"Bug Tracker" = 'b'` : ''}${gap}}`,
  ]);

const urls = (prefix: string) =>
  fc.oneof(
    urlsInline.map((value): Pieces => [`${prefix}urls = `, ...value, '\n']),
    spelled('urls').chain((key) => holeLine(`${prefix}${key}.`, homepageLabel, 'homepage')),
  );

const urlsTable = fc
  .tuple(trivia, spelled('project'), spelled('urls'), holeLine('', homepageLabel, 'homepage'))
  .map(([above, project, key, line]): Pieces => [`${above}[${project}.${key}]\n`, ...line]);

const project = fc.oneof(
  // Under a header, the URLs inside or under a header of their own, before or after.
  fc
    .tuple(spelled('project'), projectKeys(''), urls(''), urlsTable, fc.nat(3), fc.boolean())
    .map(([key, keys, inside, outside, where, urlsFirst]) => {
      const header = `[${key}]\n`;
      const table: Pieces =
        where > 1
          ? [header, ...keys]
          : [header, ...(urlsFirst ? [...inside, ...keys] : [...keys, ...inside])];
      if (where <= 1) return { top: [], tables: [table] };
      return { top: [], tables: where === 2 ? [table, outside] : [outside, table] };
    }),
  // As dotted keys at the top.
  spelled('project')
    .chain((key) => fc.tuple(projectKeys(`${key}.`), urls(`${key} . `)))
    .map(([keys, inside]) => ({ top: [...keys, ...inside], tables: [] })),
  // Between braces.
  fc
    .tuple(spelled('project'), notation, notation, urlsInline)
    .map(([key, nameNotation, versionNotation, inside]) => ({
      top: [
        `${key} = { name = `,
        { hole: 'name', notation: nameNotation },
        ', "version"=',
        { hole: 'version', notation: versionNotation },
        ', urls = ',
        ...inside,
        ' }\n',
      ] as Pieces,
      tables: [],
    })),
);

/** Any document in which name, version and homepage have a value. */
export const anyDocument: fc.Arbitrary<Pieces> = fc
  .tuple(
    fc.boolean(),
    fc.boolean(),
    fc.boolean(),
    otherKeys('x.'),
    project,
    fc.uniqueArray(otherTable, { maxLength: 3, selector: (table) => /t\d+/.exec(table)?.[0] }),
    fc.nat(3),
    trivia,
  )
  .map(([mark, windows, noFinalBreak, top, { top: dotted, tables }, others, place, end]) => {
    const rest = [
      ...others.slice(0, place).map((table): Pieces => [table]),
      ...tables,
      ...others.slice(place).map((table): Pieces => [table]),
    ].flat();
    const pieces: Pieces = [top, ...dotted, ...rest, end];
    const whole = noFinalBreak ? withoutFinalBreak(pieces) : pieces;
    return [
      mark ? '\uFEFF' : '',
      ...whole.map((piece) =>
        typeof piece === 'string' && windows ? piece.replaceAll('\n', '\r\n') : piece,
      ),
    ];
  });

function withoutFinalBreak(pieces: Pieces): Pieces {
  const last = pieces.findLastIndex((piece) => piece !== '');
  return pieces.map((piece, index) =>
    index === last && typeof piece === 'string' ? piece.replace(/\n$/, '') : piece,
  );
}

/**
 * The names of tiles (C2SP tlog-tiles): which part of a log a path means.
 *
 * @module
 */

/** A tile, or the first part of one. */
export interface TilePath {
  /** Height in the tree, counted in tiles; or the entries below it. */
  readonly level: number | 'entries';
  readonly index: number;
  /** How many hashes or entries are meant. */
  readonly width: number;
}

/** How many levels of the tree a tile covers. */
export const tileHeight = 8;
/** How many hashes or entries are in a full tile. */
export const tileWidth = 256;

const form =
  /^(?<level>entries|0|[1-9]\d?)\/(?<index>(?:x\d{3}\/)*\d{3})(?:\.p\/(?<width>\d{1,3}))?$/;

/** Reads the path of a tile below `tile/`; it is `undefined` unless spelled in the one right way. */
export function parseTilePath(path: string): TilePath | undefined {
  const { level, index = '', width } = form.exec(path)?.groups ?? {};
  if (level === undefined || index.startsWith('x000/')) return undefined;
  const partial = Number(width);
  if (width !== undefined && (partial === 0 || partial >= tileWidth || width.startsWith('0'))) {
    return undefined;
  }
  return {
    level: level === 'entries' ? level : Number(level),
    index: Number(index.replaceAll(/[x/]/g, '')),
    width: width === undefined ? tileWidth : partial,
  };
}

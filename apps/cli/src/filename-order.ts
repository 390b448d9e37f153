/**
 * The order of files in results: what is done side by side is over in any order.
 *
 * @module
 */

/** Compares two things by the names of their files. */
export function byFilename(
  left: { readonly filename: string },
  right: { readonly filename: string },
): number {
  return left.filename < right.filename ? -1 : Number(left.filename > right.filename);
}

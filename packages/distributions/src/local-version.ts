/**
 * The label after the `+` of a version.
 *
 * Its numbers are compared digit by digit, because a build may put a whole commit hash there.
 *
 * @module
 */

/** Spells a label the canonical way: lower case, parts joined by dots, no leading zeros. */
export function normalizeLocal(label: string): string {
  return label
    .toLowerCase()
    .split(/[-_.]/)
    .map((part) => (isNumber(part) ? part.replace(/^0+(?=\d)/, '') : part))
    .join('.');
}

/** Orders two canonical labels; no label comes before any label. */
export function compareLocal(left: string | undefined, right: string | undefined): number {
  if (left === right) return 0;
  if (left === undefined) return -1;
  if (right === undefined) return 1;
  const leftParts = left.split('.');
  const rightParts = right.split('.');
  for (const [index, part] of leftParts.entries()) {
    const other = rightParts[index];
    if (other === undefined) return 1;
    const order = comparePart(part, other);
    if (order !== 0) return order;
  }
  return leftParts.length - rightParts.length;
}

function comparePart(left: string, right: string): number {
  if (left === right) return 0;
  const leftIsNumber = isNumber(left);
  if (leftIsNumber !== isNumber(right)) return leftIsNumber ? 1 : -1;
  if (leftIsNumber && left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : 1;
}

function isNumber(part: string): boolean {
  return /^\d+$/.test(part);
}

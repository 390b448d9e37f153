/**
 * Versions as the generic registry takes them.
 *
 * It refuses two things that PEP 440 and the PyPI registry take: the `!` of an epoch, and two dots in a
 * row, which no canonical version has. No spelling of a PEP 440 version has what they become, so no two
 * versions become one, and the way back is never in doubt.
 *
 * @module
 */

/** The version of a generic package for a Python version: `1!2.0` becomes `1_e_2.0`. */
export function genericVersion(version: string): string {
  return version.replace(/^(v?\d+)!/i, '$1_e_').replaceAll(/([a-z])\.\.(?=[a-z])/gi, '$1._.');
}

/** The Python version a generic package's version stands for. */
export function versionOfGeneric(version: string): string {
  return version.replace(/^(v?\d+)_e_/i, '$1!').replaceAll(/([a-z])\._\.(?=[a-z])/gi, '$1..');
}

/**
 * Versions as the generic registry takes them.
 *
 * It refuses the `!` of an epoch, which the PyPI registry takes. No spelling of a PEP 440 version
 * has `_e_` after its first number, so the way back is never in doubt.
 *
 * @module
 */

/** The version of a generic package for a Python version: `1!2.0` becomes `1_e_2.0`. */
export function genericVersion(version: string): string {
  return version.replace(/^(v?\d+)!/i, '$1_e_');
}

/** The Python version a generic package's version stands for. */
export function versionOfGeneric(version: string): string {
  return version.replace(/^(v?\d+)_e_/i, '$1!');
}

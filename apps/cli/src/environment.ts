/**
 * The environment as a value, and what flags change in it.
 *
 * A flag stands for a variable, so that a stage reads its settings in one place and a flag always
 * wins over the environment.
 *
 * @module
 */

/** Variables by name; absent ones are undefined. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment with some variables replaced; an undefined replacement leaves the variable alone. */
export function overlay(environment: Environment, replacements: Environment): Environment {
  const given = Object.entries(replacements).filter(([, value]) => value !== undefined);
  return { ...environment, ...Object.fromEntries(given) };
}

/**
 * Settings that a stage cannot do without.
 *
 * @module
 */

import { type ContinuousIntegration, variableOf } from './continuous-integration.ts';
import { PipelineError } from './errors.ts';

/**
 * Takes a setting that must be there.
 *
 * @throws PipelineError with code `SETTING_MISSING`, which names the variable.
 */
export function requireSetting<Field extends keyof ContinuousIntegration>(
  settings: ContinuousIntegration,
  field: Field,
  hint?: string,
): NonNullable<ContinuousIntegration[Field]> {
  const value = settings[field];
  if (value !== undefined && value !== null) return value;
  const name = variableOf(field);
  throw new PipelineError(`\`${name}\` is not set`, {
    code: 'SETTING_MISSING',
    hint: hint ?? `Set the variable \`${name}\`.`,
  });
}

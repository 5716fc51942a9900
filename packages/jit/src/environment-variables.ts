import { DgValidationError } from './errors/dg-validation-error.js';

/** A set of environment variables, shaped like `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of `name`; unset and empty are both `undefined`. */
export function readStringVariable(env: Environment, name: string): string | undefined {
  const value = env[name];
  return value === undefined || value === '' ? undefined : value;
}

/**
 * `1` is true; `0`, unset and empty are false.
 * @throws DgValidationError for any other value: `true` or `yes` must not be taken for off.
 */
export function readBooleanVariable(env: Environment, name: string): boolean {
  return readEnumVariable(env, name, ['0', '1']) === '1';
}

/**
 * A decimal integer of at least 1, or `undefined` where the variable is unset or empty.
 * @throws DgValidationError for any other value.
 */
export function readCountVariable(env: Environment, name: string): number | undefined {
  const value = readStringVariable(env, name);
  if (value === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(value)) {
    throw new DgValidationError(
      `expected an integer of at least 1 for environment variable ${name} but received ${JSON.stringify(value)}`,
    );
  }
  return Number(value);
}

/**
 * One of `choices`, or `undefined` where the variable is unset or empty.
 * @throws DgValidationError for any other value.
 */
export function readEnumVariable<Choice extends string>(
  env: Environment,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = readStringVariable(env, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value);
  if (choice === undefined) {
    throw new DgValidationError(
      `expected ${choices.join(' or ')} for environment variable ${name} but received ${JSON.stringify(value)}`,
    );
  }
  return choice;
}

const marker = Symbol.for('dg.error');

/**
 * Base of every error this library throws. `code` is stable across releases and safe to switch on;
 * the message is for people. `DgError.isInstance` works across duplicated copies of the package
 * (ESM beside CJS), where `instanceof` does not.
 */
export class DgError extends Error {
  readonly code: string;
  readonly [marker] = true;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }

  static isInstance(value: unknown): value is DgError {
    return typeof value === 'object' && value !== null && (value as { [marker]?: unknown })[marker] === true;
  }
}

import { describe, expect, it } from 'vitest';
import {
  readBooleanVariable,
  readCountVariable,
  readEnumVariable,
  readStringVariable,
} from './environment-variables.js';
import { DgValidationError } from './errors/dg-validation-error.js';

describe('readBooleanVariable', () => {
  it.each([
    [undefined, false],
    ['', false],
    ['0', false],
    ['1', true],
  ])('reads %j as %j', (value, expected) => {
    expect(readBooleanVariable({ X: value }, 'X')).toBe(expected);
  });

  // Pitfall: integers of the environment parsed as garbage.
  it.each(['true', 'yes', '2', ' 1', '01'])('refuses %j and names variable, value and choices', (value) => {
    const read = () => readBooleanVariable({ DG_JIT_DEBUG: value }, 'DG_JIT_DEBUG');
    expect(read).toThrow(DgValidationError);
    expect(read).toThrow(
      `expected 0 or 1 for environment variable DG_JIT_DEBUG but received ${JSON.stringify(value)}`,
    );
  });
});

describe('readEnumVariable', () => {
  it('reads a choice, and nothing from an unset or empty variable', () => {
    expect(readEnumVariable({ X: 'b' }, 'X', ['a', 'b'])).toBe('b');
    expect(readEnumVariable({ X: '' }, 'X', ['a', 'b'])).toBeUndefined();
    expect(readEnumVariable({}, 'X', ['a', 'b'])).toBeUndefined();
  });

  it('refuses what is no choice', () => {
    expect(() => readEnumVariable({ X: 'B' }, 'X', ['a', 'b'])).toThrow('expected a or b');
  });
});

describe('readStringVariable', () => {
  it('takes an empty variable for an unset one', () => {
    expect(readStringVariable({ X: '' }, 'X')).toBeUndefined();
    expect(readStringVariable({ X: ' ' }, 'X')).toBe(' ');
  });
});

describe('readCountVariable', () => {
  it('reads an integer, and nothing from an unset or empty variable', () => {
    expect(readCountVariable({ X: '512' }, 'X')).toBe(512);
    expect(readCountVariable({ X: '' }, 'X')).toBeUndefined();
  });

  it.each(['0', '-1', '1.5', '1e3', '0x10', ' 1', '512M', 'many'])('refuses %j', (value) => {
    expect(() => readCountVariable({ X: value }, 'X')).toThrow(
      `expected an integer of at least 1 for environment variable X but received ${JSON.stringify(value)}`,
    );
  });
});

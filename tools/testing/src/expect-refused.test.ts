import { type Device, DgValidationError, requestDevice } from '@dg/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectRefused } from './expect-refused.js';

let device: Device;
beforeAll(async () => {
  device = await requestDevice('cpu');
});

const right = 'multiply: expected a of rank 2 but received [3]';

function refusal(call: () => unknown) {
  return expectRefused({ operation: 'multiply', expected: 'a of rank 2', call, untouched: [] });
}

const throwing = (message: string) => () => {
  throw new DgValidationError(message);
};

describe('expectRefused', () => {
  it('takes the right error, thrown or as a rejection', async () => {
    await refusal(throwing(right));
    await refusal(async () => throwing(right)());
  });

  it.each([
    ['no error', () => 0, 'received no error'],
    ['another error', () => JSON.parse('{'), 'received SyntaxError'],
    ['another operation', throwing(right.replace('multiply', 'add')), 'received "add: expected'],
    ['another argument', throwing(right.replace('a of', 'b of')), 'received "multiply: expected b of'],
    ['nothing received', throwing('multiply: expected a of rank 2'), 'received "multiply'],
  ])('finds %s', async (_, call, message) => {
    await expect(refusal(call)).rejects.toThrow(message);
  });

  it('finds one changed byte', async () => {
    const buffer = device.createBuffer({ byteLength: 8 });
    buffer.write(new Uint8Array(8));
    const call = () => {
      buffer.write(Uint8Array.of(1), 5);
      throwing(right)();
    };
    const refused = { operation: 'multiply', expected: /rank \d/, call, untouched: [buffer] };
    await expect(expectRefused(refused)).rejects.toThrow('byte 5 changed');
  });
});

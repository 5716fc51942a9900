import { describe, expect, it } from 'vitest';
import { storeMatrixPlan } from './stmatrix.js';

const counts = [1, 2, 4] as const;

/** Executes a plan on numbered elements: memory[lane that gives the address][element of its row]. */
function execute(
  num: 1 | 2 | 4,
  trans: boolean,
  elementOf: (register: number, lane: number, half: number) => number,
) {
  const { addressLane, byteOffset } = storeMatrixPlan(num, trans);
  const memory = Array.from({ length: 8 * num }, () => Array<number>(8).fill(-1));
  for (let register = 0; register < num; register++)
    for (let lane = 0; lane < 32; lane++)
      for (let half = 0; half < 2; half++) {
        const i = (register * 32 + lane) * 2 + half;
        expect(memory[addressLane[i]!]![byteOffset[i]! / 2]).toBe(-1);
        memory[addressLane[i]!]![byteOffset[i]! / 2] = elementOf(register, lane, half);
      }
  return memory;
}

describe.each(counts)('x%i', (num) => {
  it('stores the fragments of the manual row by row', () => {
    // The table of 9.7.14.5.15: thread 4r + c holds elements 2c and 2c + 1 of row r.
    const memory = execute(num, false, (register, lane, half) => register * 64 + lane * 2 + half);
    expect(memory.flat()).toEqual(Array.from({ length: num * 64 }, (_, i) => i));
  });

  it('stores the transpose with .trans', () => {
    const memory = execute(num, true, (register, lane, half) => register * 64 + lane * 2 + half);
    memory.forEach((row, addressLane) => {
      row.forEach((value, column) => {
        expect(value).toBe(Math.floor(addressLane / 8) * 64 + column * 8 + (addressLane % 8));
      });
    });
  });
});

it('uses the rows of each matrix from its own eight lanes', () => {
  const { addressLane } = storeMatrixPlan(4, false);
  for (let register = 0; register < 4; register++) {
    const lanes = new Set(addressLane.subarray(register * 64, (register + 1) * 64));
    expect([...lanes]).toEqual(Array.from({ length: 8 }, (_, i) => 8 * register + i));
  }
});

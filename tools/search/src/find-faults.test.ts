import * as api from '@dg/api';
import { CpuDevice, type Device, DgValidationError, Tensor } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { outcomeOf } from './case-outcome.js';
import { drawCase } from './draw-case.js';
import { type GemmLibrary, searchOperations } from './search-operations.js';

type Gemm = (a: unknown, b: unknown, d: Tensor, ...rest: unknown[]) => void;

/** What a broken library does to D after the call, or instead of it. */
type Fault = (call: () => void, d: Tensor, a: Tensor) => void;

const cases = 120;

/** Every GEMM with a fault, but on the reference device, which stays right. */
function libraryWith(fault: Fault, reference: Device): GemmLibrary {
  const gemms = Object.entries(api).filter(([name]) => name.includes('Gemm')) as [string, Gemm][];
  return Object.fromEntries(
    gemms.map(([name, gemm]) => [
      name,
      (...values: Parameters<Gemm>) => {
        const call = () => gemm(...values);
        const [a, , d] = values;
        const isFaulty = d instanceof Tensor && d.elementCount > 0 && d.device !== reference;
        if (isFaulty) fault(call, d, a instanceof Tensor ? a : (a as api.ScaledTensor).data);
        else call();
      },
    ]),
  ) as unknown as GemmLibrary;
}

/** Cases of GEMMs of one kind in which the fault was found, and how many there were. */
async function search(refused: boolean, fault: Fault) {
  const [device, reference] = [new CpuDevice(), new CpuDevice()];
  const operations = searchOperations(libraryWith(fault, reference));
  const outcomes = [];
  for (let index = 0; index < cases; index++) {
    const drawn = drawCase(operations, { seed: 3, index, sizes: 'small' });
    if (drawn.refused !== refused || !drawn.operation.includes('Gemm')) continue;
    outcomes.push(await outcomeOf(drawn, index, { device, reference }));
  }
  return outcomes;
}

/** Changes D's first element: one bit of its exponent. */
function flipBit(d: Tensor): void {
  const byte = d.byteOffset + (d.dtype === 'float32' ? 4 : 2) - 1;
  const [before] = d.buffer.readSync(byte, 1);
  d.buffer.write(Uint8Array.of(before! ^ 0x40), byte);
}

const messagesOf = (outcomes: Awaited<ReturnType<typeof search>>) =>
  outcomes.map(({ failure }) => failure?.message ?? 'passed');

describe('the search', () => {
  it('finds nothing in the library', async () => {
    const outcomes = await search(false, (call) => call());
    expect(outcomes.length).toBeGreaterThan(60);
    expect(new Set(messagesOf(outcomes))).toEqual(new Set(['passed']));
  });

  it('finds one wrong bit in D', async () => {
    const outcomes = await search(false, (call, d) => {
      call();
      flipBit(d);
    });
    const found = outcomes.filter(({ failure }) => failure !== undefined);
    // Rows of padding, and NaN that stay NaN, say nothing.
    expect(found.length).toBeGreaterThan(outcomes.length / 2);
    const [{ failure }] = found as [(typeof found)[number]];
    expect(failure!.message).toMatch(
      /D\[\d+, \d+\]: expected .* but received|have other bits|second run|no write/,
    );
    expect(failure!.description).toMatch(/Gemm.*: /);
  });

  it('finds a byte written in front of D, and behind it', async () => {
    for (const place of [-1, 0]) {
      const outcomes = await search(false, (call, d) => {
        call();
        d.buffer.write(Uint8Array.of(0), place === -1 ? d.byteOffset - 1 : d.buffer.byteLength - 1);
      });
      for (const message of messagesOf(outcomes)) expect(message).toMatch(/expected guard byte|^passed$/);
      const passed = messagesOf(outcomes).filter((message) => message === 'passed').length;
      expect(passed).toBeLessThan(outcomes.length / 4);
    }
  });

  it('finds an input that changed', async () => {
    const outcomes = await search(false, (call, _d, a) => {
      call();
      // In front of the operand, where nothing reads it: results stay right.
      a.buffer.write(Uint8Array.of(0x33), a.byteOffset - 1);
    });
    const found = messagesOf(outcomes).filter((message) => message.startsWith('input 0 after the call'));
    expect(found.length).toBeGreaterThan(outcomes.length / 2);
  });

  it('finds results that differ from run to run', async () => {
    let calls = 0;
    const outcomes = await search(false, (call, d) => {
      call();
      if (calls++ % 2 === 1) flipBit(d);
    });
    expect(messagesOf(outcomes).some((message) => message.startsWith('the second run: '))).toBe(true);
  });

  it('finds a call that throws', async () => {
    const outcomes = await search(false, () => {
      throw new Error('the kernel could not be launched');
    });
    expect(messagesOf(outcomes)).toContain('the kernel could not be launched');
  });

  it('finds a wrong call that raises nothing', async () => {
    const outcomes = await search(true, (call) => {
      try {
        call();
      } catch {
        // Swallowed: this is the fault.
      }
    });
    expect(outcomes.length).toBeGreaterThan(3);
    expect(messagesOf(outcomes).some((message) => message.includes('received no error'))).toBe(true);
  });

  it('finds a wrong call that changes D before it is refused', async () => {
    const outcomes = await search(true, (call, d) => {
      if (!d.destroyed) d.buffer.write(Uint8Array.of(1), d.byteOffset);
      call();
    });
    expect(messagesOf(outcomes).some((message) => /byte \d+ changed/.test(message))).toBe(true);
  });

  it('finds the wrong error', async () => {
    const outcomes = await search(true, () => {
      throw new DgValidationError('something is wrong');
    });
    expect(messagesOf(outcomes).some((message) => message.includes('received "something is wrong"'))).toBe(
      true,
    );
  });
});

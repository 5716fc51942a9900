import { requestDevice } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { guardedTensor } from './guarded-tensor.js';

describe('guardedTensor', () => {
  it('starts poisoned and lets its elements be written', async () => {
    const device = await requestDevice('cpu');
    const guarded = guardedTensor(device, [3, 2], 'bfloat16', { pitchElements: 5 });
    expect(guarded.tensor.strides).toEqual([5, 1]);
    expect(await guarded.tensor.read()).toEqual(new Uint16Array(6).fill(0xffff));
    guarded.tensor.write(Uint16Array.of(1, 2, 3, 4, 5, 6));
    await guarded.expectGuardsIntact();
    expect(await guarded.tensor.read()).toEqual(Uint16Array.of(1, 2, 3, 4, 5, 6));
  });

  it('sees one changed byte in front, behind and between rows', async () => {
    const device = await requestDevice('cpu');
    const guardBytes = 8;
    // Rows of 2 bytes, 4 apart: bytes 8 to 9 and 12 to 13 belong to the tensor.
    for (const [byte, place] of [
      [7, -1],
      [10, 2],
      [14, 6],
    ] as const) {
      const guarded = guardedTensor(device, [2, 2], 'uint8', { pitchElements: 4, guardBytes });
      guarded.tensor.buffer.write(Uint8Array.of(0), byte);
      await expect(guarded.expectGuardsIntact()).rejects.toThrow(`for byte ${place} from`);
    }
  });
});

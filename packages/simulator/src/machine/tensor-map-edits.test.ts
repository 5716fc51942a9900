import { describe, expect, it } from 'vitest';
import { createSimulator } from '../index.js';

const [lines, pitch] = [8, 32];

/**
 * A map of 8 lines of 16 bytes, of memory with 32 bytes a line, is copied to global memory, edited, and loaded with. Returns
 * the first words of the lines that arrive.
 */
function loadThrough(edit: string): number[] {
  const text = `
.version 9.0
.target sm_90a
.address_size 64
.visible .entry load(.param .align 64 .b8 map[128], .param .u64 made, .param .u64 source, .param .u64 out)
{
  .reg .pred %p<2>;
  .reg .b32 %r<16>;
  .reg .b64 %x<8>, %made, %source, %out;
  .shared .align 128 .b8 box[${lines * 16}];
  .shared .align 8 .b8 barrier[8];
  ld.param.u64 %made, [made];
  ld.param.u64 %source, [source];
  ld.param.u64 %out, [out];
  ${Array.from(
    { length: 8 },
    (_, i) =>
      `ld.param.v4.u32 {%r0, %r1, %r2, %r3}, [map+${i * 16}];\n  st.global.v4.u32 [%made+${i * 16}], {%r0, %r1, %r2, %r3};`,
  ).join('\n  ')}
  ${edit}
  fence.proxy.tensormap::generic.release.gpu;
  fence.proxy.tensormap::generic.acquire.gpu [%made], 128;
  mov.u32 %r4, barrier;
  mov.u32 %r5, box;
  mov.u32 %r6, 0;
  mbarrier.init.shared::cta.b64 [%r4], 1;
  fence.mbarrier_init.release.cluster;
  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r4], ${lines * 16};
  cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%r5], [%made, {%r6, %r6}], [%r4];
WAIT:
  mbarrier.try_wait.parity.shared::cta.b64 %p1, [%r4], 0;
  @!%p1 bra WAIT;
  ${Array.from(
    { length: lines },
    (_, i) => `ld.shared.u32 %r7, [%r5+${i * 16}];\n  st.global.u32 [%out+${i * 4}], %r7;`,
  ).join('\n  ')}
  ret;
}`;
  const device = createSimulator();
  try {
    const words = (pitch / 4) * lines * 2;
    const source = device.tensor(
      Int32Array.from({ length: words }, (_, i) => i),
      [words],
      'int32',
    );
    const made = device.zeros([32], 'int32');
    const out = device.zeros([lines], 'int32');
    const map = {
      buffer: source.buffer,
      byteOffset: 0,
      element: 'uint8',
      dims: [16, lines],
      stridesBytes: [pitch],
      box: [16, lines],
      swizzleBytes: 0,
      l2PromotionBytes: 0,
    } as const;
    device.kernelFromPtx(text, 'load').launch({
      grid: [1, 1, 1],
      block: [1, 1, 1],
      arguments: [
        { type: 'tensorMap', map },
        { type: 'address', buffer: made.buffer, byteOffset: 0 },
        { type: 'address', buffer: source.buffer, byteOffset: 0 },
        { type: 'address', buffer: out.buffer, byteOffset: 0 },
      ],
    });
    return [...out.readSync()].map(Number);
  } finally {
    device.destroy();
  }
}

const wordsOfLines = (first: number, step: number, count = lines) =>
  Array.from({ length: lines }, (_, i) => (i < count ? first + i * step : 0));

describe('tensormap.replace', () => {
  it('leaves a map that is copied as it was', () => {
    expect(loadThrough('')).toEqual(wordsOfLines(0, 8));
  });

  it('replaces the address', () => {
    const edit =
      'add.s64 %x0, %source, 64;\n  tensormap.replace.tile.global_address.global.b1024.b64 [%made], %x0;';
    expect(loadThrough(edit)).toEqual(wordsOfLines(16, 8));
  });

  it('replaces a stride and a length', () => {
    const edit = `mov.u64 %x0, 16;
  tensormap.replace.tile.global_stride.global.b1024.b64 [%made], 0, %x0;
  mov.u32 %r0, 3;
  tensormap.replace.tile.global_dim.global.b1024.b32 [%made], 1, %r0;`;
    expect(loadThrough(edit)).toEqual(wordsOfLines(0, 4, 3));
  });

  it('refuses what no map can have', () => {
    const edit = `mov.u64 %x0, 17;
  tensormap.replace.tile.global_stride.global.b1024.b64 [%made], 0, %x0;`;
    expect(() => loadThrough(edit)).toThrow('expected a multiple of 16');
  });

  it('refuses a dimension that the map does not have', () => {
    const edit = 'mov.u32 %r0, 3;\n  tensormap.replace.tile.global_dim.global.b1024.b32 [%made], 2, %r0;';
    expect(() => loadThrough(edit)).toThrow('expected 0 to 1 for the ordinal of global_dim but received 2');
  });

  it('refuses memory that holds no map', () => {
    const edit = 'tensormap.replace.tile.global_address.global.b1024.b64 [%source], %source;';
    expect(() => loadThrough(edit)).toThrow('expected an encoded tensor map');
  });
});

import { describe, expect, it } from 'vitest';
import { runInstruction } from './testing/run-instruction.js';

/** What nvcc makes of pieces that kernels like ours have, by hand. */
describe('idioms of kernels', () => {
  const eachLane = <T>(of: (lane: number) => T) => Array.from({ length: 32 }, (_, lane) => of(lane));

  it('find the group of a row among end offsets, by a ballot and __ffs', () => {
    // Lane i holds the end of group i, and asks for the group of row 10 i.
    const ends = eachLane((lane) => BigInt(lane < 20 ? 16 * (lane + 1) : 0x7fff_ffff));
    const rows = [0n, 15n, 16n, 100n, 319n, 320n];
    for (const row of rows) {
      const text = `
setp.gt.s32 %pa, %wa, %wb;
vote.sync.ballot.b32 %we, %pa, -1;
brev.b32 %we, %we;
bfind.shiftamt.u32 %wd, %we;`;
      const cases = ends.map((end) => [end, row]);
      expect(runInstruction(text, 'w', cases)).toEqual(eachLane(() => row / 16n));
    }
  });

  it('round a scale up to a power of two and pack four exponents', () => {
    // The exponent field, one more if any fraction bit is set; four lanes make a word.
    const up = `
shr.u32 %wb, %wa, 23;
and.b32 %wc, %wa, 8388607;
setp.ne.s32 %pa, %wc, 0;
selp.b32 %wc, 1, 0, %pa;
add.s32 %wb, %wb, %wc;
shfl.sync.down.b32 %wc, %wb, 1, 31, -1;
prmt.b32 %wb, %wb, %wc, 0x3340;
shfl.sync.down.b32 %wc, %wb, 2, 31, -1;
prmt.b32 %wd, %wb, %wc, 0x5410;`;
    // 1, just above 1, 0.75, 2^-126.
    const scales = [0x3f80_0000n, 0x3f80_0001n, 0x3f40_0000n, 0x0080_0000n];
    const results = runInstruction(
      up,
      'w',
      eachLane((lane) => [scales[lane % 4]!]),
    );
    expect(results[0]).toBe(0x017f_807fn);
    expect(results[4]).toBe(0x017f_807fn);
  });

  it('agree with exp2(ceil(log2(x))), whose approximations are exact on powers of two', () => {
    const text = `
lg2.approx.ftz.f32 %fb, %fa;
cvt.rpi.f32.f32 %fb, %fb;
ex2.approx.ftz.f32 %fd, %fb;`;
    const scales = [0x3f80_0000n, 0x3fa0_0000n, 0x3f40_0000n, 0x3b12_4925n, 0x4000_0000n];
    const results = runInstruction(
      text,
      'f',
      scales.map((scale) => [scale]),
    );
    expect(results).toEqual([0x3f80_0000n, 0x4000_0000n, 0x3f80_0000n, 0x3b80_0000n, 0x4000_0000n]);
  });

  it('divide by a constant with a high product', () => {
    // x / 7 for all of u32, as compilers do it: the magic number of 33 bits, less 2^32.
    const text = `
mov.b32 %wb, 613566757;
mul.hi.u32 %wc, %wa, %wb;
sub.s32 %we, %wa, %wc;
shr.u32 %we, %we, 1;
add.s32 %wc, %we, %wc;
shr.u32 %wd, %wc, 2;`;
    const values = [0n, 6n, 7n, 13n, 14n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_fffen, 0xffff_ffffn];
    expect(
      runInstruction(
        text,
        'w',
        values.map((value) => [value]),
      ),
    ).toEqual(values.map((value) => value / 7n));
  });

  it('sum halves of a pair in float32', () => {
    const text = `
mov.b32 {%ha, %hb}, %wa;
cvt.f32.bf16 %fa, %ha;
cvt.f32.bf16 %fb, %hb;
add.f32 %fc, %fa, %fb;
cvt.rn.bf16.f32 %hd, %fc;`;
    expect(runInstruction(text, 'h', [[0x3f80_4000n], [0x7f7f_7f7fn]])).toEqual([0x4040n, 0x7f80n]);
  });
});

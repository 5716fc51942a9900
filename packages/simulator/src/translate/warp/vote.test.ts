import { describe, expect, it } from 'vitest';
import { DgSimulationError } from '../../device/simulation-error.js';
import { type ResultRegister, runInstruction } from '../testing/run-instruction.js';

const all = 0xffff_ffffn;

/** One warp: lane i has `of(i)` in `%wa`, and its number in `%wlane`. */
function run(
  text: string,
  result: ResultRegister,
  of: (lane: number) => bigint,
  second = (_: number) => 0n,
): bigint[] {
  const cases = Array.from({ length: 32 }, (_, lane) => [of(lane), second(lane)]);
  return runInstruction(text, result, cases);
}

const same = (value: bigint) => Array(32).fill(value);
const isOdd = 'and.b32 %we, %wa, 1;\nsetp.ne.s32 %pa, %we, 0;\n';

describe('vote.sync', () => {
  it('ballot has the bit of each lane', () => {
    expect(run(`${isOdd}vote.sync.ballot.b32 %wd, %pa, -1;`, 'w', BigInt)).toEqual(same(0xaaaa_aaaan));
    expect(run(`${isOdd}vote.sync.ballot.b32 %wd, !%pa, -1;`, 'w', BigInt)).toEqual(same(0x5555_5555n));
  });

  it.each([
    ['any', 0n, 1n, 1n],
    ['all', 0n, 0n, 1n],
    ['uni', 1n, 0n, 1n],
  ])('%s of none, some and all', (mode, none, some, every) => {
    const text = `${isOdd}vote.sync.${mode}.pred %pd, %pa, -1;`;
    expect(run(text, 'p', () => 0n)).toEqual(same(none));
    expect(run(text, 'p', (lane) => (lane === 31 ? 1n : 0n))).toEqual(same(some));
    expect(run(text, 'p', () => 1n)).toEqual(same(every));
  });

  it('counts the lanes of its mask, of which there may be several', () => {
    // Each quarter of the warp names itself.
    const mask = (lane: number) => 0xffn << BigInt(8 * Math.floor(lane / 8));
    const ballots = run(`${isOdd}vote.sync.ballot.b32 %wd, %pa, %wb;`, 'w', BigInt, mask);
    expect(ballots).toEqual(Array.from({ length: 32 }, (_, lane) => 0xaaaa_aaaan & mask(lane)));
    const every = run(`${isOdd}vote.sync.all.pred %pd, %pa, %wb;`, 'p', (lane) => (lane < 8 ? 1n : 0n), mask);
    expect(every).toEqual(Array.from({ length: 32 }, (_, lane) => (lane < 8 ? 1n : 0n)));
  });

  it('leaves out lanes that have left', () => {
    const text = `setp.gt.u32 %pb, %wlane, 15;\n@%pb ret;\n${isOdd}vote.sync.all.pred %pd, %pa, -1;`;
    expect(run(text, 'p', (lane) => (lane < 16 ? 1n : 0n)).slice(0, 16)).toEqual(Array(16).fill(1n));
  });

  it.each([
    [
      'a lane that is not in its own mask',
      '%wb',
      (lane: number) => (lane === 3 ? 0n : 0xffff_fff7n),
      'expected lanes 0x8 together but received 0x0',
    ],
    [
      'lanes with different masks that name each other',
      '%wb',
      (lane: number) => (lane < 16 ? all : 0xffff_0000n),
      'expected lanes 0xffffffff together but received 0xffff',
    ],
  ])('reports %s', (_, mask, of, message) => {
    const text = `${isOdd}vote.sync.ballot.b32 %wd, %pa, ${mask};`;
    const act = () => run(text, 'w', BigInt, of);
    expect(act).toThrow(DgSimulationError);
    expect(act).toThrow(message);
  });
});

describe('match.sync', () => {
  const third = (lane: number) => BigInt(lane % 3);
  const thirds = Array.from({ length: 32 }, (_, lane) =>
    Array.from({ length: 32 }, (_, other) => (other % 3 === lane % 3 ? 1n << BigInt(other) : 0n)).reduce(
      (a, b) => a + b,
    ),
  );

  it('any gives the lanes with the same value', () => {
    expect(run('match.any.sync.b32 %wd, %wa, -1;', 'w', third)).toEqual(thirds);
    expect(run('match.any.sync.b32 %wa, %wa, -1;\nmov.b32 %wd, %wa;', 'w', third)).toEqual(thirds);
  });

  it('any of 64 bits looks at both words', () => {
    expect(run('match.any.sync.b64 %wd, %xa, -1;', 'w', (lane) => third(lane) << 32n)).toEqual(thirds);
    expect(run('match.any.sync.b32 %wd, %wa, -1;', 'w', (lane) => third(lane) << 32n)).toEqual(same(all));
  });

  it('all gives the mask, or nothing', () => {
    const lastDiffers = (lane: number) => (lane === 31 ? 8n : 7n);
    const text = 'match.all.sync.b32 %wd|%pd, %wa, -1;';
    expect(run(text, 'w', () => 7n)).toEqual(same(all));
    expect(run(text, 'p', () => 7n)).toEqual(same(1n));
    expect(run(text, 'w', lastDiffers)).toEqual(same(0n));
    expect(run(text, 'p', lastDiffers)).toEqual(same(0n));
    expect(run('match.all.sync.b64 %wd, %xa, -1;', 'w', (lane) => lastDiffers(lane) << 32n)).toEqual(
      same(0n),
    );
  });
});

describe('redux.sync', () => {
  // Lane 5 is the only one below zero.
  const value = (lane: number) => (lane === 5 ? 0x8000_0001n : BigInt(lane + 1));
  const upTo32 = (32n * 33n) / 2n;
  it.each([
    ['add.u32', 0x8000_0001n + upTo32 - 6n],
    ['add.s32', 0x8000_0001n + upTo32 - 6n],
    ['min.u32', 1n],
    ['max.u32', 0x8000_0001n],
    ['min.s32', 0x8000_0001n],
    ['max.s32', 32n],
    ['and.b32', 0n],
    ['or.b32', 0x8000_003fn],
  ])('%s', (operation, expected) => {
    expect(run(`redux.sync.${operation} %wd, %wa, -1;`, 'w', value)).toEqual(same(expected));
    expect(run(`redux.sync.${operation} %wa, %wa, -1;\nmov.b32 %wd, %wa;`, 'w', value)).toEqual(
      same(expected),
    );
  });

  it('xor leaves what is there an odd number of times', () => {
    expect(run('redux.sync.xor.b32 %wd, %wa, -1;', 'w', (lane) => (lane < 3 ? 4n : 1n))).toEqual(same(5n));
  });

  it('and keeps what all have', () => {
    expect(
      run('redux.sync.and.b32 %wd, %wa, -1;', 'w', (lane) => 0xf000_0000n | (1n << BigInt(lane % 8))),
    ).toEqual(same(0xf000_0000n));
  });

  it('add wraps around', () => {
    expect(run('redux.sync.add.u32 %wd, %wa, -1;', 'w', () => all)).toEqual(same(0xffff_ffe0n));
  });

  it('of floats is refused', () => {
    expect(() => run('redux.sync.max.f32 %fd, %fa, -1;', 'f', value)).toThrow('redux.sync.max.f32');
  });
});

describe('activemask', () => {
  it('has the lanes that are there', () => {
    expect(run('activemask.b32 %wd;', 'w', BigInt)).toEqual(same(all));
    const diverged =
      'setp.lt.u32 %pa, %wlane, 8;\nmov.b32 %wd, 0;\n@!%pa bra OVER;\nactivemask.b32 %wd;\nOVER:';
    expect(run(diverged, 'w', BigInt)).toEqual(
      Array.from({ length: 32 }, (_, lane) => (lane < 8 ? 0xffn : 0n)),
    );
    const guarded = 'setp.lt.u32 %pa, %wlane, 8;\nmov.b32 %wd, 0;\n@%pa activemask.b32 %wd;';
    expect(run(guarded, 'w', BigInt)).toEqual(
      Array.from({ length: 32 }, (_, lane) => (lane < 8 ? 0xffn : 0n)),
    );
  });
});

describe('a prefix sum over a warp', () => {
  it('adds up with shuffles', () => {
    const steps = [1, 2, 4, 8, 16].map(
      (step) => `shfl.sync.up.b32 %we|%pa, %wa, ${step}, 0, -1;\n@%pa add.s32 %wa, %wa, %we;`,
    );
    const sums = run(`${steps.join('\n')}\nmov.b32 %wd, %wa;`, 'w', (lane) => BigInt(lane + 1));
    expect(sums).toEqual(Array.from({ length: 32 }, (_, lane) => BigInt(((lane + 1) * (lane + 2)) / 2)));
  });
});

import { describe, expect, it } from 'vitest';
import { runPlanted } from './run-planted.js';

/** Lanes below 16 vote among themselves, on a path that the others do not take. */
const voteOfHalf = `
  and.b32 %r5, %r1, 31;
  setp.gt.u32 %p2, %r5, 15;
  @%p2 bra OTHERS;
  setp.lt.u32 %p3, %r5, 4;
  vote.sync.ballot.b32 %r6, %p3, 65535;
  cvt.u64.u32 %rd4, %r3;
  add.s64 %rd5, %rd1, %rd4;
  st.global.u32 [%rd5], %r6;
OTHERS:`;

describe('a collective whose membermask names half a warp', () => {
  it('does not wait for the other half', () => {
    const { message, output } = runPlanted(voteOfHalf, {}, { seed: 1 });
    expect(message).toBe('');
    expect([...output.subarray(0, 17)]).toEqual([...Array.from({ length: 16 }, () => 15), 0]);
  });
});

describe('register declarations', () => {
  it('may lack the space before the type, and may be bytes', () => {
    const body = '{.reg.b16 h; .reg .b8 b; mov.u16 h, 7;}';
    expect(runPlanted(body, {}, { seed: 1 }).message).toBe('');
  });
});

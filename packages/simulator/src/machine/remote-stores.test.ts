import { describe, expect, it } from 'vitest';
import { createSimulator } from '../index.js';

const name = 'st.async.shared::cluster.mbarrier::complete_tx::bytes';
const [threads, ctas, wordsOfCta] = [64, 2, 512];

interface Exchange {
  /** Makes values of `%w0` to `%w3`. */
  readonly prepare?: string;
  /** `%to` is 16 bytes for each thread there, `%bar` the barrier there. */
  readonly send: string;
  /** By one CTA. */
  readonly bytes: number;
  readonly rounds?: number;
  readonly seed?: number;
  /** What the CTAs do to meet, once their barriers are made. */
  readonly meet?: string;
  /** What comes between that and sending. */
  readonly wait?: string;
  /** By who made the barrier. */
  readonly fence?: string;
}

/**
 * Two CTAs send to each other. Thread t of CTA c has 1000 c + 10 t + i in `%w`i. Returns what each received: 4 words for
 * each thread of the other, 7 where nothing came.
 */
function exchange({
  prepare = '',
  send,
  bytes,
  rounds = 1,
  seed = 1,
  meet = 'barrier.cluster.arrive.release.aligned;',
  wait = 'barrier.cluster.wait.acquire.aligned;',
  fence = '',
}: Exchange): number[][][] {
  const text = `
.version 9.0
.target sm_90a
.address_size 64
.visible .entry exchange(.param .u64 out)
{
  .reg .pred %p<4>;
  .reg .b32 %w<4>, %f<4>, %r<16>, %to, %bar, %thread, %there;
  .reg .b64 %x<2>, %d<2>, %out, %at;
  .shared .align 16 .b8 received[${threads * 16}];
  .shared .align 8 .b8 barrier[16];
  mov.u32 %thread, %tid.x;
  mov.u32 %r0, %cluster_ctarank;
  xor.b32 %there, %r0, 1;
  mul.lo.u32 %r1, %r0, 1000;
  mad.lo.u32 %w0, %thread, 10, %r1;
  add.u32 %w1, %w0, 1;
  add.u32 %w2, %w0, 2;
  add.u32 %w3, %w0, 3;
  ${prepare}
  mov.u32 %r2, received;
  shl.b32 %r3, %thread, 4;
  add.u32 %r2, %r2, %r3;
  mov.u32 %r4, barrier;
  st.shared.v4.u32 [%r2], {7, 7, 7, 7};
  setp.ne.u32 %p0, %thread, 0;
  @%p0 bra READY;
  mbarrier.init.shared::cta.b64 [%r4], 1;
  ${fence}
READY:
  mapa.shared::cluster.u32 %to, %r2, %there;
  mapa.shared::cluster.u32 %bar, %r4, %there;
  mov.u32 %r5, 0;
ROUND:
  ${meet}
  ${wait}
  ${send}
  @%p0 bra WAIT;
  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r4], ${bytes};
WAIT:
  mbarrier.try_wait.parity.shared::cta.b64 %p1, [%r4], %r5;
  @!%p1 bra WAIT;
  ld.shared.v4.u32 {%r6, %r7, %r8, %r9}, [%r2];
  add.u32 %r5, %r5, 1;
  setp.lt.u32 %p2, %r5, ${rounds};
  @%p2 bra ROUND;
  ld.param.u64 %out, [out];
  shl.b32 %r10, %r0, 10;
  add.u32 %r10, %r10, %r3;
  cvt.u64.u32 %at, %r10;
  add.s64 %out, %out, %at;
  st.global.v4.u32 [%out], {%r6, %r7, %r8, %r9};
  ret;
}`;
  const device = createSimulator({ seed });
  try {
    const out = device.zeros([wordsOfCta], 'int32');
    device.kernelFromPtx(text, 'exchange').launch({
      grid: [ctas, 1, 1],
      block: [threads, 1, 1],
      cluster: [ctas, 1, 1],
      arguments: [{ type: 'address', buffer: out.buffer, byteOffset: 0 }],
    });
    const words = Array.from(new Int32Array(out.readSync()));
    const ofThread = (cta: number, thread: number) =>
      words.slice((cta * threads + thread) * 4, (cta * threads + thread + 1) * 4);
    return [0, 1].map((cta) => Array.from({ length: threads }, (_, thread) => ofThread(cta, thread)));
  } finally {
    device.destroy();
  }
}

/** For each CTA and thread: what `of` makes of the first word of the one who sends there. */
const receivedBy = (of: (word: number, thread: number) => readonly number[]) =>
  [0, 1].map((cta) => Array.from({ length: threads }, (_, t) => of(1000 * (1 - cta) + 10 * t, t)));

const asFloats = [0, 1, 2, 3].map((i) => `mov.b32 %f${i}, %w${i};`).join('\n');
const asPairs = 'mov.b64 %x0, {%w0, %w1};\nmov.b64 %x1, {%w2, %w3};\nmov.b64 %d0, %x0;\nmov.b64 %d1, %x1;';

describe('st.async', () => {
  it.each(['b32', 'u32', 's32', 'f32'])('brings words as %s', (type) => {
    const [one, two, four] =
      type === 'f32'
        ? ['%f0', '{%f0, %f1}', '{%f0, %f1, %f2, %f3}']
        : ['%w0', '{%w0, %w1}', '{%w0, %w1, %w2, %w3}'];
    const run = (vector: string, values: string, words: number) =>
      exchange({
        prepare: asFloats,
        send: `${name}${vector}.${type} [%to], ${values}, [%bar];`,
        bytes: threads * words * 4,
      });
    expect(run('', one!, 1)).toEqual(receivedBy((word) => [word, 7, 7, 7]));
    expect(run('.v2', two!, 2)).toEqual(receivedBy((word) => [word, word + 1, 7, 7]));
    expect(run('.v4', four!, 4)).toEqual(receivedBy((word) => [word, word + 1, word + 2, word + 3]));
  });

  it.each(['b64', 'u64', 's64', 'f64'])('brings pairs of words as %s', (type) => {
    const [one, two] = type === 'f64' ? ['%d0', '{%d0, %d1}'] : ['%x0', '{%x0, %x1}'];
    const run = (vector: string, values: string, pairs: number) =>
      exchange({
        prepare: asPairs,
        send: `${name}${vector}.${type} [%to], ${values}, [%bar];`,
        bytes: threads * pairs * 8,
      });
    expect(run('', one!, 1)).toEqual(receivedBy((word) => [word, word + 1, 7, 7]));
    expect(run('.v2', two!, 2)).toEqual(receivedBy((word) => [word, word + 1, word + 2, word + 3]));
  });

  it('finds a barrier that a fence has made ready for a relaxed arrival', () => {
    const meet = 'bar.sync 0;\nbarrier.cluster.arrive.relaxed.aligned;';
    const fence = 'fence.mbarrier_init.release.cluster;';
    // Elsewhere, so that what the receiver stored before does not matter.
    const apart = { send: `@%p0 bra SENT;\n${name}.b32 [%bar+8], %w0, [%bar];\nSENT:`, bytes: 4, meet };
    expect(exchange({ ...apart, fence })).toEqual(receivedBy(() => [7, 7, 7, 7]));
    expect(() => exchange(apart)).toThrow(/is used before it is known to be initialised/);
    expect(() => exchange({ ...apart, fence: 'fence.proxy.async.shared::cta;' })).toThrow(
      /is used before it is known to be initialised/,
    );
    const byOtherLanes = `@%p0 ${fence}\n${meet}`;
    expect(() => exchange({ ...apart, meet: byOtherLanes })).toThrow(
      /is used before it is known to be initialised/,
    );
  });

  it.each([1, 2, 3, 4, 7])('finds it for a lane that knows of those who have met, with seed %i', (seed) => {
    const meet = 'bar.sync 0;\nbarrier.cluster.arrive.relaxed.aligned;';
    const fence = 'fence.mbarrier_init.release.cluster;';
    const send = `@%p0 bra SENT;\n${name}.b32 [%bar+8], %w0, [%bar];\nSENT:`;
    const byOtherLanes = '@!%p0 bra MET;\nbarrier.cluster.wait.acquire;\nMET:';
    const run = (wait: string) => exchange({ send, bytes: 4, meet, fence, seed, wait });
    const nothing = receivedBy(() => [7, 7, 7, 7]);
    expect(run('barrier.cluster.wait.acquire;')).toEqual(nothing);
    expect(run(`${byOtherLanes}\nbar.warp.sync -1;`)).toEqual(nothing);
    for (const wait of [byOtherLanes, '@%p0 barrier.cluster.wait.acquire;']) {
      expect(() => run(wait)).toThrow(
        /no mbarrier was initialised there|is used before it is known to be initialised/,
      );
    }
  });

  it('takes offsets and constants', () => {
    const send = `add.u32 %r11, %bar, -64;\n${name}.v2.b32 [%to+8], {%w1, 5}, [%r11+64];`;
    expect(exchange({ send, bytes: threads * 8 })).toEqual(receivedBy((word) => [7, 7, word + 1, 5]));
  });

  it('brings what registers held when it was issued', () => {
    const send = `${name}.b32 [%to], %w0, [%bar];\nmov.u32 %w0, 9;`;
    expect(exchange({ send, bytes: threads * 4 })).toEqual(receivedBy((word) => [word, 7, 7, 7]));
  });

  it('stores for the active lanes alone', () => {
    const send = `and.b32 %r11, %thread, 3;\nsetp.eq.u32 %p3, %r11, 1;\n@%p3 ${name}.b32 [%to], %w0, [%bar];`;
    expect(exchange({ send, bytes: threads })).toEqual(
      receivedBy((word, thread) => [thread % 4 === 1 ? word : 7, 7, 7, 7]),
    );
  });

  it('goes to the CTA that each lane names', () => {
    // Odd threads send to their own CTA.
    const send = `
  and.b32 %r11, %thread, 1;
  xor.b32 %r11, %there, %r11;
  mapa.shared::cluster.u32 %r12, %r2, %r11;
  mapa.shared::cluster.u32 %r13, %r4, %r11;
  ${name}.b32 [%r12], %w0, [%r13];`;
    const received = exchange({ send, bytes: threads * 4 });
    const first = (cta: number, t: number) => 1000 * (t % 2 === 1 ? cta : 1 - cta) + 10 * t;
    expect(received).toEqual(
      [0, 1].map((cta) => Array.from({ length: threads }, (_, t) => [first(cta, t), 7, 7, 7])),
    );
  });

  it.each([1, 2, 3, 4])('completes one phase after another, with seed %i', (seed) => {
    const send = `${name}.b32 [%to], %w0, [%bar];\nadd.u32 %w0, %w0, 1;`;
    expect(exchange({ send, bytes: threads * 4, rounds: 3, seed })).toEqual(
      receivedBy((word) => [word + 2, 7, 7, 7]),
    );
  });
});

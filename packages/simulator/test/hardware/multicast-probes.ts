import {
  awaitPhase,
  byLeader,
  copyFromShared,
  indices,
  initBarrier,
  kernelText,
  suspendNanoseconds,
} from './kernel-text.js';
import { exact, type Probe } from './probe.js';
import { RandomSource } from './random-source.js';

interface Copy {
  /** Rank of the CTA that issues it. */
  readonly by: number;
  /** CTAs that receive it. */
  readonly mask: number;
  readonly coordinates: readonly [number, number];
}

const threads = 32;
const box = [32, 8] as const;
const boxBytes = box[0] * box[1];
const tensor = { columns: 80, rows: 24 } as const;
const poison = 0x5a5a5a5a;

/**
 * Copies to several CTAs (PTX ISA 9.7.9.25.5.2, .multicast::cluster). Each has a slot in every CTA; who receives nothing
 * there keeps the poison. Every barrier expects exactly the bytes that its CTA is sent, so that a wrong count does not
 * complete the phase.
 */
export function multicastProbes(): Probe[] {
  const everyoneToAll = (size: number): Copy[] =>
    indices(size).map((by) => ({ by, mask: 2 ** size - 1, coordinates: [16 * by, 3 * by] }));
  return [
    multicastProbe('multicast in a pair: one to both', 2, [{ by: 0, mask: 0b11, coordinates: [0, 0] }]),
    multicastProbe('multicast in a pair: one to the other', 2, [{ by: 1, mask: 0b01, coordinates: [16, 4] }]),
    multicastProbe('multicast in a pair: one to itself', 2, [{ by: 1, mask: 0b10, coordinates: [48, 1] }]),
    multicastProbe('multicast in a pair: each to both', 2, everyoneToAll(2)),
    multicastProbe('multicast among four: each to all', 4, everyoneToAll(4)),
    multicastProbe('multicast among four: masks that differ', 4, [
      { by: 0, mask: 0b0101, coordinates: [0, 0] },
      { by: 1, mask: 0b1010, coordinates: [32, 2] },
      { by: 2, mask: 0b0001, coordinates: [-16, -2] },
      { by: 3, mask: 0b0111, coordinates: [64, 20] },
    ]),
    multicastProbe('multicast among four: several by one', 4, [
      { by: 2, mask: 0b1001, coordinates: [16, 1] },
      { by: 2, mask: 0b1011, coordinates: [32, 2] },
      { by: 0, mask: 0b0010, coordinates: [80, 24] },
    ]),
  ];
}

function multicastProbe(name: string, size: number, copies: readonly Copy[]): Probe {
  const random = new RandomSource(name);
  const receivedBytes = copies.length * boxBytes;
  return {
    name,
    ptx: kernelText({ threads, inputs: 1, maps: 1 }, multicastBody(size, copies)),
    grid: [size, 1, 1],
    block: [threads, 1, 1],
    cluster: [size, 1, 1],
    dynamicSharedMemoryBytes: 1024 + receivedBytes + 128,
    inputs: [random.bytes(tensor.columns * tensor.rows)],
    tensorMaps: [
      {
        over: 0,
        element: 'uint8',
        dims: [tensor.columns, tensor.rows],
        stridesBytes: [tensor.columns],
        box,
        swizzleBytes: 0,
      },
    ],
    output: new Uint8Array(size * (receivedBytes + threads * 4)),
    outputType: 'bytes',
    comparison: exact,
  };
}

/** For each CTA: its slots, then for each lane whether the phase of parity lane % 2 is complete. */
function multicastBody(size: number, copies: readonly Copy[]): string {
  const bytes = copies.length * boxBytes;
  const barrier = `%smem+${bytes}`;
  const expected = indices(size).map(
    (rank) => copies.filter(({ mask }) => (mask >> rank) & 1).length * boxBytes,
  );
  return `  mov.u32 %r8, %cluster_ctarank;
  mov.u32 %r9, ${poison};
  shl.b32 %r0, %thread, 2;
  add.u32 %r0, %r0, %smem;
${indices(bytes / (threads * 4))
  .map((i) => `  st.shared.u32 [%r0+${i * threads * 4}], %r9;`)
  .join('\n')}
  fence.proxy.async.shared::cta;
  bar.sync 0;
${byLeader('INITIALISED', initBarrier(barrier, 1))}
${expected.map((count, rank) => byRank(`EXPECTED_${rank}`, rank, expectBytes(barrier, count))).join('\n')}
${clusterSync}
${copies.map((copy, slot) => byRank(`ISSUED_${slot}`, copy.by, issue(copy, slot, barrier))).join('\n')}
${awaitPhase('RECEIVED', barrier, 0)}
${clusterSync}
  mul.wide.u32 %rd0, %r8, ${bytes + threads * 4};
  add.s64 %rd1, %out, %rd0;
${copyFromShared('DUMP', '%rd1', bytes, threads)}
  and.b32 %r1, %thread, 1;
  mbarrier.try_wait.parity.shared::cta.b64 %p2, [${barrier}], %r1, ${suspendNanoseconds};
  selp.u32 %r2, 1, 0, %p2;
  mul.wide.u32 %rd2, %thread, 4;
  add.s64 %rd2, %rd2, %rd1;
  st.global.u32 [%rd2+${bytes}], %r2;
${clusterSync}`;
}

const clusterSync = '  barrier.cluster.arrive.release.aligned;\n  barrier.cluster.wait.acquire.aligned;';

/** Executes the lines in thread 0 of one CTA; %r8 is the own rank. */
function byRank(label: string, rank: number, lines: string): string {
  return `  setp.eq.u32 %p1, %r8, ${rank};
  and.pred %p1, %p1, %leader;
  @!%p1 bra ${label};
${lines}
${label}:`;
}

function expectBytes(barrier: string, bytes: number): string {
  return `  mov.u32 %r1, ${bytes};
  mbarrier.arrive.expect_tx.shared::cta.b64 _, [${barrier}], %r1;`;
}

function issue({ mask, coordinates: [column, row] }: Copy, slot: number, barrier: string): string {
  return `  mov.s32 %r1, ${column};
  mov.s32 %r2, ${row};
  mov.u16 %h0, ${mask};
  cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster [%smem+${slot * boxBytes}], [%map0, {%r1, %r2}], [${barrier}], %h0;`;
}

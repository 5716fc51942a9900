import { indices, kernelText } from './kernel-text.js';
import { exact, type Probe } from './probe.js';
import { RandomSource } from './random-source.js';

const threads = 64;

/** What the lanes of a warp, and the warps of a block, do together. */
export function warpProbes(): Probe[] {
  return [
    ...(['idx', 'bfly', 'up', 'down'] as const).map(shuffleProbe),
    electProbe(),
    namedBarrierProbe(),
    warpSyncProbe(),
    specialRegisterProbe(),
  ];
}

function wordsProbe(name: string, words: number, body: string, more: Partial<Probe> = {}): Probe {
  const { inputs = [] } = more;
  return {
    name,
    ptx: kernelText({ threads, inputs: inputs.length }, body),
    grid: [1, 1, 1],
    block: [threads, 1, 1],
    dynamicSharedMemoryBytes: 2048,
    inputs,
    tensorMaps: [],
    output: new Uint8Array(words * 4).fill(0xa5),
    outputType: 'bytes',
    comparison: exact,
    ...more,
  };
}

const segments = [0x00, 0x10, 0x18, 0x1c, 0x1f];

/** shfl.sync (PTX ISA 9.7.9.6): lane, clamp and segment differ from lane to lane; half of them as compilers write them. */
function shuffleProbe(mode: 'idx' | 'bfly' | 'up' | 'down'): Probe {
  const name = `shfl.${mode}`;
  const random = new RandomSource(name);
  const usualClamp = mode === 'up' ? 0 : 31;
  const rounds = 4;
  const perLane = indices(threads * rounds).flatMap((i) => [
    random.bits(),
    i % 3 === 0 ? random.bits() : random.integer(0, 31),
    (random.pick(segments) << 8) | (i % 2 === 0 ? usualClamp : random.integer(0, 31)),
    0,
  ]);
  return wordsProbe(
    name,
    threads * rounds * 2,
    indices(rounds)
      .map(
        (round) => `  add.u32 %r0, %thread, ${round * threads};
  mul.wide.u32 %rd0, %r0, 16;
  add.s64 %rd0, %rd0, %in0;
  ld.global.v4.u32 {%r1, %r2, %r3, %r4}, [%rd0];
  shfl.sync.${mode}.b32 %r5|%p1, %r1, %r2, %r3, -1;
  selp.u32 %r6, 1, 0, %p1;
  mul.wide.u32 %rd1, %r0, 8;
  add.s64 %rd1, %rd1, %out;
  st.global.v2.u32 [%rd1], {%r5, %r6};`,
      )
      .join('\n'),
    { inputs: [new Uint8Array(Uint32Array.from(perLane).buffer)] },
  );
}

/** elect.sync (9.7.13.12): the manual leaves open which lane it is. */
function electProbe(): Probe {
  return wordsProbe(
    'elect.sync',
    threads * 2,
    `  elect.sync %r0|%p1, -1;
  selp.u32 %r1, 1, 0, %p1;
  mul.wide.u32 %rd0, %thread, 8;
  add.s64 %rd0, %rd0, %out;
  st.global.v2.u32 [%rd0], {%r0, %r1};`,
  );
}

/** bar.arrive and bar.sync (9.7.13.1): the second warp reads what the first wrote, then the other way round. */
function namedBarrierProbe(): Probe {
  return wordsProbe(
    'named barriers between two warps',
    threads,
    `  shr.u32 %r0, %thread, 5;
  and.b32 %r1, %thread, 31;
  shl.b32 %r2, %r1, 2;
  add.u32 %r2, %r2, %smem;
  xor.b32 %r3, %thread, 21;
  setp.ne.u32 %p1, %r0, 0;
  @%p1 bra SECOND;
  st.shared.u32 [%r2], %r3;
  bar.arrive 3, ${threads};
  bar.sync 4, ${threads};
  ld.shared.u32 %r5, [%r2+256];
  bra WRITE;
SECOND:
  bar.sync 3, ${threads};
  ld.shared.u32 %r5, [%r2];
  st.shared.u32 [%r2+256], %r3;
  bar.arrive 4, ${threads};
WRITE:
  bar.sync 0;
  mul.wide.u32 %rd0, %thread, 4;
  add.s64 %rd0, %rd0, %out;
  st.global.u32 [%rd0], %r5;`,
  );
}

/** bar.warp.sync (9.7.13.2): lanes of both sides of a branch see each other's stores after it. */
function warpSyncProbe(): Probe {
  return wordsProbe(
    'bar.warp.sync after a branch',
    threads,
    `  shl.b32 %r0, %thread, 2;
  add.u32 %r0, %r0, %smem;
  and.b32 %r1, %thread, 1;
  setp.eq.u32 %p1, %r1, 0;
  @%p1 bra EVEN;
  mul.lo.u32 %r2, %thread, 5;
  st.shared.u32 [%r0], %r2;
  bra MET;
EVEN:
  mul.lo.u32 %r2, %thread, 3;
  st.shared.u32 [%r0], %r2;
MET:
  bar.warp.sync -1;
  xor.b32 %r3, %thread, 1;
  shl.b32 %r3, %r3, 2;
  add.u32 %r3, %r3, %smem;
  ld.shared.u32 %r4, [%r3];
  mul.wide.u32 %rd0, %thread, 4;
  add.s64 %rd0, %rd0, %out;
  st.global.u32 [%rd0], %r4;`,
  );
}

const specials = [
  ...['tid', 'ntid', 'ctaid', 'nctaid', 'clusterid', 'nclusterid', 'cluster_ctaid', 'cluster_nctaid'].flatMap(
    (name) => ['x', 'y', 'z'].map((axis) => `%${name}.${axis}`),
  ),
  '%cluster_ctarank',
  '%cluster_nctarank',
  '%laneid',
  ...['eq', 'le', 'lt', 'ge', 'gt'].map((which) => `%lanemask_${which}`),
];

/** Chapter 10: every special register in a block and a cluster of more than one dimension. */
function specialRegisterProbe(): Probe {
  const grid = [4, 2, 2] as const;
  const block = [8, 4, 2] as const;
  const ctas = grid[0] * grid[1] * grid[2];
  const wordsPerThread = specials.length;
  return wordsProbe(
    'special registers',
    ctas * threads * wordsPerThread,
    `  mov.u32 %r0, %ctaid.z;
  mad.lo.u32 %r0, %r0, ${grid[1]}, 0;
  mov.u32 %r1, %ctaid.y;
  add.u32 %r0, %r0, %r1;
  mul.lo.u32 %r0, %r0, ${grid[0]};
  mov.u32 %r1, %ctaid.x;
  add.u32 %r0, %r0, %r1;
  mov.u32 %r2, %tid.z;
  mul.lo.u32 %r2, %r2, ${block[1]};
  mov.u32 %r3, %tid.y;
  add.u32 %r2, %r2, %r3;
  mul.lo.u32 %r2, %r2, ${block[0]};
  mov.u32 %r3, %tid.x;
  add.u32 %r2, %r2, %r3;
  mul.lo.u32 %r0, %r0, ${threads};
  add.u32 %r0, %r0, %r2;
  mul.wide.u32 %rd0, %r0, ${wordsPerThread * 4};
  add.s64 %rd0, %rd0, %out;
${specials.map((name, i) => `  mov.u32 %r4, ${name};\n  st.global.u32 [%rd0+${i * 4}], %r4;`).join('\n')}`,
    { grid, block, cluster: [2, 1, 2] },
  );
}

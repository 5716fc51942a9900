import { awaitPhase, byLeader, indices, kernelText } from './kernel-text.js';
import { exact, type Probe } from './probe.js';
import { RandomSource } from './random-source.js';

/** What one CTA does between two looks at the barriers. */
interface Step {
  readonly by: number;
  /** By all lanes instead of one. */
  readonly everyLane?: boolean;
  readonly lines: string;
  /** Wait for this phase, in the CTA `by`, before looking. */
  readonly thenAwait?: 0 | 1;
}

const threads = 32;
const copyBytes = 128;
const barrierOffset = 1024;

const local = (lines: string): Step => ({ by: 0, lines });
const init = (arrivals: number) =>
  local(`  mbarrier.init.shared::cta.b64 [%r8], ${arrivals};\n  fence.mbarrier_init.release.cluster;`);
const arrive = local('  mbarrier.arrive.shared::cta.b64 _, [%r8];');
const arriveTimes = (count: number) => local(`  mbarrier.arrive.shared::cta.b64 _, [%r8], ${count};`);
const arriveExpecting = (bytes: number) =>
  local(`  mov.u32 %r1, ${bytes};\n  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r8], %r1;`);
const expect = (bytes: number) =>
  local(`  mov.u32 %r1, ${bytes};\n  mbarrier.expect_tx.shared::cta.b64 [%r8], %r1;`);
const invalidate = local(
  '  mbarrier.inval.shared::cta.b64 [%r8];\n  mbarrier.init.shared::cta.b64 [%r8], 2;',
);
const copy = (times: number) =>
  indices(times)
    .map(
      (slot) =>
        `  mov.u32 %r1, 0;
  cp.async.bulk.tensor.1d.shared::cluster.global.mbarrier::complete_tx::bytes [%smem+${slot * copyBytes}], [%map0, {%r1}], [%r8];`,
    )
    .join('\n');
const copyAndAwait = (times: number, parity: 0 | 1): Step => ({
  ...local(copy(times)),
  thenAwait: parity,
});
const byEveryLane = (step: Step): Step => ({ ...step, everyLane: true });
const remotely = (lines: string): Step => ({
  by: 1,
  lines: `  mapa.shared::cluster.u32 %r9, %r8, 0;\n${lines}`,
});
const arriveRemotely = remotely('  mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r9];');
const expectRemotely = (bytes: number) =>
  remotely(
    `  mov.u32 %r1, ${bytes};\n  mbarrier.arrive.expect_tx.release.cluster.shared::cluster.b64 _, [%r9], %r1;`,
  );

/**
 * Phases of an mbarrier (PTX ISA 9.7.13.15): after every step each lane asks for the phase of parity lane % 2. Exactly one
 * of the two is complete, and test_wait does not wait: try_wait lets the lanes that need not wait run ahead of the others.
 */
export function mbarrierProbes(): Probe[] {
  return [
    sequence('one arrival a phase', [init(1), arrive, arrive, arrive]),
    sequence('three arrivals a phase', [init(3), ...indices(7).map(() => arrive)]),
    sequence('arrivals of all lanes', [init(32), byEveryLane(arrive), byEveryLane(arrive)]),
    sequence('bytes of one copy, then of two', [
      init(1),
      arriveExpecting(copyBytes),
      copyAndAwait(1, 0),
      arriveExpecting(2 * copyBytes),
      copyAndAwait(2, 1),
    ]),
    sequence('bytes expected before the arrival', [init(1), expect(copyBytes), arrive, copyAndAwait(1, 0)]),
    sequence('bytes expected between arrivals', [
      init(2),
      arrive,
      expect(copyBytes),
      arrive,
      copyAndAwait(1, 0),
      arrive,
    ]),
    sequence('bytes expected twice', [
      init(2),
      arriveExpecting(copyBytes),
      arriveExpecting(copyBytes),
      copyAndAwait(2, 0),
    ]),
    sequence('bytes that may come before they are expected', [
      init(1),
      { ...local(`${copy(1)}\n${arriveExpecting(copyBytes).lines}`), thenAwait: 0 },
      arrive,
    ]),
    sequence('another count after invalidation', [init(1), arrive, invalidate, arrive, arrive]),
    sequence('arrivals with a count', [init(3), arriveTimes(2), arriveTimes(1), arriveTimes(3), arrive]),
    sequence('arrivals of a peer', [init(3), arriveRemotely, arrive, arriveRemotely, arriveRemotely], {
      size: 2,
    }),
    sequence('bytes expected by a peer', [init(2), expectRemotely(copyBytes), arrive, copyAndAwait(1, 0)], {
      size: 2,
    }),
  ];
}

interface SequenceOptions {
  /** CTAs of the cluster. */
  readonly size?: 1 | 2;
}

function sequence(what: string, steps: readonly Step[], options: SequenceOptions = {}): Probe {
  const name = `mbarrier: ${what}`;
  const { size = 1 } = options;
  return {
    name,
    ptx: kernelText({ threads, maps: 1, inputs: 1 }, sequenceBody(steps, size)),
    grid: [size, 1, 1],
    block: [threads, 1, 1],
    cluster: [size, 1, 1],
    dynamicSharedMemoryBytes: 1024 + barrierOffset + 16,
    inputs: [new RandomSource(name).bytes(copyBytes)],
    tensorMaps: [
      { over: 0, element: 'uint8', dims: [copyBytes], stridesBytes: [], box: [copyBytes], swizzleBytes: 0 },
    ],
    output: new Uint8Array(steps.length * threads).fill(0xa5),
    outputType: 'bytes',
    comparison: exact,
  };
}

/** %r8 is the barrier; CTA 0 writes for each step one byte a lane. */
function sequenceBody(steps: readonly Step[], size: number): string {
  const meet =
    size === 1
      ? '  bar.sync 0;'
      : '  barrier.cluster.arrive.release.aligned;\n  barrier.cluster.wait.acquire.aligned;';
  const looks = `  mbarrier.test_wait.parity.shared::cta.b64 %p2, [%r8], %r7;
  selp.u16 %h0, 1, 0, %p2;`;
  return `  add.u32 %r8, %smem, ${barrierOffset};
  and.b32 %r7, %thread, 1;
  mov.u32 %r6, %cluster_ctarank;
  cvt.u64.u32 %rd0, %thread;
  add.s64 %rd0, %rd0, %out;
${steps
  .map(
    (step, index) => `${onCta(`STEP_${index}`, step.by, stepLines(step, index))}
${meet}
${onCta(`LOOKED_${index}`, 0, `${looks}\n  st.global.u8 [%rd0+${index * threads}], %h0;`)}
${meet}`,
  )
  .join('\n')}`;
}

function stepLines({ lines, everyLane, thenAwait }: Step, index: number): string {
  const done = everyLane ? lines : byLeader(`ACTED_${index}`, lines);
  return thenAwait === undefined ? done : `${done}\n${awaitPhase(`AWAIT_${index}`, '%r8', thenAwait)}`;
}

function onCta(label: string, rank: number, lines: string): string {
  return `  setp.ne.u32 %p1, %r6, ${rank};
  @%p1 bra ${label};
${lines}
${label}:`;
}

import { describe, expect, it } from 'vitest';
import { DgSimulationError } from '../device/simulation-error.js';
import { createSimulator } from '../index.js';

/** A kernel with one pointer parameter and 4 KiB of shared memory, which starts at `smem`. */
const kernel = (body: string, threads = 64) => `
.version 9.0
.target sm_90a
.address_size 64
.visible .entry planted(.param .u64 out, .param .align 64 .b8 map[128])
.maxntid ${threads}, 1, 1
{
  .reg .pred %p<8>;
  .reg .b32 %r<32>;
  .reg .b64 %rd<8>;
  .shared .align 1024 .b8 smem[4096];
  ld.param.u64 %rd1, [out];
  mov.u32 %r1, %tid.x;
  mov.u32 %r2, smem;
  setp.ne.u32 %p1, %r1, 0;
  shl.b32 %r3, %r1, 2;
  add.s32 %r4, %r2, %r3;
${body}
  ret;
}`;

interface Outcome {
  readonly check: string | undefined;
  readonly message: string;
  readonly output: Uint32Array;
}

function run(body: string, seed: number, threads = 64): Outcome {
  const device = createSimulator({ seed });
  try {
    const out = device.zeros([64, 4], 'int32');
    const simulated = device.kernelFromPtx(kernel(body, threads), 'planted');
    const map = {
      buffer: out.buffer,
      byteOffset: 0,
      element: 'int32',
      dims: [4, 64],
      stridesBytes: [16],
      box: [4, 64],
      swizzleBytes: 0,
      l2PromotionBytes: 0,
    } as const;
    let check: string | undefined;
    let message = '';
    try {
      simulated.launch({
        grid: [1, 1, 1],
        block: [threads, 1, 1],
        arguments: [
          { type: 'address', buffer: out.buffer, byteOffset: 0 },
          { type: 'tensorMap', map },
        ],
      });
    } catch (error) {
      if (!(error instanceof DgSimulationError)) throw error;
      check = error.report.check;
      message = error.message;
      expect(error.report.seed).toBe(seed);
      expect(error.report.ptxLine ?? 1).toBeGreaterThan(0);
    }
    return { check, message, output: new Uint32Array(out.readSync().buffer) };
  } finally {
    device.destroy();
  }
}

const fillShared = '  st.shared.u32 [%r4], %r1;';
const initBarrier = `
  @%p1 bra INITIALISED;
  mbarrier.init.shared::cta.b64 [%r2+2048], 1;
  fence.mbarrier_init.release.cluster;
INITIALISED:
  bar.sync 0;`;
const waitForPhase = `
WAIT:
  mbarrier.try_wait.parity.shared::cta.b64 %p2, [%r2+2048], 0;
  @!%p2 bra WAIT;`;
const load = (bytes: number) => `
  @%p1 bra LOADED;
  mov.b64 %rd2, map;
  cvta.param.u64 %rd3, %rd2;
  mov.u32 %r5, 0;
  mov.u32 %r6, ${bytes};
  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2+2048], %r6;
  cp.async.bulk.tensor.2d.shared::cluster.global.mbarrier::complete_tx::bytes [%r2], [%rd3, {%r5, %r5}], [%r2+2048];
LOADED:`;
const store = `
  bar.sync 0;
  @%p1 bra STORED;
  mov.b64 %rd2, map;
  cvta.param.u64 %rd3, %rd2;
  mov.u32 %r5, 0;
  cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [%rd3, {%r5, %r5}], [%r2];
  cp.async.bulk.commit_group;
  cp.async.bulk.wait_group.read 0;
STORED:`;
const fillAll = [0, 256, 512, 768].map((offset) => `  st.shared.u32 [%r4+${offset}], %r1;`).join('\n');

const leaveUpperHalf = '  and.b32 %r8, %r1, 31;\n  setp.gt.u32 %p4, %r8, 15;\n  @%p4 ret;';

/** One fault each, and the same kernel without it. */
const faults: readonly {
  readonly check: string;
  readonly what: string;
  readonly broken: string;
  readonly repaired: string;
  readonly message: RegExp;
}[] = [
  {
    check: 'uninitialised-read',
    what: 'reads shared memory that nothing wrote',
    broken: '  ld.shared.u32 %r7, [%r4];',
    repaired: `${fillShared}\n  ld.shared.u32 %r7, [%r4];`,
    message: /nothing wrote it/,
  },
  {
    check: 'bounds',
    what: 'writes past shared memory',
    broken: '  st.shared.u32 [%r4+4092], %r1;',
    repaired: '  st.shared.u32 [%r4+3840], %r1;',
    message: /expected shared memory from/,
  },
  {
    check: 'bounds',
    what: 'writes past an allocation',
    broken: '  st.global.u32 [%rd1+1024], %r1;',
    repaired: '  st.global.u32 [%rd1+1020], %r1;',
    message: /received/,
  },
  {
    check: 'bounds',
    what: 'writes to a misaligned address',
    broken: '  st.shared.u32 [%r4+2], %r1;',
    repaired: '  st.shared.u32 [%r4+4], %r1;',
    message: /expected a multiple of 4/,
  },
  {
    check: 'barrier',
    what: 'waits on a barrier that nobody initialised',
    broken: waitForPhase,
    repaired: `${initBarrier}\n  @%p1 bra ARRIVED;\n  mbarrier.arrive.shared::cta.b64 _, [%r2+2048];\nARRIVED:${waitForPhase}`,
    message: /no mbarrier was initialised/,
  },
  {
    check: 'barrier',
    what: 'arrives more often than the phase expects',
    broken: `${initBarrier}\n  mov.u32 %r6, 16;\n  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2+2048], %r6;`,
    repaired: `${initBarrier}\n  @%p1 bra ONE;\n  mov.u32 %r6, 0;\n  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2+2048], %r6;\nONE:`,
    message: /overrun/,
  },
  {
    check: 'deadlock',
    what: 'expects more bytes than the copy brings',
    broken: `${initBarrier}${load(2048)}${waitForPhase}`,
    repaired: `${initBarrier}${load(1024)}${waitForPhase}`,
    message: /wait for the mbarrier at \d+: phase of parity 0: 0 of 1 arrivals and 1024 bytes pending/,
  },
  {
    check: 'deadlock',
    what: 'leaves a warp out of a barrier',
    broken: '  setp.lt.u32 %p3, %r1, 32;\n  @%p3 bra OUT;\n  bar.sync 0;\nOUT:',
    repaired: '  setp.lt.u32 %p3, %r1, 32;\n  @%p3 bra IN;\nIN:\n  bar.sync 0;',
    message: /barrier 0: 32 of 64 threads have arrived[\s\S]*warp 1 waits at bar\.sync in line \d+/,
  },
  {
    check: 'asynchronous-hazard',
    what: 'reads what a copy may still be writing',
    broken: `${initBarrier}${load(1024)}\n  ld.shared.u32 %r7, [%r4];${waitForPhase}`,
    repaired: `${initBarrier}${load(1024)}${waitForPhase}\n  ld.shared.u32 %r7, [%r4];`,
    message: /asynchronous copy may still be writing/,
  },
  {
    check: 'proxy-fence',
    what: 'stores by TMA what ordinary stores wrote, without the proxy fence',
    broken: `${fillAll}${store}`,
    repaired: `${fillAll}\n  fence.proxy.async.shared::cta;${store}`,
    message: /expected fence\.proxy\.async by warp \d/,
  },
  {
    check: 'asynchronous-hazard',
    what: 'overwrites what a TMA store may still be reading',
    broken: `${fillAll}\n  fence.proxy.async.shared::cta;${store.replace('  cp.async.bulk.wait_group.read 0;\n', '')}\n  bar.sync 0;\n${fillShared}`,
    repaired: `${fillAll}\n  fence.proxy.async.shared::cta;${store}\n  bar.sync 0;\n${fillShared}`,
    message: /may still be reading/,
  },
  {
    check: 'register-budget',
    what: 'asks for a register count that does not exist',
    broken: '  setmaxnreg.dec.sync.aligned.u32 20;',
    repaired: '  setmaxnreg.dec.sync.aligned.u32 24;',
    message: /expected a multiple of 8 from 24 to 256/,
  },
  {
    check: 'divergence',
    what: 'shuffles from a lane that has left',
    broken: `${leaveUpperHalf}\n  shfl.sync.idx.b32 %r10, %r1, 20, 31, -1;`,
    repaired: `${leaveUpperHalf}\n  shfl.sync.idx.b32 %r10, %r1, 3, 31, -1;`,
    message: /reads lane 20 of warp \d, which does not take part/,
  },
];

/** A fault that depends on the interleaving shows for one of these. */
const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

describe.each(faults)('$check: a kernel that $what', ({ check, broken, repaired, message }) => {
  it('is reported', () => {
    const outcomes = seeds.map((seed) => run(broken, seed));
    const reported = outcomes.filter((outcome) => outcome.check === check);
    expect(outcomes.map((outcome) => outcome.check)).toContain(check);
    for (const outcome of reported) expect(outcome.message).toMatch(message);
  });

  it('is not reported once repaired', () => {
    for (const seed of seeds) expect(run(repaired, seed)).toMatchObject({ check: undefined });
  });
});

describe('the seed', () => {
  it('makes a run happen again', () => {
    const { broken } = faults.find(({ check }) => check === 'asynchronous-hazard')!;
    for (const seed of seeds) expect(run(broken, seed).message).toBe(run(broken, seed).message);
  });
});

describe('a TMA load and store', () => {
  it('bring the data through shared memory', () => {
    const { output, check } = run(`${fillAll}\n  fence.proxy.async.shared::cta;${store}`, 3);
    expect(check).toBeUndefined();
    expect([...output.subarray(0, 64)]).toEqual(Array.from({ length: 64 }, (_, i) => i));
  });
});

import { fence, fill, initBarrier, load, storeOwnWord, thread0, waitForPhase } from './fragments.js';
import type { PlantedFault } from './planted-fault.js';

/** `%r4` of the next thread, the last one's wraps: what another thread wrote. */
const neighbour = `
  add.s32 %r7, %r1, 33;
  and.b32 %r7, %r7, 63;
  shl.b32 %r7, %r7, 2;
  add.s32 %r7, %r2, %r7;`;

const neighbourLane = `
  xor.b32 %r7, %r1, 1;
  shl.b32 %r7, %r7, 2;
  add.s32 %r7, %r2, %r7;`;

/** CTA 0 writes a word and sets a flag; CTA 1 waits for the flag and reads the word. */
const handOver = (release: string, acquire: string) => `
  mov.u32 %r7, %ctaid.x;
  setp.ne.u32 %p2, %r7, 0;
  @%p1 bra DONE;
  @%p2 bra READER;
  st.global.u32 [%rd1], 7;
  ${release}
  bra DONE;
READER:
  ${acquire} %r8, [%rd1+64];
  setp.eq.u32 %p3, %r8, 0;
  @%p3 bra READER;
  ld.global.u32 %r8, [%rd1];
DONE:`;

export const memoryFaults: readonly PlantedFault[] = [
  {
    check: 'uninitialised-read',
    what: 'reads shared memory that nothing wrote',
    broken: '  ld.shared.u32 %r7, [%r4];',
    repaired: `${storeOwnWord}\n  ld.shared.u32 %r7, [%r4];`,
    message: /shared address \d+: read, but nothing wrote it/,
  },
  {
    check: 'uninitialised-read',
    what: 'reads a register that nothing wrote on its path',
    broken: '  setp.lt.u32 %p2, %r1, 7;\n  @%p2 bra SKIP;\n  mov.u32 %r7, 1;\nSKIP:\n  add.u32 %r8, %r7, 1;',
    repaired:
      '  mov.u32 %r7, 0;\n  setp.lt.u32 %p2, %r1, 7;\n  @%p2 bra SKIP;\n  mov.u32 %r7, 1;\nSKIP:\n  add.u32 %r8, %r7, 1;',
    message: /register %r7: read, but nothing wrote it\n.*lane [0-6]\n/,
  },
  {
    check: 'bounds',
    what: 'writes past shared memory',
    broken: '  st.shared.u32 [%r4+8188], %r1;',
    repaired: '  st.shared.u32 [%r4+7936], %r1;',
    message: /expected shared memory from/,
  },
  {
    check: 'bounds',
    what: 'writes past an allocation',
    broken:
      '  mov.u32 %r7, 1024;\n  cvt.u64.u32 %rd2, %r7;\n  add.s64 %rd2, %rd1, %rd2;\n  @!%p1 st.global.u32 [%rd2], %r1;',
    repaired:
      '  mov.u32 %r7, 1020;\n  cvt.u64.u32 %rd2, %r7;\n  add.s64 %rd2, %rd1, %rd2;\n  @!%p1 st.global.u32 [%rd2], %r1;',
    message: /received/,
    pitfall: 'N tail: reads or writes past N',
  },
  {
    check: 'bounds',
    what: 'writes to a misaligned address',
    broken: '  st.shared.u32 [%r4+2], %r1;',
    repaired: '  st.shared.u32 [%r4+4], %r1;',
    message: /expected a multiple of 4/,
  },
  {
    check: 'bounds',
    what: 'names a CTA that its cluster does not have',
    broken: '  mapa.shared::cluster.u32 %r7, %r2, 2;',
    repaired: '  mapa.shared::cluster.u32 %r7, %r2, 1;',
    message: /expected a rank below 2 for mapa but received 2/,
    ctas: 2,
    cluster: 2,
  },
  {
    check: 'data-race',
    what: 'reads what another warp writes, with no barrier between',
    broken: `${storeOwnWord}${neighbour}\n  bar.sync 0;\n${storeOwnWord}\n  ld.shared.u32 %r8, [%r7];`,
    repaired: `${storeOwnWord}${neighbour}\n  bar.sync 0;\n  ld.shared.u32 %r8, [%r7];`,
    message:
      /no barrier orders this after warp \d, lane \d+ \(CTA \[0, 0, 0\]\), in PTX line \d+ \(st\.shared\.u32\)/,
    sometimes: true,
  },
  {
    check: 'data-race',
    what: 'reads what another lane of the warp wrote, without bar.warp.sync',
    broken: `${storeOwnWord}${neighbourLane}\n  ld.shared.u32 %r8, [%r7];`,
    repaired: `${storeOwnWord}${neighbourLane}\n  bar.warp.sync -1;\n  ld.shared.u32 %r8, [%r7];`,
    message: /read while another thread is writing/,
  },
  {
    check: 'data-race',
    what: 'overwrites what another warp may still read',
    broken: `${storeOwnWord}${neighbour}\n  bar.sync 0;\n  ld.shared.u32 %r8, [%r7];\n${storeOwnWord}`,
    repaired: `${storeOwnWord}${neighbour}\n  bar.sync 0;\n  ld.shared.u32 %r8, [%r7];\n  bar.sync 0;\n${storeOwnWord}`,
    message: /written while another thread is reading/,
    sometimes: true,
  },
  {
    check: 'data-race',
    what: 'has several lanes write one word',
    broken: '  st.shared.u32 [%r2], %r1;',
    repaired: `${thread0('ZERO', '  st.shared.u32 [%r2], 0;')}\n  bar.sync 0;\n  atom.shared.max.u32 %r7, [%r2], %r1;`,
    message: /written while another thread is writing/,
  },
  {
    check: 'data-race',
    what: 'has two CTAs write one word of global memory',
    broken: '  @!%p1 st.global.u32 [%rd1], %r1;',
    repaired: '  @!%p1 red.global.add.u32 [%rd1], 1;',
    message: /global address \d+: written while another thread is writing/,
    ctas: 2,
  },
  {
    check: 'data-race',
    what: 'hands a word over to another CTA by a flag without release',
    broken: handOver('st.relaxed.gpu.global.u32 [%rd1+64], 1;', 'ld.acquire.gpu.global.u32'),
    repaired: handOver('st.release.gpu.global.u32 [%rd1+64], 1;', 'ld.acquire.gpu.global.u32'),
    message: /read while another thread is writing/,
    ctas: 2,
  },
  {
    check: 'data-race',
    what: 'hands a word over to another CTA by an atomic without a fence',
    broken: handOver('red.global.add.u32 [%rd1+64], 1;', 'ld.acquire.gpu.global.u32'),
    repaired: handOver('fence.acq_rel.gpu;\n  red.global.add.u32 [%rd1+64], 1;', 'ld.acquire.gpu.global.u32'),
    message: /read while another thread is writing/,
    ctas: 2,
  },
  {
    check: 'data-race',
    what: 'reads another CTA through distributed shared memory, with no cluster barrier between',
    broken: `${storeOwnWord}
  mapa.shared::cluster.u32 %r7, %r4, 1;
  setp.eq.u32 %p3, %r9, 1;
  @%p3 bra OWN;
  ld.shared::cluster.u32 %r8, [%r7];
OWN:
  barrier.cluster.arrive.aligned;
  barrier.cluster.wait.aligned;`,
    repaired: `${storeOwnWord}
  barrier.cluster.arrive.aligned;
  barrier.cluster.wait.aligned;
  mapa.shared::cluster.u32 %r7, %r4, 1;
  setp.eq.u32 %p3, %r9, 1;
  @%p3 bra OWN;
  ld.shared::cluster.u32 %r8, [%r7];
OWN:
  barrier.cluster.arrive.aligned;
  barrier.cluster.wait.aligned;`,
    message: /read while another thread is writing/,
    ctas: 2,
    cluster: 2,
    sometimes: true,
  },
  {
    check: 'barrier',
    what: 'overwrites an mbarrier',
    broken: `${initBarrier()}\n  @!%p1 st.shared.u32 [%r2+7172], 0;`,
    repaired: `${initBarrier()}\n  @!%p1 st.shared.u32 [%r2+7176], 0;`,
    message: /overwrites an mbarrier object/,
    pitfall: 'barrier words overlapping scale data',
  },
  {
    check: 'asynchronous-hazard',
    what: 'lets a TMA copy overwrite what a thread may still read',
    broken: `${initBarrier()}
${fill}
${fence}
  bar.sync 0;
  ld.shared.u32 %r8, [%r4];
${load()}
${waitForPhase()}`,
    repaired: `${initBarrier()}
${fill}
${fence}
  bar.sync 0;
  ld.shared.u32 %r8, [%r4];
  bar.sync 0;
${load()}
${waitForPhase()}`,
    message: /copy of shared address \d+: a thread may still be reading there/,
    sometimes: true,
  },
];

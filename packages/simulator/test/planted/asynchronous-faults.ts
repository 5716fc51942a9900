import {
  accumulatorsZero,
  commitMultiply,
  descriptors,
  fence,
  fenceMultiply,
  fill,
  fillOperands,
  initBarrier,
  load,
  multiply,
  store,
  storeOwnWord,
  waitForMultiply,
  waitForPhase,
} from './fragments.js';
import type { PlantedFault } from './planted-fault.js';

const operands = `${fillOperands}\n${fence}\n  bar.sync 0;\n${descriptors}\n${accumulatorsZero}`;
const product = `${multiply()}\n${commitMultiply}\n${waitForMultiply}`;
const readAccumulator = '  add.f32 %f5, %f1, %f1;';
const leaveUpperHalf = '  and.b32 %r8, %r1, 31;\n  setp.gt.u32 %p4, %r8, 15;\n  @%p4 ret;';

export const asynchronousFaults: readonly PlantedFault[] = [
  {
    check: 'asynchronous-hazard',
    what: 'reads what a copy may still be writing',
    broken: `${initBarrier()}${load()}\n  ld.shared.u32 %r7, [%r4];${waitForPhase()}`,
    repaired: `${initBarrier()}${load()}${waitForPhase()}\n  ld.shared.u32 %r7, [%r4];`,
    message:
      /asynchronous copy may still be writing there: nothing waited for a copy that completes on the mbarrier at \d+/,
    sometimes: true,
  },
  {
    check: 'asynchronous-hazard',
    what: 'multiplies what a copy may still be writing',
    broken: `${initBarrier()}${operands}${load()}\n${fenceMultiply}${product}${waitForPhase()}`,
    repaired: `${initBarrier()}${operands}${load()}${waitForPhase()}\n${fenceMultiply}${product}`,
    message: /shared address \d+: .* may still be (writing|reading) there/,
    threads: 128,
    sometimes: true,
  },
  {
    check: 'asynchronous-hazard',
    what: 'lets a copy overwrite the operands of a WGMMA in flight',
    broken: `${initBarrier()}${operands}\n${fenceMultiply}${multiply()}\n${commitMultiply}\n  bar.sync 0;${load()}\n${waitForMultiply}${waitForPhase()}`,
    repaired: `${initBarrier()}${operands}\n${fenceMultiply}${product}\n  bar.sync 0;${load()}${waitForPhase()}`,
    message: /copy of shared address \d+: a WGMMA or a TMA store may still be reading there/,
    threads: 128,
    pitfall: 'A/B in shared memory reused before the wait',
  },
  {
    check: 'asynchronous-hazard',
    what: 'overwrites the operands of a WGMMA in flight',
    broken: `${operands}\n${fenceMultiply}${multiply()}\n${commitMultiply}\n  bar.sync 0;\n${storeOwnWord}\n${waitForMultiply}`,
    repaired: `${operands}\n${fenceMultiply}${product}\n  bar.sync 0;\n${storeOwnWord}`,
    message: /a WGMMA or a TMA store may still be reading there: nothing waited for a WGMMA of warp \d/,
    threads: 128,
    pitfall: 'A/B in shared memory reused before the wait',
  },
  {
    check: 'asynchronous-hazard',
    what: 'overwrites what a TMA store may still be reading',
    broken: `${fill}\n${fence}\n  bar.sync 0;${store({ wait: '' })}\n  bar.sync 0;\n${storeOwnWord}`,
    repaired: `${fill}\n${fence}\n  bar.sync 0;${store()}\n  bar.sync 0;\n${storeOwnWord}`,
    message: /may still be reading there: nothing waited for a bulk store of warp 0, lane 0/,
    sometimes: true,
  },
  {
    check: 'asynchronous-hazard',
    what: 'waits for a TMA store that it never committed',
    broken: `${fill}\n${fence}\n  bar.sync 0;${store({ commit: false })}\n  bar.sync 0;\n${storeOwnWord}`,
    repaired: `${fill}\n${fence}\n  bar.sync 0;${store()}\n  bar.sync 0;\n${storeOwnWord}`,
    message: /may still be reading there: nothing waited for a bulk store/,
    sometimes: true,
  },
  {
    check: 'asynchronous-hazard',
    what: 'reuses the buffer of a TMA store with no barrier after the wait for it',
    broken: `${fill}\n${fence}\n  bar.sync 0;${store()}\n${storeOwnWord}`,
    repaired: `${fill}\n${fence}\n  bar.sync 0;${store()}\n  bar.sync 0;\n${storeOwnWord}`,
    message: /may still be reading there/,
    sometimes: true,
    pitfall: 'A missing barrier between the wait for an earlier TMA store and the reuse of its buffer',
  },
  {
    check: 'exit',
    what: 'leaves while a TMA store may still read its shared memory',
    broken: `${fill}\n${fence}\n  bar.sync 0;${store({ wait: '' })}`,
    repaired: `${fill}\n${fence}\n  bar.sync 0;${store()}`,
    message: /leaves while a bulk store may still touch its shared memory/,
  },
  {
    check: 'proxy-fence',
    what: 'stores by TMA what ordinary stores wrote, without the proxy fence',
    broken: `${fill}\n  bar.sync 0;${store()}`,
    repaired: `${fill}\n${fence}\n  bar.sync 0;${store()}`,
    message: /expected fence\.proxy\.async after an ordinary store, .* written by warp \d, lane \d+/,
    pitfall:
      'Shared memory written by ordinary stores and then read by TMA or WGMMA without the async-proxy fence',
  },
  {
    check: 'proxy-fence',
    what: 'multiplies what ordinary stores wrote, without the proxy fence',
    broken: `${fillOperands}\n  bar.sync 0;\n${descriptors}\n${accumulatorsZero}\n${fenceMultiply}${product}`,
    repaired: `${operands}\n${fenceMultiply}${product}`,
    message: /WGMMA of shared address \d+: expected fence\.proxy\.async/,
    threads: 128,
    pitfall:
      'Shared memory written by ordinary stores and then read by TMA or WGMMA without the async-proxy fence',
  },
  {
    check: 'proxy-fence',
    what: 'lets a copy complete on a barrier that was not fenced',
    broken: `${initBarrier({ fence: false })}${load()}${waitForPhase()}`,
    repaired: `${initBarrier()}${load()}${waitForPhase()}`,
    message: /expected fence\.mbarrier_init or fence\.proxy\.async after mbarrier\.init/,
  },
  {
    check: 'register-hazard',
    what: 'reads accumulators while the WGMMA is in flight',
    broken: `${operands}\n${fenceMultiply}${multiply()}\n${commitMultiply}\n${readAccumulator}\n${waitForMultiply}`,
    repaired: `${operands}\n${fenceMultiply}${product}\n${readAccumulator}`,
    message: /%f1 is touched while the WGMMA of line \d+ may still use it: expected wgmma\.wait_group/,
    threads: 128,
    pitfall: 'WGMMA accumulators touched while a group is in flight',
  },
  {
    check: 'register-hazard',
    what: 'writes accumulators after wgmma.fence',
    broken: `${operands}\n${fenceMultiply}\n${accumulatorsZero}${product}`,
    repaired: `${operands}\n${accumulatorsZero}\n${fenceMultiply}${product}`,
    message: /expected wgmma\.fence after the last access to %f1 but received none/,
    threads: 128,
  },
  {
    check: 'register-hazard',
    what: 'multiplies without wgmma.fence',
    broken: `${operands}${product}`,
    repaired: `${operands}\n${fenceMultiply}${product}`,
    message: /expected wgmma\.fence before the first WGMMA/,
    threads: 128,
  },
  {
    check: 'uninitialised-read',
    what: 'adds to accumulators that nothing wrote',
    broken: `${operands.replace(accumulatorsZero, '')}\n${fenceMultiply}${product}`,
    repaired: `${operands.replace(accumulatorsZero, '')}\n${fenceMultiply}${multiply(0)}\n${commitMultiply}\n${waitForMultiply}`,
    message: /register %f1: read, but nothing wrote it/,
    threads: 128,
  },
  {
    check: 'bounds',
    what: 'multiplies with a descriptor that has a reserved bit',
    broken: `${operands}\n  or.b64 %rd4, %rd4, 16384;\n${fenceMultiply}${product}`,
    repaired: `${operands}\n${fenceMultiply}${product}`,
    message: /expected zeros in the reserved bits for a matrix descriptor/,
    threads: 128,
  },
  {
    check: 'bounds',
    what: 'copies to an address that is no multiple of 128',
    broken: `${initBarrier()}\n  add.s32 %r10, %r2, 64;${load(1024, 'LOADED', '%r10')}${waitForPhase()}`,
    repaired: `${initBarrier()}\n  add.s32 %r10, %r2, 128;${load(1024, 'LOADED', '%r10')}${waitForPhase()}`,
    message: /expected a multiple of 128/,
  },
  {
    check: 'divergence',
    what: 'has one warp of a warpgroup skip a WGMMA',
    broken: `${operands}\n${fenceMultiply}\n  setp.lt.u32 %p5, %r1, 32;\n  @%p5 bra SKIP;${multiply()}\nSKIP:\n${commitMultiply}\n${waitForMultiply}`,
    repaired: `${operands}\n${fenceMultiply}${product}`,
    message: /expected the warps of a warpgroup to execute the same, wgmma\.\w+ in line \d+/,
    threads: 128,
  },
  {
    check: 'divergence',
    what: 'has one warp of a warpgroup leave before a WGMMA',
    broken: `${operands}\n  setp.lt.u32 %p5, %r1, 32;\n  @%p5 ret;\n${fenceMultiply}${product}`,
    repaired: `${operands}\n${fenceMultiply}${product}`,
    message: /received none of warp 0, which has left/,
    threads: 128,
  },
  {
    check: 'divergence',
    what: 'gives the lanes of a warp different descriptors',
    broken: `${operands}\n  cvt.u64.u32 %rd6, %r1;\n  add.s64 %rd4, %rd4, %rd6;\n${fenceMultiply}${product}`,
    repaired: `${operands}\n${fenceMultiply}${product}`,
    message: /expected the same descriptor in all lanes/,
    threads: 128,
  },
  {
    check: 'divergence',
    what: 'shuffles from a lane that has left',
    broken: `${leaveUpperHalf}\n  shfl.sync.idx.b32 %r10, %r1, 20, 31, -1;`,
    repaired: `${leaveUpperHalf}\n  shfl.sync.idx.b32 %r10, %r1, 3, 31, -1;`,
    message: /reads lane 20 of warp \d, which does not take part/,
  },
  {
    check: 'register-budget',
    what: 'asks for a register count that does not exist',
    broken: '  setmaxnreg.dec.sync.aligned.u32 20;',
    repaired: '  setmaxnreg.dec.sync.aligned.u32 24;',
    message: /expected a multiple of 8 from 24 to 256/,
    threads: 128,
  },
  {
    check: 'register-budget',
    what: 'releases registers by asking for more',
    broken: '  setmaxnreg.dec.sync.aligned.u32 136;',
    repaired: '  setmaxnreg.dec.sync.aligned.u32 128;',
    message: /expected at most the 128 registers that a thread has for setmaxnreg\.dec but received 136/,
    threads: 512,
  },
  {
    check: 'deadlock',
    what: 'claims more registers than the other warpgroup releases',
    broken: setRegisters(40, 224),
    repaired: setRegisters(24, 232),
    message: /setmaxnreg: warp \d waits for \d+ more registers for each thread, to have 224/,
    threads: 512,
  },
];

/** Of four warpgroups with 128 registers each, the first releases and the second claims. */
function setRegisters(released: number, claimed: number): string {
  return `
  shr.u32 %r7, %r1, 7;
  setp.eq.u32 %p3, %r7, 0;
  setp.eq.u32 %p4, %r7, 1;
  @%p3 bra RELEASE;
  @%p4 bra CLAIM;
  bra DONE;
RELEASE:
  setmaxnreg.dec.sync.aligned.u32 ${released};
  bra DONE;
CLAIM:
  setmaxnreg.inc.sync.aligned.u32 ${claimed};
DONE:`;
}

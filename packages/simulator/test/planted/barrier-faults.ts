import { clusterSync, initBarrier, load, thread0, waitForPhase } from './fragments.js';
import type { PlantedFault } from './planted-fault.js';

const arriveOnce = thread0('ARRIVED', '  mbarrier.arrive.shared::cta.b64 _, [%r2+7168];');

/** Warp 1 completes two phases while warp 0 waits for the first. */
const runAhead = (between: string) => `${initBarrier()}
  setp.lt.u32 %p3, %r1, 32;
  @%p3 bra WAITING;
  and.b32 %r7, %r1, 31;
  setp.ne.u32 %p4, %r7, 0;
  @%p4 bra DONE;
  mbarrier.arrive.shared::cta.b64 _, [%r2+7168];
  ${between}
  mbarrier.arrive.shared::cta.b64 _, [%r2+7168];
  bra DONE;
WAITING:${waitForPhase()}
  ${between === '' ? '' : 'bar.arrive 1, 64;'}
DONE:`;

const waitForOthers = `bra HELD;
HELD:
  bar.sync 1, 64;`;

export const barrierFaults: readonly PlantedFault[] = [
  {
    check: 'barrier',
    what: 'waits on a barrier that nobody initialised',
    broken: waitForPhase(),
    repaired: `${initBarrier()}${arriveOnce}${waitForPhase()}`,
    message: /no mbarrier was initialised/,
  },
  {
    check: 'barrier',
    what: 'uses a barrier that another thread initialised, with no barrier between',
    broken: `${initBarrier({ sync: '' })}${arriveOnce}${waitForPhase()}`,
    repaired: `${initBarrier()}${arriveOnce}${waitForPhase()}`,
    message: /is used before it is known to be initialised|no mbarrier was initialised/,
  },
  {
    check: 'barrier',
    what: 'initialises a barrier twice',
    broken: `${initBarrier()}${thread0('AGAIN', '  mbarrier.init.shared::cta.b64 [%r2+7168], 1;')}`,
    repaired: `${initBarrier()}${thread0('AGAIN', '  mbarrier.inval.shared::cta.b64 [%r2+7168];\n  mbarrier.init.shared::cta.b64 [%r2+7168], 1;')}`,
    message: /expected mbarrier\.inval before/,
  },
  {
    check: 'barrier',
    what: 'arrives more often than the phase expects',
    broken: `${initBarrier()}\n  mov.u32 %r6, 16;\n  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2+7168], %r6;`,
    repaired: `${initBarrier()}${thread0('ONE', '  mov.u32 %r6, 0;\n  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2+7168], %r6;')}`,
    message: /the phase is overrun/,
  },
  {
    check: 'barrier',
    what: 'completes two phases while somebody waits for the first',
    broken: runAhead(''),
    repaired: runAhead(waitForOthers),
    message: /the phase is overrun: warp 0 waits for the end of phase 0 .* has completed 2 phases/,
    sometimes: true,
  },
  {
    check: 'barrier',
    what: 'leaves with bytes expected that no copy brings',
    broken: `${initBarrier()}${thread0('EXPECT', '  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2+7168], 512;')}`,
    repaired: `${initBarrier()}${load(1024)}${waitForPhase()}`,
    message: /leaves with the mbarrier at \d+ in the middle of a phase: phase 0.* 512 bytes pending/,
  },
  {
    check: 'barrier',
    what: 'has warps disagree on how many threads meet at a barrier',
    broken:
      '  shr.u32 %r7, %r1, 5;\n  add.u32 %r7, %r7, 1;\n  shl.b32 %r7, %r7, 6;\n  min.u32 %r7, %r7, 64;\n  setp.lt.u32 %p3, %r1, 32;\n  selp.u32 %r7, 96, 64, %p3;\n  bar.sync 0, %r7;',
    repaired: '  mov.u32 %r7, 96;\n  bar.sync 0, %r7;',
    message: /expected \d+ threads, as the first warp said, but received \d+/,
    threads: 96,
    sometimes: true,
  },
  {
    check: 'barrier',
    what: 'expects more threads at a barrier than the CTA has',
    broken: '  bar.sync 0, 96;',
    repaired: '  bar.sync 0, 64;',
    message: /expected at most the 64 threads of the CTA but received 96/,
  },
  {
    check: 'barrier',
    what: 'arrives twice at the barrier of the cluster',
    broken:
      '  barrier.cluster.arrive.aligned;\n  barrier.cluster.arrive.aligned;\n  barrier.cluster.wait.aligned;',
    repaired: '  barrier.cluster.arrive.aligned;\n  barrier.cluster.wait.aligned;',
    message: /received another arrival/,
    ctas: 2,
    cluster: 2,
    sometimes: true,
  },
  {
    check: 'deadlock',
    what: 'expects more bytes than the copy brings',
    broken: `${initBarrier()}${load(2048)}${waitForPhase()}`,
    repaired: `${initBarrier()}${load(1024)}${waitForPhase()}`,
    message:
      /warps 0, 1 wait for the mbarrier at \d+: phase 0 \(parity 0\): 0 of 1 arrivals and 1024 bytes pending\n.*so far: warp 0, PTX line \d+ \(mbarrier.arrive.expect_tx.*\): 1 arrival, 2048 bytes expected\n.*1024 bytes copied/,
    pitfall: 'byte counts that never match',
  },
  {
    check: 'deadlock',
    what: 'copies more bytes than it expects',
    broken: `${initBarrier()}${load(512)}${waitForPhase()}`,
    repaired: `${initBarrier()}${load(1024)}${waitForPhase()}`,
    message: /0 of 1 arrivals and 512 bytes more than expected/,
    pitfall: 'byte counts that never match',
  },
  {
    check: 'deadlock',
    what: 'leaves a warp out of a barrier',
    broken: '  setp.lt.u32 %p3, %r1, 32;\n  @%p3 bra OUT;\n  bar.sync 0;\nOUT:',
    repaired: '  setp.lt.u32 %p3, %r1, 32;\n  @%p3 bra IN;\nIN:\n  bar.sync 0;',
    message:
      /barrier 0: 32 of 64 threads have arrived: warps 1; 1 more warp would release it[\s\S]*warp 1 waits at bar\.sync in line \d+/,
  },
  {
    check: 'deadlock',
    what: 'waits for a CTA of the cluster that never arrives',
    broken: `${initBarrier({ sync: clusterSync })}
  setp.ne.u32 %p3, %r9, 0;
  @%p3 bra PEER;${waitForPhase()}
PEER:${clusterSync}`,
    repaired: `${initBarrier({ sync: clusterSync })}
  setp.ne.u32 %p3, %r9, 0;
  @%p3 bra PEER;${waitForPhase()}
  bra MEET;
PEER:
  mapa.shared::cluster.u32 %r7, %r2, 0;
  @!%p1 mbarrier.arrive.shared::cluster.b64 _, [%r7+7168];
MEET:${clusterSync}`,
    message:
      /CTA \[0, 0, 0\]: warps 0, 1 wait for the mbarrier|CTA \[0, 0, 0\]: warps 1, 0 wait for the mbarrier/,
    ctas: 2,
    cluster: 2,
    pitfall: 'an odd number of tiles in a group makes a cluster straddle two: hang',
  },
  {
    check: 'exit',
    what: 'leaves while a CTA of the cluster may still arrive on its barrier',
    broken: `${initBarrier({ sync: clusterSync })}
  mapa.shared::cluster.u32 %r7, %r2, 0;
  setp.eq.u32 %p3, %r9, 0;
  @%p3 bra DONE;
  @!%p1 mbarrier.arrive.shared::cluster.b64 _, [%r7+7168];
DONE:`,
    repaired: `${initBarrier({ sync: clusterSync })}
  mapa.shared::cluster.u32 %r7, %r2, 0;
  setp.eq.u32 %p3, %r9, 0;
  @%p3 bra DONE;
  @!%p1 mbarrier.arrive.shared::cluster.b64 _, [%r7+7168];
DONE:${clusterSync}`,
    message: /may still touch its shared memory|received one that has left/,
    ctas: 2,
    cluster: 2,
    pitfall: 'A CTA exits while its cluster peer may still write to, or arrive on, its shared memory',
  },
  {
    check: 'exit',
    what: 'leaves while a copy may still write to its shared memory',
    broken: `${initBarrier()}${load()}`,
    repaired: `${initBarrier()}${load()}${waitForPhase()}`,
    message:
      /leaves while an asynchronous copy may still touch its shared memory: nobody waited for PTX line \d+/,
    sometimes: true,
  },
];

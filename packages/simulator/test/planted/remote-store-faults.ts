import { clusterSync, initBarrier, thread0, waitForPhase } from './fragments.js';
import type { PlantedFault } from './planted-fault.js';

const name = 'st.async.weak.shared::cluster.mbarrier::complete_tx::bytes';

/** The threads of CTA 1 store a word each in CTA 0, beside the barrier there. */
const send = (store = `${name}.u32 [%r7], %r1, [%r8+7168];`) => `
  mapa.shared::cluster.u32 %r7, %r4, 0;
  mapa.shared::cluster.u32 %r8, %r2, 0;
  ${store}`;

/** CTA 1 sends; CTA 0 does `receive`. */
const exchange = (receive: string, sent = send(), sync = clusterSync) => `${initBarrier({ sync })}
  setp.eq.u32 %p3, %r9, 0;
  @%p3 bra RECEIVER;${sent}
  bra SENT;
RECEIVER:${receive}
SENT:`;

const expectBytes = (bytes = 256) =>
  thread0('EXPECTED', `  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2+7168], ${bytes};`);
const readOwnWord = '\n  ld.shared.u32 %r10, [%r4];';
const receive = `${expectBytes()}${waitForPhase()}${readOwnWord}`;

const cluster = { ctas: 2, cluster: 2 } as const;

export const remoteStoreFaults: readonly PlantedFault[] = [
  {
    check: 'asynchronous-hazard',
    what: 'reads what an asynchronous store of another CTA may still be writing',
    broken: exchange(`${expectBytes()}${readOwnWord}${waitForPhase()}`),
    repaired: exchange(receive),
    message: /may still be writing there: nothing waited for a copy .*st\.async/,
    sometimes: true,
    ...cluster,
  },
  {
    check: 'exit',
    what: 'leaves while an asynchronous store of another CTA may still write to its shared memory',
    broken: exchange(''),
    repaired: exchange(receive),
    message: /leaves while .* may still touch its shared memory|received one that has left/,
    ...cluster,
    pitfall: 'A CTA exits while its cluster peer may still write to, or arrive on, its shared memory',
  },
  {
    check: 'barrier',
    what: 'has an asynchronous store complete on a barrier of another CTA than it stores to',
    broken: exchange(receive, send(`${name}.u32 [%r7], %r1, [%r2+7168];`)),
    repaired: exchange(receive),
    message: /expected an mbarrier in the CTA that is stored to but received one in another/,
    ...cluster,
  },
  {
    check: 'barrier',
    what: 'sends to a CTA of the cluster that may not have started',
    broken: exchange(receive, send(), '\n  bar.sync 0;'),
    repaired: exchange(receive),
    message: /no mbarrier was initialised|is used before it is known to be initialised/,
    ...cluster,
  },
  {
    check: 'bounds',
    what: 'stores a vector asynchronously at an address that is no multiple of its size',
    broken: exchange(receive, send(`${name}.v2.u32 [%r7], {%r1, %r1}, [%r8+7168];`)),
    repaired: exchange(
      `${expectBytes(512)}${waitForPhase()}${readOwnWord}`,
      send(
        `shl.b32 %r11, %r1, 2;\n  add.s32 %r7, %r7, %r11;\n  ${name}.v2.u32 [%r7], {%r1, %r1}, [%r8+7168];`,
      ),
    ),
    message: /expected a multiple of 8 for a shared address/,
    ...cluster,
  },
  {
    check: 'deadlock',
    what: 'expects more bytes than the asynchronous stores bring',
    broken: exchange(`${expectBytes(512)}${waitForPhase()}${readOwnWord}`),
    repaired: exchange(receive),
    message: /0 of 1 arrivals and 256 bytes pending/,
    ...cluster,
  },
];

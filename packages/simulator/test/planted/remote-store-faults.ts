import { clusterSync, fence, initBarrier, store, storeOwnWord, thread0, waitForPhase } from './fragments.js';
import type { PlantedFault } from './planted-fault.js';

const name = 'st.async.weak.shared::cluster.mbarrier::complete_tx::bytes';

/** The threads of CTA 1 store a word each in CTA 0, beside the barrier there. */
const send = (instruction = `${name}.u32 [%r7], %r1, [%r8+7168];`) => `
  mapa.shared::cluster.u32 %r7, %r4, 0;
  mapa.shared::cluster.u32 %r8, %r2, 0;
  ${instruction}`;

/** 16 bytes each. */
const sendQuads = send(`shl.b32 %r11, %r1, 4;
  add.s32 %r11, %r8, %r11;
  ${name}.v4.u32 [%r11], {%r1, %r1, %r1, %r1}, [%r8+7168];`);

interface Exchange {
  readonly sent?: string;
  readonly sync?: string;
  readonly arrivals?: number;
}

/** CTA 1 sends; CTA 0 does `receive`. The stores are of the generic proxy: their barrier needs no fence of its own. */
const exchange = (receive: string, { sent = send(), sync = clusterSync, arrivals = 1 }: Exchange = {}) =>
  `${initBarrier({ sync, arrivals, fence: false })}
  setp.eq.u32 %p3, %r9, 0;
  @%p3 bra RECEIVER;${sent}
  bra SENT;
RECEIVER:${receive}
SENT:`;

const expectBytes = (bytes = 256) =>
  thread0('EXPECTED', `  mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r2+7168], ${bytes};`);
const readOwnWord = '\n  ld.shared.u32 %r10, [%r4];';
const receive = (bytes = 256) => `${expectBytes(bytes)}${waitForPhase()}${readOwnWord}`;

const globalWord = `
  mul.wide.u32 %rd2, %r1, 4;
  add.s64 %rd2, %rd1, %rd2;`;
const readGlobalWord = `${globalWord}\n  ld.global.u32 %r10, [%rd2];`;
const writeGlobalWord = `${globalWord}\n  st.global.u32 [%rd2], %r1;`;
const arriveThere = '\n  mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r8+7168];';

const cluster = { ctas: 2, cluster: 2 } as const;

export const remoteStoreFaults: readonly PlantedFault[] = [
  {
    check: 'asynchronous-hazard',
    what: 'reads what an asynchronous store of another CTA may still be writing',
    broken: exchange(`${expectBytes()}${readOwnWord}${waitForPhase()}`),
    repaired: exchange(receive()),
    message: /may still be writing there: nothing waited for a copy .*st\.async/,
    sometimes: true,
    ...cluster,
  },
  {
    check: 'asynchronous-hazard',
    what: 'writes where an asynchronous store of another CTA writes, with no barrier between',
    broken: exchange(`\n${storeOwnWord}${receive()}`),
    repaired: `${storeOwnWord}${exchange(receive())}`,
    message: /(a thread|an asynchronous copy) may still be writing there/,
    ...cluster,
  },
  {
    check: 'asynchronous-hazard',
    what: 'has several lanes store in one place asynchronously',
    broken: exchange(receive(), { sent: send(`${name}.u32 [%r8], %r1, [%r8+7168];`) }),
    repaired: exchange(receive()),
    message: /asynchronous store of shared address \d+: an asynchronous copy may still be writing there/,
    ...cluster,
  },
  {
    check: 'data-race',
    what: 'hands a word of global memory over by an asynchronous store, which releases nothing else',
    broken: exchange(`${receive()}${readGlobalWord}`, { sent: `${writeGlobalWord}${send()}` }),
    repaired: exchange(`${receive()}${readGlobalWord}`, {
      sent: `${writeGlobalWord}${send()}${arriveThere}`,
      arrivals: 65,
    }),
    message: /global address \d+: read while another thread is writing: .*st\.global/,
    ...cluster,
  },
  {
    check: 'proxy-fence',
    what: 'stores by TMA what asynchronous stores brought, without the proxy fence',
    broken: exchange(`${receive(1024)}${store()}`, { sent: sendQuads }),
    repaired: exchange(`${receive(1024)}\n${fence}${store()}`, { sent: sendQuads }),
    message: /TMA store of shared address \d+: expected fence\.proxy\.async .*st\.async/,
    ...cluster,
    pitfall:
      'Shared memory written by ordinary stores and then read by TMA or WGMMA without the async-proxy fence',
  },
  {
    check: 'exit',
    what: 'leaves while an asynchronous store of another CTA may still write to its shared memory',
    broken: exchange(''),
    repaired: exchange(receive()),
    message: /leaves while .* may still touch its shared memory|received one that has left/,
    ...cluster,
    pitfall: 'A CTA exits while its cluster peer may still write to, or arrive on, its shared memory',
  },
  {
    check: 'barrier',
    what: 'has an asynchronous store complete on a barrier of another CTA than it stores to',
    broken: exchange(receive(), { sent: send(`${name}.u32 [%r7], %r1, [%r2+7168];`) }),
    repaired: exchange(receive()),
    message: /expected an mbarrier in the CTA that is stored to but received one in another/,
    ...cluster,
  },
  {
    check: 'barrier',
    what: 'sends to a CTA of the cluster that may not have started',
    broken: exchange(receive(), { sync: '\n  bar.sync 0;' }),
    repaired: exchange(receive()),
    message: /no mbarrier was initialised|is used before it is known to be initialised/,
    ...cluster,
  },
  {
    check: 'bounds',
    what: 'stores a vector asynchronously at an address that is no multiple of its size',
    broken: exchange(receive(), { sent: send(`${name}.v2.u32 [%r7], {%r1, %r1}, [%r8+7168];`) }),
    repaired: exchange(receive(1024), { sent: sendQuads }),
    message: /expected a multiple of 8 for a shared address/,
    ...cluster,
  },
  {
    check: 'bounds',
    what: 'stores asynchronously without a cluster',
    broken: `${initBarrier()}\n  ${name}.u32 [%r4], %r1, [%r2+7168];${receive()}`,
    repaired: `${storeOwnWord}${readOwnWord}`,
    message: /expected a cluster of more than one CTA/,
  },
  {
    check: 'deadlock',
    what: 'expects more bytes than the asynchronous stores bring',
    broken: exchange(receive(512)),
    repaired: exchange(receive()),
    message: /0 of 1 arrivals and 256 bytes pending/,
    ...cluster,
  },
];

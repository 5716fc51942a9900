import type { AsyncAccess, MemoryOrder } from '../ordering/memory-order.js';
import type { AsyncOperations } from './async-operation.js';
import type { Cta } from './cta.js';
import { Fault } from './fault.js';
import type { Mbarrier } from './mbarrier.js';
import type { MbarrierUnit } from './mbarrier-unit.js';
import { peerOf } from './peer-of.js';
import { offsetOf } from './shared-address.js';
import type { Warp } from './warp.js';

const laneCount = 32;
const wordBytes = 4;

/** What the lanes of one instruction store in one CTA, until it is there. */
interface Batch {
  readonly cta: Cta;
  readonly barrier: Mbarrier;
  readonly barrierAddress: number;
  readonly phase: number;
  readonly stores: { readonly at: number; readonly words: Int32Array }[];
}

/** st.async (PTX ISA 9.7.9.12): stores in the shared memory of a cluster that complete on a barrier beside them. */
export class RemoteStores {
  readonly #operations: AsyncOperations;
  readonly #order: MemoryOrder;
  readonly #barriers: MbarrierUnit;

  constructor(operations: AsyncOperations, order: MemoryOrder, barriers: MbarrierUnit) {
    this.#operations = operations;
    this.#order = order;
    this.#barriers = barriers;
  }

  /** Each lane of `mask` stores its words of the registers at `planes`. What one CTA receives arrives together. */
  store(
    warp: Warp,
    mask: number,
    addresses: Float64Array,
    barriers: Float64Array,
    planes: readonly number[],
  ): void {
    const batches: Batch[] = [];
    for (let lane = 0; lane < laneCount; lane++) {
      if (((mask >>> lane) & 1) === 0) continue;
      const batch = this.#batchOf(batches, warp, lane, addresses[lane]!, barriers[lane]!);
      const at = offsetOf(addresses[lane]!);
      const bytes = planes.length * wordBytes;
      if (at % bytes !== 0) {
        throw new Fault(
          'bounds',
          `expected a multiple of ${bytes} for a shared address but received ${at}`,
          lane,
        );
      }
      batch.cta.shared.beginAsyncWrite(at, bytes, this.#accessBy(warp, lane, batch));
      batch.stores.push({ at, words: Int32Array.from(planes, (plane) => warp.I[plane + lane]!) });
    }
    for (const batch of batches) this.#operations.add({}, { execute: () => this.#complete(batch) });
  }

  #batchOf(batches: Batch[], warp: Warp, lane: number, address: number, barrierAddress: number): Batch {
    const cta = peerOf(warp, address, lane);
    if (peerOf(warp, barrierAddress, lane) !== cta) {
      throw new Fault(
        'barrier',
        'expected an mbarrier in the CTA that is stored to but received one in another',
        lane,
      );
    }
    const barrier = this.#barriers.findForCopy(warp, cta, barrierAddress, lane);
    // Who waits for the barrier knows what was known here.
    warp.clocks.release(1 << lane, barrier.arriving);
    const known = batches.find((batch) => batch.barrier === barrier);
    if (known !== undefined) return known;
    const phase = barrier.expectCopy();
    const batch = { cta, barrier, barrierAddress, phase, stores: [] };
    cta.exit.touchAsync(barrier.actor, phase, this.#order.siteOf(warp), 'an asynchronous store');
    batches.push(batch);
    return batch;
  }

  #complete({ cta, barrier, barrierAddress, phase, stores }: Batch): void {
    let bytes = 0;
    for (const { at, words } of stores) {
      for (const [index, word] of words.entries())
        cta.shared.view.setInt32(at + index * wordBytes, word, true);
      cta.shared.endAsyncWrite(at, words.byteLength);
      bytes += words.byteLength;
    }
    this.#barriers.completeBytes(cta, barrier, barrierAddress, bytes, phase);
  }

  #accessBy(warp: Warp, lane: number, { barrier, phase }: Batch): AsyncAccess {
    const self = warp.clocks.firstActor + lane;
    return {
      name: 'asynchronous store',
      actor: barrier.actor,
      time: phase,
      clock: warp.clocks.of(lane),
      self,
      selfEnd: self + 1,
      site: this.#order.siteOf(warp),
      strong: false,
    };
  }
}

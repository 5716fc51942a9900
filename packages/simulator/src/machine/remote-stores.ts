import type { MemoryOrder } from '../ordering/memory-order.js';
import type { AsyncOperations } from './async-operation.js';
import type { Cta } from './cta.js';
import { Fault } from './fault.js';
import { laneAccess } from './lane-access.js';
import type { Mbarrier } from './mbarrier.js';
import type { MbarrierUnit } from './mbarrier-unit.js';
import { ctaOf } from './peer-of.js';
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

/**
 * st.async (PTX ISA 9.7.9.12): stores in the shared memory of a cluster that complete on a barrier beside them. They and
 * their barrier are of the generic proxy: no proxy fence is needed before them, but one before TMA reads what they wrote.
 */
export class RemoteStores {
  readonly #operations: AsyncOperations;
  readonly #order: MemoryOrder;
  readonly #barriers: MbarrierUnit;

  constructor(operations: AsyncOperations, order: MemoryOrder, barriers: MbarrierUnit) {
    this.#operations = operations;
    this.#order = order;
    this.#barriers = barriers;
  }

  /**
   * Each lane of `mask` stores its words, which lie one after another. What completes on one barrier arrives together: an
   * access is ordered by the phase of that barrier, so that it makes no difference to the checks.
   */
  store(warp: Warp, mask: number, addresses: Float64Array, barriers: Float64Array, values: Int32Array): void {
    if (warp.cta.clusterSize === 1) {
      throw new Fault('bounds', 'expected a cluster of more than one CTA for st.async but received none');
    }
    const laneWords = values.length / laneCount;
    const batches: Batch[] = [];
    for (let lane = 0; lane < laneCount; lane++) {
      if (((mask >>> lane) & 1) === 0) continue;
      const batch = this.#batchOf(batches, warp, lane, addresses[lane]!, barriers[lane]!);
      const words = values.subarray(lane * laneWords, (lane + 1) * laneWords);
      const at = offsetOf(addresses[lane]!);
      if (at % words.byteLength !== 0) {
        throw new Fault(
          'bounds',
          `expected a multiple of ${words.byteLength} for a shared address but received ${at}`,
          lane,
        );
      }
      const by = laneAccess(this.#order, warp, lane, {
        name: 'asynchronous store',
        actor: batch.barrier.actor,
        time: batch.phase,
        generic: true,
      });
      batch.cta.shared.beginAsyncWrite(at, words.byteLength, by);
      batch.stores.push({ at, words });
    }
    for (const batch of batches) this.#operations.add({}, { execute: () => this.#complete(batch) });
  }

  #batchOf(batches: Batch[], warp: Warp, lane: number, address: number, barrierAddress: number): Batch {
    const cta = ctaOf(warp, address, lane);
    if (ctaOf(warp, barrierAddress, lane) !== cta) {
      throw new Fault(
        'barrier',
        'expected an mbarrier in the CTA that is stored to but received one in another',
        lane,
      );
    }
    cta.exit.requirePresent(lane);
    const barrier = this.#barriers.find(warp, cta, barrierAddress, lane);
    const known = batches.find((batch) => batch.barrier === barrier);
    if (known !== undefined) return known;
    const phase = barrier.expectCopy();
    // Who waits for the phase knows that the stores are over, and nothing else of their lanes: hardware does not wait for
    // what a lane did before.
    cta.exit.touchAsync(barrier.actor, phase, this.#order.siteOf(warp), 'an asynchronous store');
    const batch = { cta, barrier, barrierAddress, phase, stores: [] };
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
}

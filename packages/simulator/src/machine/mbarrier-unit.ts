import type { SimulatorCheck } from '../device/simulator-options.js';
import { accessKind } from '../ordering/access-kind.js';
import type { MemoryOrder } from '../ordering/memory-order.js';
import type { Cta } from './cta.js';
import { Fault } from './fault.js';
import { Mbarrier } from './mbarrier.js';
import { peerOf } from './peer-of.js';
import { offsetOf } from './shared-address.js';
import type { Warp } from './warp.js';

const barrierBytes = 8;

interface Test {
  readonly cta: Cta;
  readonly address: number;
  readonly barrier: Mbarrier;
  lanes: number;
}

/** mbarrier instructions (PTX ISA 9.7.13.15). */
export class MbarrierUnit {
  readonly #order: MemoryOrder;
  readonly #checksFences: boolean;
  /** Of the instruction that is being executed: barriers whose phase is complete, and those whose is not. */
  #complete: Test[] = [];
  #incomplete: Test[] = [];

  constructor(order: MemoryOrder, checks: ReadonlySet<SimulatorCheck>) {
    this.#order = order;
    this.#checksFences = checks.has('proxy-fence');
  }

  init(warp: Warp, lane: number, address: number, arrivals: number): void {
    const { cta } = warp;
    const at = offsetOf(address);
    const before = cta.mbarriers.get(at);
    if (before !== undefined) {
      throw new Fault(
        'barrier',
        `expected mbarrier.inval before the barrier at ${at} is initialised again`,
        lane,
      );
    }
    cta.shared.check(address, barrierBytes, accessKind.write, warp, lane);
    cta.shared.reserveForBarrier(at, true);
    const slot = cta.mbarrierSlots.get(at) ?? {
      actor: cta.actors.add(`a copy that completes on the mbarrier at ${at}`),
      announcer: cta.actors.add(`the initialisation of the mbarrier at ${at}`),
      completed: 0,
    };
    cta.mbarrierSlots.set(at, slot);
    const initialiser = warp.clocks.firstActor + lane;
    const barrier = new Mbarrier(cta.actors, slot, arrivals, initialiser, this.#order.time.now);
    cta.mbarriers.set(at, barrier);
    warp.unfencedBarriers.push(barrier);
    warp.unannouncedBarriers.push(barrier);
  }

  invalidate(warp: Warp, lane: number, address: number): void {
    const barrier = this.find(warp, warp.cta, address, lane);
    const at = offsetOf(address);
    warp.cta.mbarriers.delete(at);
    warp.cta.shared.reserveForBarrier(at, false);
    warp.cta.mbarrierSlots.get(at)!.completed = barrier.completed;
  }

  arrive(warp: Warp, lane: number, address: number, count: number, bytes: number, releases: boolean): void {
    const cta = peerOf(warp, address, lane);
    const barrier = this.find(warp, cta, address, lane);
    if (releases) warp.clocks.release(1 << lane, barrier.arriving);
    const place = cta === warp.cta ? '' : ` of CTA [${warp.cta.special.ctaid.join(', ')}]`;
    const what = `warp ${warp.index}${place}, ${this.#order.describeSite(this.#order.siteOf(warp))}`;
    if (barrier.arrive(count, bytes, what)) wakeWaiters(cta, offsetOf(address));
  }

  /** A copy has written its bytes. */
  completeBytes(cta: Cta, barrier: Mbarrier, address: number, bytes: number, phase: number): void {
    if (barrier.completeBytes(bytes, phase)) wakeWaiters(cta, offsetOf(address));
  }

  hasCompleted(warp: Warp, lane: number, address: number, parity: number): boolean {
    const barrier = this.find(warp, warp.cta, address, lane);
    const awaited = warp.awaitedPhases.get(barrier);
    if (awaited !== undefined && barrier.completed > awaited + 1) {
      throw new Fault(
        'barrier',
        `the phase is overrun: warp ${warp.index} waits for the end of phase ${awaited} of the mbarrier at ` +
          `${offsetOf(address)}, which has completed ${barrier.completed} phases: parity cannot tell them apart`,
        lane,
      );
    }
    const completed = barrier.hasCompleted(parity);
    const tests = completed ? this.#complete : this.#incomplete;
    const known = tests.find((test) => test.barrier === barrier);
    if (known === undefined)
      tests.push({ cta: warp.cta, address: offsetOf(address), barrier, lanes: 1 << lane });
    else known.lanes |= 1 << lane;
    return completed;
  }

  /** After `hasCompleted` for every lane: whether the instruction is over, because a phase was complete, or need not be. */
  finishTest(warp: Warp, mask: number, waits: boolean): boolean {
    const [complete, incomplete] = [this.#complete, this.#incomplete];
    this.#complete = [];
    this.#incomplete = [];
    for (const { barrier, lanes } of complete) {
      warp.clocks.acquire(lanes, barrier.released);
      warp.awaitedPhases.delete(barrier);
    }
    if (!waits || complete.length > 0) return true;
    for (const { cta, address, barrier } of incomplete) {
      warp.awaitedPhases.set(barrier, barrier.completed);
      const waiters = cta.mbarrierWaiters.get(address) ?? [];
      waiters.push({ warp, mask });
      cta.mbarrierWaiters.set(address, waiters);
    }
    warp.block(mask);
    return false;
  }

  /** fence.mbarrier_init by some lanes: of what they initialised themselves. */
  fenceForCluster(warp: Warp, mask: number): void {
    this.fence(warp);
    for (const barrier of warp.unannouncedBarriers) {
      if (warp.hasInitialised(barrier, mask)) barrier.fencedForCluster = true;
    }
  }

  /** fence.mbarrier_init, and the proxy fences: what the warp initialised may be used by copies. */
  fence(warp: Warp): void {
    for (const barrier of warp.unfencedBarriers) barrier.fenced = true;
    warp.unfencedBarriers.length = 0;
  }

  /** The barrier at an address of `cta`, which the lane must know to be initialised. */
  find(warp: Warp, cta: Cta, address: number, lane: number): Mbarrier {
    const at = offsetOf(address);
    const barrier = cta.mbarriers.get(at);
    if (barrier === undefined) {
      throw new Fault('barrier', `shared address ${at}: no mbarrier was initialised there`, lane);
    }
    if (barrier.initialiser === warp.clocks.firstActor + lane) return barrier;
    const clock = warp.clocks.of(lane);
    if (clock.knows(barrier.initialiser, barrier.initialisedAt)) return barrier;
    if (clock.knows(barrier.announcer, barrier.initialisedAt)) return barrier;
    throw new Fault(
      'barrier',
      `the mbarrier at ${at} is used before it is known to be initialised: no barrier orders this after mbarrier.init`,
      lane,
    );
  }

  /** As `find`, for a copy that will complete there. */
  findForCopy(warp: Warp, cta: Cta, address: number, lane: number): Mbarrier {
    const barrier = this.find(warp, cta, address, lane);
    if (barrier.fenced || !this.#checksFences) return barrier;
    throw new Fault(
      'proxy-fence',
      `expected fence.mbarrier_init or fence.proxy.async after mbarrier.init of ${offsetOf(address)}, before a copy completes ` +
        'there, but received none',
      lane,
    );
  }
}

function wakeWaiters(cta: Cta, address: number): void {
  const waiters = cta.mbarrierWaiters.get(address);
  if (waiters === undefined) return;
  cta.mbarrierWaiters.delete(address);
  for (const { warp, mask } of waiters) warp.wake(mask);
}

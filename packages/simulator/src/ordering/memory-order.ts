import type { SimulatorCheck } from '../device/simulator-options.js';
import { Fault } from '../machine/fault.js';
import type { Warp } from '../machine/warp.js';
import type { Program } from '../program/program.js';
import { strongBit, writeBit } from './access-kind.js';
import { Clock } from './clock.js';
import { ClusterActors } from './cluster-actors.js';
import { Timeline } from './timeline.js';
import { type Accessor, type Unordered, type WordShadow, wordBytes, wordsPerChunk } from './word-shadow.js';

const allBytes = 15;
/** More than any shared memory has bytes. */
const sharedKeys = 2 ** 20;
/** Blocks are shorter than this: a place in the program is one number. */
const instructionsPerBlock = 64;

/** A range of memory with what is known about accesses to it. */
export interface ShadowedMemory {
  readonly shadow: WordShadow;
  readonly space: 'shared' | 'global';
  /** Address of the first word, for reports. */
  readonly address: number;
}

/** An asynchronous access: what it is called in reports, and whether it is a copy or a WGMMA. */
export interface AsyncAccess extends Accessor {
  readonly name: string;
}

/** The order of memory accesses in one launch: who knows what, and whether a new access comes after the earlier ones. */
export class MemoryOrder {
  readonly time = new Timeline();
  /** Whether accesses are followed at all. */
  readonly enabled: boolean;
  readonly #checks: ReadonlySet<SimulatorCheck>;
  readonly #program: Program;
  readonly #clusters: ClusterActors[] = [];
  readonly #lane: Accessor;
  #sharedMemories = 0;

  constructor(checks: ReadonlySet<SimulatorCheck>, program: Program) {
    this.#checks = checks;
    this.#program = program;
    this.enabled = checks.has('data-race') || checks.has('asynchronous-hazard') || checks.has('proxy-fence');
    const nobody = new Clock(new ClusterActors(0, '', 0, 0));
    this.#lane = {
      actor: 0,
      time: 0,
      clock: nobody,
      self: 0,
      selfEnd: 0,
      site: 0,
      strong: false,
      generic: true,
    };
  }

  startCluster(name: string, ctas: number, warpsPerCta: number): ClusterActors {
    const cluster = new ClusterActors(this.#clusters.at(-1)?.end ?? 0, name, ctas, warpsPerCta);
    this.#clusters.push(cluster);
    return cluster;
  }

  /** Places in shared memories have negative numbers, so that none is a global address. */
  newSharedKeys(): number {
    this.#sharedMemories += 1;
    return -this.#sharedMemories * sharedKeys;
  }

  /** Where the warp is in the program. */
  siteOf(warp: Warp): number {
    return warp.programCounter * instructionsPerBlock + warp.position;
  }

  /** An access of an instruction by one lane, up to 16 bytes, aligned. */
  checkLane(
    memory: ShadowedMemory,
    at: number,
    byteLength: number,
    kind: number,
    warp: Warp,
    lane: number,
  ): void {
    const { shadow } = memory;
    const by = this.#lane;
    by.actor = warp.clocks.firstActor + lane;
    by.self = by.actor;
    by.selfEnd = by.actor + 1;
    by.time = this.time.now;
    by.clock = warp.clocks.of(lane);
    by.site = this.siteOf(warp);
    by.strong = (kind & strongBit) !== 0;
    const bytes = byteLength >= wordBytes ? allBytes : ((1 << byteLength) - 1) << (at % wordBytes);
    for (let word = at >> 2; word < (at + byteLength + 3) >> 2; word++) {
      const write = shadow.unorderedWrite(word, bytes, by);
      if (write !== undefined) this.#rejectLane(memory, word, 'writing', kind, write, lane);
      if ((kind & writeBit) !== 0) {
        const read = shadow.unorderedRead(word, bytes, by);
        if (read !== undefined) this.#rejectLane(memory, word, 'reading', kind, read, lane);
        shadow.noteWrite(word, bytes, by);
      } else if (!by.strong) {
        shadow.noteRead(word, bytes, warp.clocks.firstActor, 1 << lane, by);
      }
    }
  }

  /** An asynchronous operation, issued now, will read here. */
  readAsync(memory: ShadowedMemory, at: number, byteLength: number, by: AsyncAccess): void {
    const { shadow } = memory;
    for (let word = at >> 2; word < (at + byteLength + 3) >> 2; word++) {
      const write = shadow.unorderedWrite(word, allBytes, by);
      if (write !== undefined) this.#rejectAsync(memory, word, 'writing', by, write);
      this.#checkFence(memory, word, by);
      shadow.noteRead(word, allBytes, by.actor, 0, by);
    }
  }

  /** As `readAsync`, of whole 16-byte chunks by a warp's WGMMA. */
  readChunks(memory: ShadowedMemory, at: number, byteLength: number, by: AsyncAccess): void {
    const { shadow } = memory;
    for (let word = at >> 2; word < (at + byteLength) >> 2; word++) {
      const write = shadow.unorderedWrite(word, allBytes, by);
      if (write !== undefined) this.#rejectAsync(memory, word, 'writing', by, write);
      this.#checkFence(memory, word, by);
      if (word % wordsPerChunk === 0) shadow.noteChunkRead(word, by);
    }
  }

  writeAsync(memory: ShadowedMemory, at: number, byteLength: number, by: AsyncAccess): void {
    const { shadow } = memory;
    for (let word = at >> 2; word < (at + byteLength + 3) >> 2; word++) {
      const write = shadow.unorderedWrite(word, allBytes, by);
      if (write !== undefined) this.#rejectAsync(memory, word, 'writing', by, write);
      const read = shadow.unorderedRead(word, allBytes, by);
      if (read !== undefined) this.#rejectAsync(memory, word, 'reading', by, read);
      this.#checkFence(memory, word, by);
      shadow.noteWrite(word, allBytes, by);
    }
  }

  /** `warp 3, lane 5 (CTA [0, 0, 0])`, with its instruction. */
  describe({ actor, site }: Unordered): string {
    return `${this.#clusterOf(actor).describe(actor)}, in ${this.describeSite(site)}`;
  }

  describeSite(site: number): string {
    const instruction =
      this.#program.blocks[Math.floor(site / instructionsPerBlock)]?.instructions[
        site % instructionsPerBlock
      ];
    return instruction === undefined
      ? 'a line not known'
      : `PTX line ${instruction.line} (${instruction.opcode})`;
  }

  #checkFence(memory: ShadowedMemory, word: number, by: AsyncAccess): void {
    if (by.generic || !this.#checks.has('proxy-fence')) return;
    const write = memory.shadow.unfencedWrite(word, by);
    if (write === undefined) return;
    throw new Fault(
      'proxy-fence',
      `${by.name} of ${placeOf(memory, word)}: expected fence.proxy.async after an ordinary store, by who stored ` +
        `or after a barrier by who issues, but received none: written by ${this.describe(write)}`,
    );
  }

  readonly #isLane = (actor: number): boolean => this.#clusterOf(actor).isLane(actor);

  /** Clusters have ascending numbers. */
  #clusterOf(actor: number): ClusterActors {
    let [low, high] = [0, this.#clusters.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#clusters[middle]!.base <= actor) low = middle;
      else high = middle - 1;
    }
    return this.#clusters[low]!;
  }

  #rejectLane(
    memory: ShadowedMemory,
    word: number,
    doing: 'reading' | 'writing',
    kind: number,
    other: Unordered,
    lane: number,
  ): void {
    const place = `${placeOf(memory, word)}`;
    if (this.#isLane(other.actor)) {
      if (!this.#checks.has('data-race')) return;
      const here = (kind & writeBit) !== 0 ? 'written' : 'read';
      throw new Fault(
        'data-race',
        `${place}: ${here} while another thread is ${doing}: no barrier orders this after ${this.describe(other)}`,
        lane,
      );
    }
    if (!this.#checks.has('asynchronous-hazard')) return;
    const who = doing === 'writing' ? 'an asynchronous copy' : 'a WGMMA or a TMA store';
    throw new Fault(
      'asynchronous-hazard',
      `${place}: ${who} may still be ${doing} there: nothing waited for ${this.describe(other)}`,
      lane,
    );
  }

  #rejectAsync(
    memory: ShadowedMemory,
    word: number,
    doing: 'reading' | 'writing',
    by: AsyncAccess,
    other: Unordered,
  ): void {
    if (!this.#checks.has('asynchronous-hazard')) return;
    const what = this.#isLane(other.actor)
      ? 'a thread'
      : doing === 'writing'
        ? 'an asynchronous copy'
        : 'a WGMMA or a TMA store';
    throw new Fault(
      'asynchronous-hazard',
      `${by.name} of ${placeOf(memory, word)}: ${what} may still be ${doing} there: nothing orders this after ` +
        this.describe(other),
    );
  }
}

function placeOf({ space, address }: ShadowedMemory, word: number): string {
  return `${space} address ${address + word * wordBytes}`;
}

import type { GlobalMemory } from '../memory/global-memory.js';
import { readModifyWriteBit, writeBit } from '../ordering/access-kind.js';
import { type GlobalShadow, shadowPageBytes } from '../ordering/global-shadow.js';
import type { AsyncAccess, MemoryOrder } from '../ordering/memory-order.js';
import { parameterWindow, sharedWindow, windowSize } from '../translate/windows.js';
import type { Cta } from './cta.js';
import { Fault } from './fault.js';
import { peerOf } from './peer-of.js';
import { offsetOf } from './shared-address.js';
import type { SharedMemory } from './shared-memory.js';
import type { Warp } from './warp.js';

/** Global memory as translated kernels access it: `check`, then `view`. */
export class GlobalPort {
  readonly memory: GlobalMemory;
  view: DataView = new DataView(new ArrayBuffer(0));
  readonly #order: MemoryOrder;
  readonly #shadow: GlobalShadow;
  #latest = 0;

  constructor(memory: GlobalMemory, order: MemoryOrder, shadow: GlobalShadow) {
    this.memory = memory;
    this.#order = order;
    this.#shadow = shadow;
  }

  check(address: number, byteLength: number, kind: number, warp: Warp, lane: number): number {
    if ((kind & readModifyWriteBit) !== 0) this.memory.checkRead(address, byteLength, byteLength);
    const allocation =
      (kind & writeBit) !== 0
        ? this.memory.checkWrite(address, byteLength, byteLength)
        : this.memory.checkRead(address, byteLength, byteLength);
    this.view = allocation.view;
    this.#latest = address;
    const offset = address - allocation.address;
    if (this.#order.enabled) {
      const page = this.#shadow.page(allocation, offset);
      this.#order.checkLane(page, offset % shadowPageBytes, byteLength, kind, warp, lane);
    }
    return offset;
  }

  /** A number for the place that `check` found last, unique in the launch. */
  keyOf(_at: number): number {
    return this.#latest;
  }

  /** An asynchronous operation, issued now, will read here. */
  beginAsyncRead(address: number, byteLength: number, by: AsyncAccess): void {
    const allocation = this.memory.checkRead(address, byteLength, 1);
    if (!this.#order.enabled) return;
    this.#shadow.forEachPage(allocation, address - allocation.address, byteLength, (page, at, length) => {
      this.#order.readAsync(page, at, length, by);
    });
  }

  beginAsyncWrite(address: number, byteLength: number, by: AsyncAccess): void {
    const allocation = this.memory.checkWrite(address, byteLength, 1);
    if (!this.#order.enabled) return;
    this.#shadow.forEachPage(allocation, address - allocation.address, byteLength, (page, at, length) => {
      this.#order.writeAsync(page, at, length, by);
    });
  }

  /** The bytes that an asynchronous operation reads, now that it is executed. */
  read(address: number, byteLength: number): Uint8Array {
    const allocation = this.memory.checkRead(address, byteLength, 1);
    const start = address - allocation.address;
    return allocation.bytes.subarray(start, start + byteLength);
  }

  write(address: number, data: Uint8Array): void {
    const allocation = this.memory.checkWrite(address, data.byteLength, 1);
    allocation.bytes.set(data, address - allocation.address);
  }
}

/** The parameters of a launch: read-only. */
export class ParameterPort {
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  keyOf(at: number): number {
    return at;
  }

  check(offset: number, byteLength: number, kind: number, _warp: Warp, lane: number): number {
    if ((kind & writeBit) !== 0)
      throw new Fault('bounds', 'expected a read of a parameter but received a write', lane);
    if (offset >= 0 && offset + byteLength <= this.bytes.byteLength) return offset;
    throw new Fault(
      'bounds',
      `expected ${this.bytes.byteLength} bytes of parameters but received offset ${offset}`,
      lane,
    );
  }
}

/** The shared memory of all CTAs of a cluster, by cluster address (PTX ISA 5.1.7). */
export class ClusterPort {
  view: DataView = new DataView(new ArrayBuffer(0));
  #latest: SharedMemory | undefined;

  keyOf(at: number): number {
    return this.#latest!.keyOf(at);
  }

  check(address: number, byteLength: number, kind: number, warp: Warp, lane: number): number {
    const cta = peerOf(warp, address, lane);
    this.#latest = cta.shared;
    this.view = cta.shared.view;
    return cta.shared.checkOffset(offsetOf(address), byteLength, kind, warp, lane);
  }
}

/** Generic addresses: every state space has a window of its own (PTX ISA 9.7.9, generic addressing). */
export class GenericPort {
  view: DataView = new DataView(new ArrayBuffer(0));
  readonly #cluster = new ClusterPort();
  #latest: GlobalPort | ParameterPort | ClusterPort = this.#cluster;

  keyOf(at: number): number {
    return this.#latest.keyOf(at);
  }

  check(address: number, byteLength: number, kind: number, warp: Warp, lane: number): number {
    const port = this.#portOf(address, warp.cta);
    const at = port.check(
      port instanceof GlobalPort ? address : address % windowSize,
      byteLength,
      kind,
      warp,
      lane,
    );
    this.view = port.view;
    this.#latest = port;
    return at;
  }

  #portOf(address: number, cta: Cta): GlobalPort | ParameterPort | ClusterPort {
    const window = Math.floor(address / windowSize);
    if (window === parameterWindow) return cta.parameters;
    return window === sharedWindow ? this.#cluster : cta.global;
  }
}

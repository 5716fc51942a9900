import type { GlobalMemory } from '../memory/global-memory.js';
import { Fault } from './fault.js';
import type { Warp } from './warp.js';

/** Global memory as translated kernels access it: `check`, then `view`. */
export class GlobalPort {
  readonly memory: GlobalMemory;
  view: DataView = new DataView(new ArrayBuffer(0));

  constructor(memory: GlobalMemory) {
    this.memory = memory;
  }

  check(address: number, byteLength: number, write: boolean, _warp: Warp, _lane: number): number {
    const allocation = write
      ? this.memory.checkWrite(address, byteLength, byteLength)
      : this.memory.checkRead(address, byteLength, byteLength);
    this.view = allocation.view;
    return address - allocation.address;
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

  check(offset: number, byteLength: number, _write: boolean, _warp: Warp, lane: number): number {
    if (offset >= 0 && offset + byteLength <= this.bytes.byteLength) return offset;
    throw new Fault(
      'bounds',
      `expected ${this.bytes.byteLength} bytes of parameters but received offset ${offset}`,
      lane,
    );
  }
}

import type { TensorMap } from '@dg/runtime';
import { readPtxModule } from '../../ptx/read-ptx-module.js';
import type { SimBackend, SimExecution, SimProgram } from '../sim-backend.js';

/** A machine that only notes what it is asked for, and then does what `run` does in place of the kernel. */
export class FakeBackend implements SimBackend {
  readonly executions: SimExecution[] = [];
  readonly loaded: string[] = [];
  readonly maps: TensorMap[] = [];
  run: (execution: SimExecution) => void = () => {};
  staticSharedMemoryBytes = 0;

  loadProgram(ptxText: string, entry: string): SimProgram {
    this.loaded.push(entry);
    const found = readPtxModule(ptxText).entries.find(({ name }) => name === entry);
    if (found === undefined) throw new Error(`expected an entry ${entry} but received none`);
    return { entry: found, staticSharedMemoryBytes: this.staticSharedMemoryBytes };
  }

  execute(execution: SimExecution): void {
    this.executions.push(execution);
    this.run(execution);
  }

  /** The address, then a byte in each place. */
  encodeTensorMap(map: TensorMap, bytes: Uint8Array): void {
    this.maps.push(map);
    bytes.fill(0xab);
    new DataView(bytes.buffer, bytes.byteOffset).setBigUint64(
      0,
      map.buffer.pointer + BigInt(map.byteOffset),
      true,
    );
  }
}

import type { KernelDevice } from '@dg/runtime';
import type { GemmOperation } from '../gemm-operation.js';
import type { GemmShape } from '../gemm-shape.js';
import { createGemmSet } from '../inputs/gemm-set.js';
import { median } from '../statistics/median.js';

/** Small enough that the GPU keeps up with the host. */
export const hostCallShape: GemmShape = { m: 64, n: 576, k: 7168 };

const warmCalls = 200;
const batches = 50;
const callsPerBatch = 100;

/** Microseconds of host time for a warm call: the median over 50 batches of 100, the queue drained between them. */
export async function measureHostCall(device: KernelDevice, operation: GemmOperation): Promise<number> {
  const stream = device.createStream();
  const set = createGemmSet(device, stream, operation, hostCallShape, 0);
  const callTimes = (calls: number) => {
    const start = performance.now();
    for (let call = 0; call < calls; call++) set.enqueue(stream);
    return ((performance.now() - start) * 1000) / calls;
  };
  try {
    callTimes(warmCalls);
    const microseconds: number[] = [];
    for (let batch = 0; batch < batches; batch++) {
      await stream.synchronize();
      microseconds.push(callTimes(callsPerBatch));
    }
    await stream.synchronize();
    return median(microseconds);
  } finally {
    set.destroy();
    stream.destroy();
  }
}

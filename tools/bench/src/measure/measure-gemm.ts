import type { KernelDevice } from '@dg/runtime';
import { chosenConfigName } from '../chosen-config.js';
import { compareWithPeers } from '../compare-with-peers.js';
import { type GemmOperation, gemmBytes, gemmFlop } from '../gemm-operation.js';
import { type GemmShape, shapeName } from '../gemm-shape.js';
import { createGemmSet, type GemmSet } from '../inputs/gemm-set.js';
import { inputSetCount } from '../inputs/input-set-count.js';
import type { GemmRow } from '../result-row.js';
import type { RunIdentity } from '../run-identity.js';
import type { Yardsticks } from '../yardsticks.js';
import { checkGemm } from './check-gemm.js';
import { timeLaunches } from './time-launches.js';

/** Times one product and checks the result on the same buffers. Throws DgError when it is wrong. */
export async function measureGemm(
  device: KernelDevice,
  operation: GemmOperation,
  shape: GemmShape,
  yardsticks: Yardsticks,
  identity: RunIdentity,
): Promise<GemmRow> {
  const bytes = gemmBytes(operation, shape);
  const stream = device.createStream();
  const sets: GemmSet[] = [];
  try {
    for (let seed = 0; seed < inputSetCount(bytes); seed++) {
      sets.push(createGemmSet(device, stream, operation, shape, seed));
    }
    sets[0]!.enqueue(stream);
    await stream.synchronize();
    const us = await timeLaunches(
      stream,
      sets.map((set) => set.enqueue),
    );
    const diff = await checkGemm(sets.at(-1)!, `${operation} ${shapeName(shape)}`);
    return {
      op: operation,
      shape: [shape.m, shape.n, shape.k],
      us,
      tflops: gemmFlop(shape) / us / 1e6,
      gbs: bytes / us / 1e3,
      config: chosenConfigName(operation, shape, device.properties),
      sets: sets.length,
      diff,
      checked: true,
      ...compareWithPeers(operation, shape, us, yardsticks),
      ...identity,
    };
  } finally {
    for (const set of sets) set.destroy();
    stream.destroy();
  }
}

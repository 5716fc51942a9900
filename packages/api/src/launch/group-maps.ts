import {
  boxRowsOfA,
  type GemmConfig,
  kGroupMapsKernel,
  kGroupMapsThreads,
  tensorMapBytes,
} from '@dg/kernels';
import {
  ceilDiv,
  type KernelDevice,
  type Scratch,
  type Stream,
  type Tensor,
  type TensorMap,
} from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { type GemmProblem, groupsOf } from '../problem/gemm-problem.js';
import { operandBoxes } from './operand-maps.js';

const int32Bytes = 4;
const mapsOfGroup = 2;

/**
 * Enqueues a kernel that makes tensor maps of the K-major blocks of each K group, in place of copies of the blocks in one
 * matrix. Their sizes are read from `ks` then.
 */
export function enqueueGroupMaps(
  device: KernelDevice,
  problem: GemmProblem,
  { a, b, grouping }: GemmOperands,
  config: GemmConfig,
  scratch: Scratch,
  stream: Stream,
): Tensor {
  const groups = groupsOf(problem);
  const words = tensorMapBytes / int32Bytes;
  const maps = scratch.tensor('int32', [mapsOfGroup * groups, words], [words, 1]);
  const { m, n, k } = problem;
  device.kernel(kGroupMapsKernel).launch({
    grid: [ceilDiv(mapsOfGroup * groups, kGroupMapsThreads), 1, 1],
    block: [kGroupMapsThreads, 1, 1],
    stream,
    arguments: [
      tensorMap(blocksMap(a, m, boxRowsOfA(config, m))),
      tensorMap(blocksMap(b, n, config.blockN)),
      address(a),
      address(b),
      uint32(m),
      uint32(n),
      uint32(k),
      address(grouping!),
      uint32(groups),
      address(maps),
    ],
  });
  return maps;
}

/** Of as many rows as a group has; where they lie and how long they are is filled in on the device. */
function blocksMap(blocks: Tensor, rows: number, boxRows: number): TensorMap {
  return operandBoxes(blocks, [stageBytes, rows], [stageBytes], boxRows);
}

const stageBytes = 128;

function tensorMap(map: TensorMap) {
  return { type: 'tensorMap', map } as const;
}

function address({ buffer, byteOffset }: Tensor) {
  return { type: 'address', buffer, byteOffset } as const;
}

function uint32(value: number) {
  return { type: 'uint32', value } as const;
}

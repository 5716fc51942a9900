import { boxRowsOfA, type GemmConfig, kGroupMapsThreads, tensorMapBytes } from '@dg/kernels';
import { ceilDiv, type Launch, type Scratch, type Tensor, type TensorMap } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { type GemmProblem, groupsOf } from '../problem/gemm-problem.js';
import { operandBoxes } from './operand-maps.js';

const int32Bytes = 4;
const mapsOfGroup = 2;

/** Memory for a tensor map of A and one of B for each group. */
export function groupMapsTensor(problem: GemmProblem, scratch: Scratch): Tensor {
  const words = tensorMapBytes / int32Bytes;
  return scratch.tensor('int32', [mapsOfGroup * groupsOf(problem), words], [words, 1]);
}

/**
 * A launch of `kGroupMapsKernel`, which makes tensor maps of the K-major blocks of each K group, in place of copies of the
 * blocks in one matrix. Their sizes are read from `ks` then.
 *
 * @param maps of `groupMapsTensor`
 */
export function groupMapsLaunch(
  problem: GemmProblem,
  { a, b, grouping }: GemmOperands,
  config: GemmConfig,
  maps: Tensor,
): Omit<Launch, 'stream' | 'dependentLaunch'> {
  const { m, n, k } = problem;
  const groups = groupsOf(problem);
  return {
    grid: [ceilDiv(mapsOfGroup * groups, kGroupMapsThreads), 1, 1],
    block: [kGroupMapsThreads, 1, 1],
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
  };
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

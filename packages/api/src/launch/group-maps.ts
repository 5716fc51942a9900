import { boxRowsOfA, type GemmConfig, kGroupMapsThreads, stageKBytes, tensorMapBytes } from '@dg/kernels';
import { ceilDiv, type Launch, type Scratch, type Tensor, type TensorMap } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { type GemmProblem, groupsOf } from '../problem/gemm-problem.js';
import { address, tensorMap, uint32, writableAddress } from './argument-values.js';
import { operandMap } from './operand-maps.js';

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
      tensorMap(blocksMap(b, n, config.blockN / config.clusterM)),
      address(a),
      address(b),
      uint32(m),
      uint32(n),
      uint32(k),
      address(grouping!),
      uint32(groups),
      writableAddress(maps),
    ],
  };
}

/** Of as many rows as each group has, the first block of K; where they lie and how long they are is filled in on the device. */
function blocksMap(blocks: Tensor, rows: number, boxRows: number): TensorMap {
  const first = blocks.slice(0, 0, rows * stageKBytes).reshape([rows, stageKBytes]);
  return operandMap(first, boxRows, 'k');
}

import type { GemmConfig } from '@dg/kernels';
import type { KernelArgument, Tensor, TensorMap } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { operandMap, outputMap, rowScalesMap } from './operand-maps.js';

/** The arguments of fp8Gemm1d2dKernel, in its order. */
export function fp8Gemm1d2dArguments(
  problem: GemmProblem,
  operands: GemmOperands,
  config: GemmConfig,
  rasterRows: number,
): readonly KernelArgument[] {
  const { scalesA, scalesB } = operands as { scalesA: Tensor; scalesB: Tensor };
  const a = operandMap(operands.a, config.blockM / config.clusterN);
  const list = [
    tensorMap(a),
    tensorMap(operandMap(operands.b, config.blockN / config.clusterM)),
    tensorMap(rowScalesMap(scalesA, config.blockM)),
    tensorMap(config.store === 'tma' ? outputMap(operands.d, config) : a),
    address(scalesB),
    int64(scalesB.strides[0]!),
    int64(scalesB.strides[1]!),
  ];
  addEpilogueArguments(list, problem, operands, rasterRows);
  return list;
}

/** The arguments of bf16GemmKernel, in its order. */
export function bf16GemmArguments(
  problem: GemmProblem,
  operands: GemmOperands,
  config: GemmConfig,
  rasterRows: number,
): readonly KernelArgument[] {
  const a = operandMap(operands.a, config.blockM / config.clusterN);
  const list = [
    tensorMap(a),
    tensorMap(operandMap(operands.b, config.blockN / config.clusterM)),
    tensorMap(config.store === 'tma' ? outputMap(operands.d, config) : a),
  ];
  addEpilogueArguments(list, problem, operands, rasterRows);
  return list;
}

function addEpilogueArguments(
  list: KernelArgument[],
  problem: GemmProblem,
  operands: GemmOperands,
  rasterRows: number,
): void {
  const { c, d } = operands;
  list.push(
    c === undefined ? { type: 'null' } : address(c),
    int64(c === undefined ? 0 : c.strides[0]!),
    address(d),
    int64(d.strides[0]!),
    uint32(problem.m),
    uint32(problem.n),
    uint32(problem.k),
    uint32(rasterRows),
  );
}

function tensorMap(map: TensorMap): KernelArgument {
  return { type: 'tensorMap', map };
}

function address(tensor: Tensor): KernelArgument {
  return { type: 'address', buffer: tensor.buffer, byteOffset: tensor.byteOffset };
}

function int64(value: number): KernelArgument {
  return { type: 'int64', value };
}

function uint32(value: number): KernelArgument {
  return { type: 'uint32', value };
}

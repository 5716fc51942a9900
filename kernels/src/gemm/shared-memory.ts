import type { GemmConfig, GemmMajor, GemmOutput } from './gemm-config.js';

/** Bytes of K in one pipeline stage: one row of the 128-byte swizzle. */
export const stageKBytes = 128;

/** Elements along MN in one box of an MN-major BF16 operand. */
export const mnBlock = 64;

/** Rows of D that one warpgroup stores at a time. */
export const storeBoxRows = 64;

const storeBuffersPerWarpgroup = 2;
const barrierBytesPerStage = 16;
const bytesPerScale = 4;
/** Where a tensor copy may start in shared memory. */
const copyAlignmentBytes = 128;

export const outputBytes: Readonly<Record<GemmOutput, number>> = { bfloat16: 2, float32: 4 };

/** The swizzle span of the boxes in which D is stored: the widest that cuts the tile without a rest. */
export function storeSpanBytes(blockN: number, output: GemmOutput): 128 | 64 | 32 {
  const rowBytes = blockN * outputBytes[output];
  if (rowBytes % 128 === 0) return 128;
  return rowBytes % 64 === 0 ? 64 : 32;
}

type GemmShape = Omit<GemmConfig, 'sharedMemoryBytes' | 'stages'>;

/** Bytes that do not depend on the pipeline's depth: the buffers from which D is stored. */
function storeBytes(shape: GemmShape): number {
  if (shape.store === 'guarded') return 0;
  const boxBytes = storeBoxRows * storeSpanBytes(shape.blockN, shape.output);
  return shape.mathWarpgroups * storeBuffersPerWarpgroup * boxBytes;
}

function stageBytes(shape: GemmShape, hasRowScales: boolean): number {
  const { blockM, blockN, majorA, majorB, columnScaling } = shape;
  const rowScales = hasRowScales ? blockM * bytesPerScale : 0;
  const columnScales =
    columnScaling === 'per_column' ? alignUp(blockN * bytesPerScale, copyAlignmentBytes) : 0;
  const operands = (tileRows(blockM, majorA) + tileRows(blockN, majorB)) * stageKBytes;
  return operands + rowScales + columnScales + barrierBytesPerStage;
}

function alignUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}

/** MN-major tiles are whole blocks of one swizzle span along MN. */
function tileRows(rows: number, major: GemmMajor | undefined): number {
  return major === 'mn' ? Math.ceil(rows / mnBlock) * mnBlock : rows;
}

/** The deepest pipeline that fits, at most `maxStages`. */
export function fittingStages(
  shape: GemmShape,
  hasRowScales: boolean,
  limitBytes: number,
  maxStages: number,
): number {
  const room = limitBytes - storeBytes(shape);
  return Math.min(maxStages, Math.floor(room / stageBytes(shape, hasRowScales)));
}

/** The layout of include/dg/gemm/gemm_config.cuh, which checks the sum when it is compiled. */
export function sharedMemoryBytes(shape: GemmShape, stages: number, hasRowScales: boolean): number {
  return storeBytes(shape) + stages * stageBytes(shape, hasRowScales);
}

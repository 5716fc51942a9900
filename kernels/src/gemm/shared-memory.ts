import type { GemmConfig, GemmMajor, GemmOutput } from './gemm-config.js';

/** Bytes of K in one pipeline stage: one row of the 128-byte swizzle. */
export const stageKBytes = 128;

/** Elements along MN in one box of an MN-major BF16 operand. */
export const mnBlock = 64;

/** Rows of D that one warpgroup stores at a time. */
export const storeBoxRows = 64;

const barrierBytesPerStage = 16;
/** Four tiles of 32 bytes on their way from the producer to the others, each with two barriers. */
const tileQueueBytes = 4 * (32 + 16);
const bytesPerScale = 4;
const swizzleAtomRows = 8;
/** Where a tensor copy may start in shared memory. */
const copyAlignmentBytes = 128;

export const outputBytes: Readonly<Record<GemmOutput, number>> = { bfloat16: 2, float32: 4 };

/** The swizzle span of the boxes in which D is stored: the widest that cuts so many columns without a rest. */
export function storeSpanBytes(columns: number, output: GemmOutput): 128 | 64 | 32 {
  const rowBytes = columns * outputBytes[output];
  if (rowBytes % 128 === 0) return 128;
  return rowBytes % 64 === 0 ? 64 : 32;
}

type GemmShape = Omit<GemmConfig, 'sharedMemoryBytes' | 'stages'>;

/** Bytes that do not depend on the pipeline's depth: the tile queue, and the buffers from which D is stored. */
function fixedBytes(shape: GemmShape, hasRowScales: boolean): number {
  if (shape.store === 'guarded') return tileQueueBytes;
  const boxBytes = storeBoxRows * storeSpanBytes(mmaColumns(shape, hasRowScales), shape.output);
  return tileQueueBytes + shape.mathWarpgroups * (shape.storeBoxes ?? 2) * boxBytes;
}

/** Boxes that a math warpgroup's fragment of 64 rows has: what it can have shared memory for at the most. */
export function storeBoxCount(
  shape: Pick<GemmConfig, 'blockN' | 'warpgroupsN' | 'partialSums' | 'output'>,
  hasRowScales: boolean,
): number {
  const columns = mmaColumns(shape, hasRowScales);
  return (columns * outputBytes[shape.output]) / storeSpanBytes(columns, shape.output);
}

/** Columns that one instruction of a math warpgroup gives, as in WarpgroupTile of include/dg/gemm/gemm_config.cuh. */
export function mmaColumns(
  { blockN, warpgroupsN = 1, partialSums = 1 }: Pick<GemmConfig, 'blockN' | 'warpgroupsN' | 'partialSums'>,
  hasRowScales: boolean,
): number {
  const columns = blockN / warpgroupsN;
  const widest = !hasRowScales ? 256 : partialSums === 1 ? 192 : 128;
  return columns / Math.ceil(columns / widest);
}

function stageBytes(shape: GemmShape, hasRowScales: boolean): number {
  const { blockM, blockN, majorA, majorB, columnScaling } = shape;
  const rowScales = hasRowScales ? blockM * bytesPerScale : 0;
  const columnScales =
    columnScaling === 'per_column' ? alignUp(blockN * bytesPerScale, copyAlignmentBytes) : 0;
  const operands = (tileRows(blockM, majorA) + tileRows(blockN, majorB)) * stageKBytes;
  return operands + rowScales + columnScales + barrierBytesPerStage;
}

/** Rows of the boxes in which A is loaded: no more than there are, as rows outside A cost TMA more than others. */
export function boxRowsOfA({ blockM, clusterN, majorA }: GemmConfig, m: number): number {
  const shared = majorA === 'mn' || clusterN > 1;
  return shared ? blockM / clusterN : Math.min(blockM, alignUp(m, swizzleAtomRows));
}

/** Bytes that arrive in one stage when A has `m` rows. */
export function stageLoadBytes(config: GemmConfig, hasRowScales: boolean, m: number): number {
  const { blockM, blockN, clusterN, majorA, majorB, columnScaling } = config;
  const rowsOfA = majorA === 'mn' ? tileRows(blockM, majorA) : boxRowsOfA(config, m) * clusterN;
  const scales =
    (hasRowScales ? boxRowsOfA(config, m) * clusterN : 0) + (columnScaling === 'per_column' ? blockN : 0);
  return (rowsOfA + tileRows(blockN, majorB)) * stageKBytes + scales * bytesPerScale;
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
  const room = limitBytes - fixedBytes(shape, hasRowScales);
  return Math.min(maxStages, Math.floor(room / stageBytes(shape, hasRowScales)));
}

/** The layout of include/dg/gemm/gemm_config.cuh, which checks the sum when it is compiled. */
export function sharedMemoryBytes(shape: GemmShape, stages: number, hasRowScales: boolean): number {
  return fixedBytes(shape, hasRowScales) + stages * stageBytes(shape, hasRowScales);
}

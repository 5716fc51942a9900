import type { GemmConfig, GemmMajor, GemmOutput } from './gemm-config.js';

/** Bytes of K in one pipeline stage: one row of the 128-byte swizzle. */
export const stageKBytes = 128;

/** Elements along MN in one box of an MN-major BF16 operand. */
export const mnBlock = 64;

/** Rows of D that one warpgroup stores at a time. */
export const storeBoxRows = 64;

const barrierBytes = 8;
const barrierBytesPerStage = 2 * barrierBytes;
const warpsPerWarpgroup = 4;
/** Four tiles of 32 bytes on their way from the producer to the others, each with two barriers. */
const tileQueueBytes = 4 * (32 + 2 * barrierBytes);
/** Rows and numbers of up to 32 groups of a masked product, in the order of their rows. */
const groupOrderBytes = 32 * (4 + 1);
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

/**
 * Bytes that do not depend on the pipeline's depth: the tile queue, the order of groups, and the buffers from which D is stored,
 * or in which the sums of other parts of K are received.
 */
function fixedBytes(shape: GemmShape, hasRowScales: boolean): number {
  const scheduling = tileQueueBytes + (shape.grouping === 'masked' ? groupOrderBytes : 0);
  if (shape.store === 'guarded') return scheduling + reductionBytes(shape);
  const boxBytes = storeBoxRows * storeSpanBytes(mmaColumns(shape, hasRowScales), shape.output);
  return scheduling + shape.mathWarpgroups * (shape.storeBoxes ?? 2) * boxBytes;
}

/** What the other CTAs send of the part of a tile that one adds up, and two barriers of each warp. */
function reductionBytes({ blockM, blockN, mathWarpgroups, splitK = 1 }: GemmShape): number {
  if (splitK === 1) return 0;
  const sums = (blockM * blockN * Float32Array.BYTES_PER_ELEMENT) / splitK;
  return (splitK - 1) * sums + 2 * mathWarpgroups * warpsPerWarpgroup * barrierBytes;
}

/**
 * Numbers of boxes that a math warpgroup may have shared memory for, the most first: those of two of its fragments of 64
 * rows, of one, and of parts of one.
 */
export function storeBoxCounts(
  shape: Pick<GemmConfig, 'blockM' | 'blockN' | 'mathWarpgroups' | 'warpgroupsN' | 'partialSums' | 'output'>,
  hasRowScales: boolean,
): readonly number[] {
  const columns = mmaColumns(shape, hasRowScales);
  const ofFragment = (columns * outputBytes[shape.output]) / storeSpanBytes(columns, shape.output);
  const fragments = (shape.blockM * shape.blockN) / (shape.mathWarpgroups * storeBoxRows * columns);
  const parts = Array.from({ length: ofFragment }, (_, index) => ofFragment - index);
  return fragments > 1 ? [2 * ofFragment, ...parts] : parts;
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

/** Rows of tiles up to which a box of the last one matters. */
const fewTilesOfRows = 8;

/** More would keep the thread that loads busier than the tensor cores. */
const mostBoxesOfA = 4;

/** Boxes with fewer rows than these gain nothing. */
const fewestRowsOfBox = 16;

/**
 * Rows of the boxes in which A is loaded; boxes below its end are not loaded. Rows outside A cost TMA more than others: with
 * few rows the box has no more than there are. Where the last tile is not full, or groups end inside tiles, each row of
 * warpgroups has a box, or more of them if the last one has little in it.
 *
 * @param expectedRows of a group, where A is one of many that are not full
 */
export function boxRowsOfA(config: GemmConfig, m: number, expectedRows = m): number {
  const { blockM, clusterN, majorA, grouping, mathWarpgroups, warpgroupsN = 1 } = config;
  if (majorA === 'mn' || clusterN > 1) return blockM / clusterN;
  if (m <= blockM) return Math.min(blockM, alignUp(m, swizzleAtomRows));
  const rowsOfWarpgroup = (blockM * warpgroupsN) / mathWarpgroups;
  if (grouping === 'masked') return boxRowsOfMaskedGroups(blockM, expectedRows);
  if (m % blockM === 0 || m >= fewTilesOfRows * blockM) return blockM;
  // Lower boxes, of which a warpgroup reads rows that did not arrive, need tiles that all end at one row. For contiguous groups
  // they were not measured.
  if (grouping === 'contiguous') return rowsOfWarpgroup;
  const last = m % rowsOfWarpgroup || rowsOfWarpgroup;
  let box = blockM / mostBoxesOfA;
  while (box < last) box *= 2;
  return Math.min(box, rowsOfWarpgroup);
}

/**
 * A fragment that is not multiplied is not loaded either. What else lies below the end of a group would still be read from device
 * memory, for each group once; but only tiles of one fragment may end anywhere in it (clear_rows_not_loaded in
 * include/dg/gemm/rows_of_a.cuh).
 */
function boxRowsOfMaskedGroups(blockM: number, expectedRows: number): number {
  if (blockM > storeBoxRows) return storeBoxRows;
  let box = fewestRowsOfBox;
  while (box < expectedRows && box < storeBoxRows) box *= 2;
  return box;
}

/** Rows of the boxes in which the scales of A's rows are loaded. */
export function boxRowsOfScales({ blockM, clusterN }: GemmConfig, m: number): number {
  return clusterN > 1 ? blockM : Math.min(blockM, alignUp(m, swizzleAtomRows));
}

/** Bytes that arrive in one stage beside those of K-major A, which has `m` rows. */
export function stageLoadBytes(config: GemmConfig, hasRowScales: boolean, m: number): number {
  const { blockM, blockN, majorA, majorB, columnScaling } = config;
  const mnMajorA = majorA === 'mn' ? tileRows(blockM, majorA) : 0;
  const scales =
    (hasRowScales ? boxRowsOfScales(config, m) : 0) + (columnScaling === 'per_column' ? blockN : 0);
  return (mnMajorA + tileRows(blockN, majorB)) * stageKBytes + scales * bytesPerScale;
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

import type { ScaledTensor } from '@dg/api';
import type { Device } from '@dg/runtime';
import type { BlockScaledWeight, MoeModel } from '../model/moe-model.js';
import { type MoeShape, weightBlock } from '../model/moe-shape.js';

/** The weights of experts, as the grouped GEMMs take B; scales [experts, rows / 128, columns / 128]. */
export interface ExpertWeights {
  /** [experts, 2 · intermediate, hidden]: the gate's rows, then those of the other, so that one GEMM makes both. */
  readonly gateUp: ScaledTensor;
  /** [experts, hidden, intermediate]. */
  readonly down: ScaledTensor;
}

export function newExpertWeights(
  device: Device,
  { hidden, intermediate }: MoeShape,
  experts: number,
): ExpertWeights {
  const weight = (rows: number, columns: number): ScaledTensor => ({
    data: device.empty([experts, rows, columns], 'float8_e4m3fn'),
    scales: device.empty([experts, rows / weightBlock, columns / weightBlock], 'float32'),
  });
  return { gateUp: weight(2 * intermediate, hidden), down: weight(hidden, intermediate) };
}

/** Reads one expert of a model file into a place of `weights`. */
export async function loadExpert(
  model: MoeModel,
  expert: number,
  weights: ExpertWeights,
  place: number,
): Promise<void> {
  const { gateUp, down } = weights;
  const gateRows = gateUp.data.shape[1]! / 2;
  // One after the other, so that only one of them is in host memory twice.
  writeRows(gateUp, place, 0, await model.readWeight(expert, 'gate_proj'));
  writeRows(gateUp, place, gateRows, await model.readWeight(expert, 'up_proj'));
  writeRows(down, place, 0, await model.readWeight(expert, 'down_proj'));
}

function writeRows(
  { data, scales }: ScaledTensor,
  place: number,
  firstRow: number,
  { codes, scales: factors }: BlockScaledWeight,
): void {
  const rows = codes.length / data.shape[2]!;
  const firstBlock = firstRow / weightBlock;
  const blocks = rows / weightBlock;
  data
    .slice(0, place, place + 1)
    .slice(1, firstRow, firstRow + rows)
    .write(codes);
  scales
    .slice(0, place, place + 1)
    .slice(1, firstBlock, firstBlock + blocks)
    .write(factors);
}

/** One expert's weights as the plain GEMMs take B: views. */
export function expertMatrix({ data, scales }: ScaledTensor, place: number): ScaledTensor {
  return {
    data: data.slice(0, place, place + 1).reshape(data.shape.slice(1)),
    scales: scales.slice(0, place, place + 1).reshape(scales.shape.slice(1)),
  };
}

import { ceilDiv } from '@dg/runtime';
import { e4m3Deviation, normalBfloat16Codes, normalE4m3Codes } from '../random/normal-codes.js';
import { randomWords } from '../random/random-words.js';
import { type TensorToWrite, writeSafetensors } from '../safetensors/write-safetensors.js';
import { type MoeShape, weightBlock } from './moe-shape.js';
import { type Projection, projections, routerName, scaleName, weightName } from './tensor-names.js';

const layer = 0;
/** Of what frameworks write, and of what they ask for when they load. */
const metadata = { format: 'pt' };

/**
 * Writes a model file with one mixture-of-experts layer of random weights, in the names, types and shapes that Hugging
 * Face uses for block-quantised FP8 models. Weights are scaled so that values keep their size from step to step.
 *
 * @throws DgValidationError, or an error of the system, when the file cannot be written.
 */
export async function writeMoeModel(path: string, shape: MoeShape, seed: number): Promise<void> {
  const { hidden, experts } = shape;
  const router: TensorToWrite = {
    name: routerName(layer),
    dtype: 'BF16',
    shape: [experts, hidden],
    data: () => bytesOf(normalBfloat16Codes(experts * hidden, 1 / Math.sqrt(hidden), seed)),
  };
  const ofExperts = Array.from({ length: experts }, (_, expert) =>
    projections.flatMap((projection, index) => {
      return projectionTensors(shape, expert, projection, seed + 1 + expert * projections.length + index);
    }),
  );
  await writeSafetensors(path, [router, ...ofExperts.flat()], metadata);
}

function projectionTensors(
  { hidden, intermediate }: MoeShape,
  expert: number,
  projection: Projection,
  seed: number,
): TensorToWrite[] {
  const [rows, columns] = projection === 'down_proj' ? [hidden, intermediate] : [intermediate, hidden];
  const scaleShape = [ceilDiv(rows, weightBlock), ceilDiv(columns, weightBlock)];
  const scaleCount = scaleShape[0]! * scaleShape[1]!;
  return [
    {
      name: weightName(layer, expert, projection),
      dtype: 'F8_E4M3',
      shape: [rows, columns],
      data: () => normalE4m3Codes(rows * columns, seed),
    },
    {
      name: scaleName(layer, expert, projection),
      dtype: 'F32',
      shape: scaleShape,
      data: () => bytesOf(blockScales(scaleCount, 1 / Math.sqrt(columns), seed)),
    },
  ];
}

/** Scales that give a deviation on average and differ by up to 4 times, so that a wrong one shows. */
function blockScales(count: number, deviation: number, seed: number): Float32Array {
  const next = randomWords(seed);
  const binades = () => (2 * next()) / 2 ** 32 - 1;
  return Float32Array.from({ length: count }, () => (deviation / e4m3Deviation) * 2 ** binades());
}

function bytesOf(array: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

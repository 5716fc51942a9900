import { ceilDiv, describeValue, reject } from '@dg/runtime';
import type { SafetensorsDtype } from '../safetensors/dtypes.js';
import { SafetensorsFile } from '../safetensors/safetensors-file.js';
import type { TensorEntry } from '../safetensors/tensor-entry.js';
import { type MoeShape, weightBlock } from './moe-shape.js';
import { type Projection, projections, routerName, scaleName, weightName } from './tensor-names.js';

/** A weight as it lies in the file. */
export interface BlockScaledWeight {
  /** float8_e4m3fn, row-major. */
  readonly codes: Uint8Array<ArrayBuffer>;
  /** [ceilDiv(rows, 128), ceilDiv(columns, 128)], row-major. */
  readonly scales: Float32Array<ArrayBuffer>;
}

/** The mixture-of-experts layer of a model file, with every tensor's type and shape known to fit. */
export class MoeModel {
  readonly shape: MoeShape;
  readonly #file: SafetensorsFile;
  readonly #layer: number;

  private constructor(file: SafetensorsFile, layer: number, shape: MoeShape) {
    this.#file = file;
    this.#layer = layer;
    this.shape = shape;
  }

  /**
   * Opens a model file and checks the tensors of one layer. Sizes come from the router and the first expert; whatever
   * else is in the file is left alone.
   *
   * @throws DgValidationError when the file is broken, or tensors are missing or do not fit together.
   */
  static async open(path: string, layer = 0): Promise<MoeModel> {
    const file = await SafetensorsFile.open(path);
    try {
      const [experts, hidden] = requireMatrix(file, routerName(layer), 'BF16');
      const [intermediate] = requireMatrix(file, weightName(layer, 0, 'gate_proj'), 'F8_E4M3');
      const shape = { hidden, intermediate, experts };
      requireBlocks(file, 'hidden', hidden);
      requireBlocks(file, 'intermediate', intermediate);
      for (let expert = 0; expert < experts; expert++) requireExpert(file, layer, expert, shape);
      return new MoeModel(file, layer, shape);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** bfloat16 codes [experts, hidden]. */
  async readRouter(): Promise<Uint16Array<ArrayBuffer>> {
    const bytes = await this.#read(routerName(this.#layer));
    return new Uint16Array(bytes.buffer);
  }

  async readWeight(expert: number, projection: Projection): Promise<BlockScaledWeight> {
    const codes = await this.#read(weightName(this.#layer, expert, projection));
    const scales = await this.#read(scaleName(this.#layer, expert, projection));
    return { codes, scales: new Float32Array(scales.buffer) };
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #read(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return await this.#file.read(this.#file.entry(name));
  }
}

/** The shape [rows, columns] of a tensor of that type. */
function requireMatrix(
  file: SafetensorsFile,
  name: string,
  dtype: SafetensorsDtype,
): readonly [number, number] {
  const entry = requireDtype(file, name, dtype);
  if (entry.shape.length !== 2 || entry.shape.includes(0)) {
    reject(file.path, `two dimensions for ${name}, none of them 0`, describeValue(entry.shape));
  }
  return entry.shape as readonly [number, number];
}

function requireDtype(file: SafetensorsFile, name: string, dtype: SafetensorsDtype): TensorEntry {
  const entry = file.entry(name);
  if (entry.dtype !== dtype) reject(file.path, `${dtype} for ${name}`, entry.dtype);
  return entry;
}

/** The two weights that are multiplied as one matrix may not share a block of scales, nor may a token end within one. */
function requireBlocks(file: SafetensorsFile, size: string, value: number): void {
  if (value % weightBlock === 0) return;
  reject(file.path, `a multiple of ${weightBlock} for the ${size} size`, String(value));
}

function requireExpert(
  file: SafetensorsFile,
  layer: number,
  expert: number,
  { hidden, intermediate }: MoeShape,
): void {
  for (const projection of projections) {
    const [rows, columns] = projection === 'down_proj' ? [hidden, intermediate] : [intermediate, hidden];
    requireShape(file, weightName(layer, expert, projection), 'F8_E4M3', [rows, columns]);
    const blocks = [ceilDiv(rows, weightBlock), ceilDiv(columns, weightBlock)] as const;
    requireShape(file, scaleName(layer, expert, projection), 'F32', blocks);
  }
}

function requireShape(
  file: SafetensorsFile,
  name: string,
  dtype: SafetensorsDtype,
  [rows, columns]: readonly [number, number],
): void {
  const { shape } = requireDtype(file, name, dtype);
  if (shape.length === 2 && shape[0] === rows && shape[1] === columns) return;
  reject(file.path, `shape [${rows}, ${columns}] for ${name}`, describeValue(shape));
}

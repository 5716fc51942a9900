import type { SafetensorsDtype } from './dtypes.js';

/** What the header of a file says of one tensor. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: SafetensorsDtype;
  /** Outermost dimension first; empty for a scalar. The elements lie in row-major order. */
  readonly shape: readonly number[];
  /** Bytes from the end of the header: first, and one past the last. */
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, TensorEntry>;
  /** `__metadata__`: free text, such as `format: pt`. */
  readonly metadata: ReadonlyMap<string, string>;
}

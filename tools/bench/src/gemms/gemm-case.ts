import type { CallOptions } from '@dg/api';
import type { Device, Stream, Tensor } from '@dg/runtime';
import type { GemmOperands } from '../../../../packages/api/src/problem/gemm-operands.js';
import type { GemmProblem } from '../../../../packages/api/src/problem/gemm-problem.js';
import type { FillNormal } from '../inputs/fill-normal.js';
import type { GemmOperation } from './gemm-operation.js';

/** One product of a table, without memory. */
export interface GemmCase {
  readonly op: GemmOperation;
  /** [M, N, K]; M-grouped [groups, mean M, N, K]; K-grouped [groups, M, N, mean K]. */
  readonly shape: readonly number[];
  /** Floating-point operations, over valid rows only. */
  readonly flop: number;
  /** Every input read once, scales included, and every output written once. */
  readonly bytes: number;
  /** What the library makes of the call. */
  readonly problem: GemmProblem;
  /** Enqueues the making of one set of random inputs; equal seeds give equal numbers. */
  createSet(place: InputPlace, seed: number): GemmSet;
}

/** Where inputs are made. */
export interface InputPlace {
  readonly device: Device;
  readonly stream: Stream;
  readonly fillNormal: FillNormal;
}

/** Inputs and output of one call: scales as the kernel takes them, output allocated. */
export interface GemmSet {
  /** As the library has them after validation. */
  readonly operands: GemmOperands;
  /** What D is made of. */
  readonly products: readonly PlainProduct[];
  /** The call with these options: what it returns enqueues it, and does nothing else that would cost host time. */
  callWith(options: CallOptions): () => void;
  /** Enqueues what D must hold before a launch that is checked: C, or what no product gives. */
  resetOutput(stream: Stream): void;
  destroy(): void;
}

/** D = A·Bᵀ, or D += A·Bᵀ, as views of a set's memory. */
export interface PlainProduct {
  /** [M, K]. */
  readonly a: ScaledRows;
  /** [N, K]. */
  readonly b: ScaledRows;
  /** [M, N]. */
  readonly d: Tensor;
  /** What every element of D is after a reset, where the product is added to it; undefined where it is not. */
  readonly addend: number | undefined;
}

/** A matrix [rows, K], FP8 with scales [ceilDiv(rows, rowsPerScale), ceilDiv(K, 128)]. */
export interface ScaledRows {
  readonly data: Tensor;
  readonly scales?: Tensor;
  readonly rowsPerScale: 1 | 128;
}

export function caseName({ op, shape }: Pick<GemmCase, 'op' | 'shape'>): string {
  return `${op} ${shape.join('x')}`;
}

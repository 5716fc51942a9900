import type { GemmOperation } from '../gemms/gemm-operation.js';
import { readJsonLines } from '../json-lines.js';

/** Peers timed on the same machine in the same call, in microseconds. */
export interface Yardsticks {
  /** FP8: with block scales. */
  readonly cublaslt_us?: number;
  /** FP8 only: one scale per tensor. */
  readonly tensorwise_us?: number;
  /** BF16 only: the grouped product of PyTorch. */
  readonly torch_grouped_us?: number;
}

/** One line of the yardstick's output; other fields are not used. */
interface YardstickLine {
  readonly peer?: string;
  readonly op?: string;
  readonly shape?: readonly number[];
  readonly us?: number;
}

/** `peer op` of the yardstick's lines, and what they are here. */
const meanings: Readonly<Record<string, readonly [GemmOperation, keyof Yardsticks]>> = {
  'cublaslt fp8_nt_1d2d': ['fp8_nt_1d2d', 'cublaslt_us'],
  'cublaslt_tensorwise_fastaccum fp8_nt_1d2d': ['fp8_nt_1d2d', 'tensorwise_us'],
  'cublaslt fp8_square_tensorwise': ['fp8_nt_1d2d', 'tensorwise_us'],
  'cublaslt bf16_nt': ['bf16_nt', 'cublaslt_us'],
  'cublaslt bf16_square': ['bf16_nt', 'cublaslt_us'],
  'torch_grouped_mm m_grouped_bf16_contiguous': ['m_grouped_bf16_contiguous', 'torch_grouped_us'],
};

export type YardstickLookup = (operation: GemmOperation, shape: readonly number[]) => Yardsticks;

/**
 * The lines that the yardstick program wrote. Lines of other peers and operations, and those that report an error,
 * count for nothing.
 *
 * @throws DgValidationError for a line that is no JSON object.
 */
export function parseYardsticks(text: string): YardstickLookup {
  const byShape = new Map<string, Yardsticks>();
  for (const { peer, op, shape, us } of parseLines(text)) {
    const meaning = meanings[`${peer} ${op}`];
    if (meaning === undefined || us === undefined || shape === undefined) continue;
    const [operation, field] = meaning;
    const key = keyOf(operation, shape);
    byShape.set(key, { ...byShape.get(key), [field]: us });
  }
  return (operation, shape) => byShape.get(keyOf(operation, shape)) ?? {};
}

export const noYardsticks: YardstickLookup = () => ({});

function keyOf(operation: GemmOperation, shape: readonly number[]): string {
  return `${operation} ${shape.join('x')}`;
}

function parseLines(text: string): YardstickLine[] {
  return readJsonLines<YardstickLine>(
    text,
    'a JSON object for a line of the yardstick',
    () => true,
    ({ peer, op, shape }) => JSON.stringify([peer, op, shape]),
  );
}

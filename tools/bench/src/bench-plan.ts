import { DgValidationError } from '@dg/jit';
import { denseShapes, type GemmShape, parseShapes } from './gemm-shape.js';

/** What can be asked for with --ops. */
export type BenchPart = 'fp8_nt_1d2d' | 'bf16_nt' | 'casts' | 'host_call' | 'first_call';

export const benchParts: readonly BenchPart[] = [
  'fp8_nt_1d2d',
  'bf16_nt',
  'casts',
  'host_call',
  'first_call',
];

export interface BenchPlan {
  readonly parts: readonly BenchPart[];
  /** Of the dense products. */
  readonly shapes: readonly GemmShape[];
}

/** Everything where nothing is chosen. Throws DgValidationError for an unknown part or a malformed shape. */
export function benchPlan(ops: string | undefined, shapes: string | undefined): BenchPlan {
  const parts = ops === undefined ? benchParts : ops.split(',').map(parsePart);
  return { parts, shapes: shapes === undefined ? denseShapes : parseShapes(shapes) };
}

function parsePart(name: string): BenchPart {
  const part = benchParts.find((candidate) => candidate === name.trim());
  if (part !== undefined) return part;
  throw new DgValidationError(
    `expected ${benchParts.join(', ')} for --ops but received ${JSON.stringify(name)}`,
  );
}

import { DgValidationError } from '@dg/jit';
import type { GemmCase } from './gemms/gemm-case.js';
import { type GemmOperation, gemmOperations } from './gemms/gemm-operation.js';
import { gemmCase, parseShapes, shapeRank, tableCases } from './gemms/gemm-tables.js';
import type { MemoryCase, MemoryOperation } from './memory/memory-case.js';
import { memoryCases } from './memory/memory-tables.js';

/** Operations that only move memory, by the name that asks for all of them. */
const memoryParts = {
  casts: /^cast_/,
  transposes: /^(transpose|repack)_/,
  scales: /^scales_/,
} as const;

type MemoryPart = keyof typeof memoryParts;

/** What can be asked for with --ops, in the order in which it runs. */
export const benchParts = [
  'copy',
  ...gemmOperations,
  ...(Object.keys(memoryParts) as MemoryPart[]),
  'host_call',
  'first_call',
] as const;

export type BenchPart = (typeof benchParts)[number];

export interface BenchPlan {
  readonly parts: readonly BenchPart[];
  readonly gemms: readonly GemmCase[];
  readonly memory: readonly MemoryCase[];
}

/**
 * Everything where nothing is chosen. Of `shapes`, each product takes those with as many numbers as its own; those of
 * the tables when left out.
 *
 * @throws DgValidationError for an unknown part or a malformed shape.
 */
export function benchPlan(ops: string | undefined, shapes: string | undefined): BenchPlan {
  const parts = ops === undefined ? benchParts : ops.split(',').map(parsePart);
  const given = shapes === undefined ? undefined : parseShapes(shapes);
  const chosen = gemmOperations.filter((op) => parts.includes(op));
  return {
    parts,
    gemms: chosen.flatMap((op) => gemmsOf(op, given)),
    memory: memoryCases.filter(({ op }) => parts.includes(partOf(op))),
  };
}

function gemmsOf(op: GemmOperation, shapes: readonly (readonly number[])[] | undefined): GemmCase[] {
  if (shapes === undefined) return tableCases(op);
  return shapes.filter((shape) => shape.length === shapeRank(op)).map((shape) => gemmCase(op, shape));
}

function partOf(op: MemoryOperation): MemoryPart {
  return (Object.keys(memoryParts) as MemoryPart[]).find((part) => memoryParts[part].test(op))!;
}

function parsePart(name: string): BenchPart {
  const part = benchParts.find((candidate) => candidate === name.trim());
  if (part !== undefined) return part;
  throw new DgValidationError(
    `expected ${benchParts.join(', ')} for --ops but received ${JSON.stringify(name)}`,
  );
}

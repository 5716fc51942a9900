import { type CastKind, castCase } from './cast-case.js';
import type { MemoryCase, MemoryOperation } from './memory-case.js';
import { repackCase } from './repack-case.js';
import { mnMajorCase, packCase, packKGroupedCase, unpackCase } from './scale-cases.js';
import { transposeCase } from './transpose-case.js';

const castKinds: readonly CastKind[] = ['per_token', 'per_channel', 'per_block'];
/** Activations and weights as the dense tables have them; 117 to 235 MB of bfloat16. */
const castShapes = [
  [8192, 7168],
  [4096, 16384],
  [7168, 16384],
] as const;
/** FP8 operands of more than 64 MB. */
const transposeShapes = [
  [16384, 7168],
  [8192, 16384],
] as const;
/** 64 MiB of float32 scales or more: far more than one operand has, so that the time is that of moving them. */
const scaleShapes = [
  [131072, 128],
  [65536, 512],
] as const;

/** Every shape of every operation that only moves memory; each moves at least 64 MB. */
export const memoryCases: readonly MemoryCase[] = [
  ...castKinds.flatMap((kind) =>
    (['bfloat16', 'float32'] as const).flatMap((type) =>
      castShapes.map((shape) => castCase(kind, type, shape)),
    ),
  ),
  ...transposeShapes.map(transposeCase),
  repackCase([4, 4096, 8192]),
  repackCase([16, 7168, 2048]),
  ...scaleShapes.flatMap((shape) => [mnMajorCase(shape), packCase(shape), unpackCase(shape)]),
  packKGroupedCase([16, 32768, 7168]),
];

export function casesOf(op: MemoryOperation): MemoryCase[] {
  return memoryCases.filter((memoryCase) => memoryCase.op === op);
}

import { hostBytes, type Tensor } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { contiguousSegments } from './contiguous-segments.js';
import { kSegments } from './k-segments.js';
import { maskedSegments } from './masked-segments.js';
import type { Segment } from './segment.js';

/** The plain products that a GEMM consists of, read from `grouping` each time the result is called. */
export function prepareSegments(
  problem: GemmProblem,
  grouping: Tensor | undefined,
): () => readonly Segment[] {
  if (problem.kind === 'dense') {
    const whole = [{ m: problem.m, k: problem.k, group: 0, row: 0, k0: 0 }];
    return () => whole;
  }
  const indices = hostIndices(grouping!);
  switch (problem.kind) {
    case 'm-grouped-contiguous':
      return () => contiguousSegments(problem, indices);
    case 'm-grouped-masked':
      return () => maskedSegments(problem, indices);
    case 'k-grouped':
      return () => kSegments(problem, indices);
  }
}

function hostIndices(tensor: Tensor): Int32Array {
  const bytes = hostBytes(tensor.buffer);
  return new Int32Array(bytes.buffer, bytes.byteOffset + tensor.byteOffset, tensor.elementCount);
}

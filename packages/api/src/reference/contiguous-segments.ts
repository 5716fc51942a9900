import type { MGroupedContiguousProblem } from '../problem/gemm-problem.js';
import type { Segment } from './segment.js';

/**
 * The rows of each group, from whatever `groupedLayout` holds: an index that is no group is padding, and an offset
 * outside of A is brought to its nearest end. Only rows in A and groups of B come out.
 */
export function contiguousSegments(problem: MGroupedContiguousProblem, groupedLayout: Int32Array): Segment[] {
  return problem.layout === 'rows'
    ? segmentsOfRows(problem, groupedLayout)
    : segmentsOfEnds(problem, groupedLayout);
}

/** Neighbouring rows of one group are one segment. */
function segmentsOfRows({ m, k, groups }: MGroupedContiguousProblem, groupOf: Int32Array): Segment[] {
  const segments: Segment[] = [];
  for (let row = 0; row < m; ) {
    const group = groupOf[row]!;
    const first = row;
    while (row < m && groupOf[row] === group) row++;
    if (group >= 0 && group < groups) segments.push({ m: row - first, k, group, row: first, k0: 0 });
  }
  return segments;
}

function segmentsOfEnds(problem: MGroupedContiguousProblem, ends: Int32Array): Segment[] {
  const { m, k, groups, mkAlignment } = problem;
  const segments: Segment[] = [];
  let start = 0;
  for (let group = 0; group < groups; group++) {
    const end = Math.min(Math.max(ends[group]!, 0), m);
    if (end > start) segments.push({ m: end - start, k, group, row: start, k0: 0 });
    start = Math.ceil(end / mkAlignment) * mkAlignment;
  }
  return segments;
}

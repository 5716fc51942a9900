import { bytesPerElement, type Tensor } from '@dg/runtime';

/** Equally long runs of bytes, `pitch` apart. */
interface Runs {
  readonly start: number;
  readonly runBytes: number;
  readonly runs: number;
  readonly pitch: number;
}

/**
 * True when two tensors share a byte. Exact for a vector, and for matrices, alone or in groups, with a contiguous
 * dimension; other matrices count as the whole range from their first byte to their last. Two buffers are taken to be
 * disjoint, also when both were made with `fromPointer`.
 */
export function overlaps(x: Tensor, y: Tensor): boolean {
  if (x.buffer !== y.buffer || x.elementCount === 0 || y.elementCount === 0) return false;
  if (endOf(x) <= y.byteOffset || endOf(y) <= x.byteOffset) return false;
  const matrices = matricesOf(y);
  return matricesOf(x).some((each) => matrices.some((other) => runsMeet(each, other)));
}

/** True when two tensors have the same elements at the same addresses. */
export function isSameView(x: Tensor, y: Tensor): boolean {
  return (
    x === y ||
    (x.buffer === y.buffer &&
      x.dtype === y.dtype &&
      x.offset === y.offset &&
      x.rank === y.rank &&
      x.shape.every((size, dim) => size === y.shape[dim] && x.strides[dim] === y.strides[dim]))
  );
}

/** Byte past the last. */
function endOf({ shape, strides, byteOffset, dtype }: Tensor): number {
  const last = shape.reduce((sum, size, dim) => sum + (size - 1) * strides[dim]!, 0);
  return byteOffset + (last + 1) * bytesPerElement(dtype);
}

/** A tensor with elements as the runs of its matrices: of one where they follow each other at one pitch. */
function matricesOf(tensor: Tensor): readonly Runs[] {
  const bytes = bytesPerElement(tensor.dtype);
  const { rank, shape, strides } = tensor;
  const [rows, rowPitch] = rank < 2 ? [1, bytes] : [shape[rank - 2]!, strides[rank - 2]! * bytes];
  const [columns, columnPitch] = [shape[rank - 1]!, strides[rank - 1]! * bytes];
  const first = runsOf(tensor.byteOffset, bytes, rows, rowPitch, columns, columnPitch);
  if (rank < 3 || shape[0] === 1) return [first];

  const groups = shape[0]!;
  const groupPitch = strides[0]! * bytes;
  if (first.runs === 1 && groupPitch >= first.runBytes)
    return [{ ...first, runs: groups, pitch: groupPitch }];
  if (first.runs * first.pitch === groupPitch) return [{ ...first, runs: groups * first.runs }];
  return Array.from({ length: groups }, (_, group) => ({
    ...first,
    start: first.start + group * groupPitch,
  }));
}

function runsOf(
  start: number,
  bytes: number,
  rows: number,
  rowPitch: number,
  columns: number,
  columnPitch: number,
): Runs {
  if (columnPitch === bytes && rowPitch >= columns * bytes) {
    return mergedRuns(start, columns * bytes, rows, rowPitch);
  }
  if (rowPitch === bytes && columnPitch >= rows * bytes) {
    return mergedRuns(start, rows * bytes, columns, columnPitch);
  }
  const span = (rows - 1) * rowPitch + (columns - 1) * columnPitch + bytes;
  return { start, runBytes: span, runs: 1, pitch: span };
}

/** Runs without gaps are one. */
function mergedRuns(start: number, runBytes: number, runs: number, pitch: number): Runs {
  return pitch === runBytes || runs === 1
    ? { start, runBytes: runs * runBytes, runs: 1, pitch: runs * runBytes }
    : { start, runBytes, runs, pitch };
}

function runsMeet(x: Runs, y: Runs): boolean {
  const end = (r: Runs) => r.start + (r.runs - 1) * r.pitch + r.runBytes;
  if (end(x) <= y.start || end(y) <= x.start) return false;
  return x.pitch === y.pitch ? equalPitchRunsMeet(x, y) : anyRunMeets(x, y);
}

/** Run i of `x` meets run j of `y` when `distance - x.runBytes < (i - j) * pitch < distance + y.runBytes`. */
function equalPitchRunsMeet(x: Runs, y: Runs): boolean {
  const distance = y.start - x.start;
  const least = Math.max(Math.floor((distance - x.runBytes) / x.pitch) + 1, 1 - y.runs);
  const most = Math.min(Math.ceil((distance + y.runBytes) / x.pitch) - 1, x.runs - 1);
  return least <= most;
}

function anyRunMeets(x: Runs, y: Runs): boolean {
  for (let i = 0; i < x.runs; i++) {
    const start = x.start + i * x.pitch;
    const least = Math.max(Math.floor((start - y.start - y.runBytes) / y.pitch) + 1, 0);
    const most = Math.min(Math.ceil((start + x.runBytes - y.start) / y.pitch) - 1, y.runs - 1);
    if (least <= most) return true;
  }
  return false;
}

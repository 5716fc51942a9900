import { bytesPerElement, type Tensor } from '@dg/runtime';

/** Equally long runs of bytes, `pitch` apart. */
interface Runs {
  readonly start: number;
  readonly runBytes: number;
  readonly runs: number;
  readonly pitch: number;
}

/**
 * True when two matrices share a byte. Exact for matrices with a contiguous dimension; others count as
 * the whole range from their first byte to their last. Two buffers are taken to be disjoint, also when
 * both were made with `fromPointer`.
 */
export function overlaps(x: Tensor, y: Tensor): boolean {
  if (x.buffer !== y.buffer) return false;
  const first = runsOf(x);
  const second = runsOf(y);
  if (first.runs === 0 || second.runs === 0) return false;
  if (endOf(first) <= second.start || endOf(second) <= first.start) return false;
  return first.pitch === second.pitch ? equalPitchRunsMeet(first, second) : anyRunMeets(first, second);
}

/** True when two matrices have the same elements at the same addresses. */
export function isSameView(x: Tensor, y: Tensor): boolean {
  return (
    x === y ||
    (x.buffer === y.buffer &&
      x.dtype === y.dtype &&
      x.offset === y.offset &&
      x.shape[0] === y.shape[0] &&
      x.shape[1] === y.shape[1] &&
      x.strides[0] === y.strides[0] &&
      x.strides[1] === y.strides[1])
  );
}

function runsOf(tensor: Tensor): Runs {
  const bytes = bytesPerElement(tensor.dtype);
  const start = tensor.offset * bytes;
  const rows = tensor.shape[0]!;
  const columns = tensor.shape[1]!;
  const rowPitch = tensor.strides[0]! * bytes;
  const columnPitch = tensor.strides[1]! * bytes;
  if (rows === 0 || columns === 0) return { start, runBytes: 0, runs: 0, pitch: 1 };
  if (columnPitch === bytes && rowPitch >= columns * bytes) {
    return { start, runBytes: columns * bytes, runs: rows, pitch: rowPitch };
  }
  if (rowPitch === bytes && columnPitch >= rows * bytes) {
    return { start, runBytes: rows * bytes, runs: columns, pitch: columnPitch };
  }
  const span = (rows - 1) * rowPitch + (columns - 1) * columnPitch + bytes;
  return { start, runBytes: span, runs: 1, pitch: span };
}

function endOf(r: Runs): number {
  return r.start + (r.runs - 1) * r.pitch + r.runBytes;
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

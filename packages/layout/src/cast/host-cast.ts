import { enqueueHostWork, hostBytes, type Tensor } from '@dg/runtime';
import { bfloat16ToFloat32Array } from '../formats/bfloat16.js';
import { e4m3Max, encodeE4m3Bits } from '../formats/e4m3.js';
import { bitsOfFloat32 } from '../formats/float32-bits.js';
import { roundScaleUpToPowerOfTwo } from '../formats/ue8m0.js';
import { ceilDiv } from '../integer-rounding.js';
import type { CastProblem } from './cast-problem.js';

const amaxFloor = Math.fround(1e-4);

/** A cast on `cpu`: one band of rows that share scales after the other. */
export function enqueueHostCast(problem: CastProblem): void {
  const { x, out, group, ue8m0, stream, written } = problem;
  const [rows, columns] = x.shape as readonly [number, number];
  const groups = ceilDiv(columns, group.columns);
  const readRow = rowReader(x);
  const data = hostBytes(out.data.buffer);
  const scales = float32Of(out.scales);
  const [dataPitch] = out.data.strides as readonly [number, number];
  const [scaleRowStride, scaleColumnStride] = out.scales.strides as readonly [number, number];

  enqueueHostWork(stream, () => {
    const band = new Float32Array(group.rows * columns);
    const bandBits = bitsOfFloat32(band);
    const amax = new Float32Array(groups);
    const inverse = new Float32Array(groups);

    for (let firstRow = 0; firstRow < rows; firstRow += group.rows) {
      const bandRows = Math.min(group.rows, rows - firstRow);
      for (let row = 0; row < bandRows; row++)
        readRow(firstRow + row, band.subarray(row * columns, (row + 1) * columns));
      amax.fill(amaxFloor);
      for (let row = 0; row < bandRows; row++) raiseAmax(amax, band, row * columns, columns, group.columns);

      const scaleBase = (firstRow / group.rows) * scaleRowStride;
      for (let g = 0; g < groups; g++) {
        const scale = scaleOf(amax[g]!, ue8m0);
        inverse[g] = 1 / scale;
        scales[scaleBase + g * scaleColumnStride] = scale;
      }
      for (let row = 0; row < bandRows; row++) {
        applyInverse(band, inverse, row * columns, columns, group.columns);
        const start = out.data.byteOffset + (firstRow + row) * dataPitch;
        for (let c = 0; c < columns; c++) data[start + c] = encodeE4m3Bits(bandBits[row * columns + c]!);
        data.fill(0, start + columns, start + written.dataColumns);
      }
    }
    zeroScalePadding(problem, scales);
  });
}

/** The comparison passes over NaN, as fmaxf does. */
function raiseAmax(
  amax: Float32Array,
  band: Float32Array,
  start: number,
  columns: number,
  groupColumns: number,
): void {
  for (let first = 0, g = 0; first < columns; first += groupColumns, g++) {
    const end = start + Math.min(first + groupColumns, columns);
    let largest = amax[g]!;
    for (let i = start + first; i < end; i++) {
      const magnitude = Math.abs(band[i]!);
      if (magnitude > largest) largest = magnitude;
    }
    amax[g] = largest;
  }
}

/** Quotients of float32 rounded by way of float64 are the float32 quotients: 53 ≥ 2 · 24 + 2 bits. */
function scaleOf(amax: number, ue8m0: boolean): number {
  const scale = Math.fround(amax / e4m3Max);
  return ue8m0 ? roundScaleUpToPowerOfTwo(scale) : scale;
}

/** Products of float32 are exact in float64; storing rounds them once. */
function applyInverse(
  band: Float32Array,
  inverse: Float32Array,
  start: number,
  columns: number,
  groupColumns: number,
): void {
  for (let first = 0, g = 0; first < columns; first += groupColumns, g++) {
    const end = start + Math.min(first + groupColumns, columns);
    const factor = inverse[g]!;
    for (let i = start + first; i < end; i++) band[i] = band[i]! * factor;
  }
}

function zeroScalePadding({ out, written }: CastProblem, scales: Float32Array): void {
  const [rows, columns] = out.scales.shape as readonly [number, number];
  const [rowStride, columnStride] = out.scales.strides as readonly [number, number];
  for (let row = 0; row < written.scaleRows; row++) {
    for (let column = row < rows ? columns : 0; column < written.scaleColumns; column++) {
      scales[row * rowStride + column * columnStride] = 0;
    }
  }
}

/** Reads a row of x, as float32, into `target`. */
function rowReader(x: Tensor<'bfloat16' | 'float32'>): (row: number, target: Float32Array) => void {
  const bytes = hostBytes(x.buffer);
  const base = bytes.byteOffset + x.byteOffset;
  const [, columns] = x.shape as readonly [number, number];
  const pitch = x.strides[0]!;
  if (x.dtype === 'float32') {
    return (row, target) => target.set(new Float32Array(bytes.buffer, base + row * pitch * 4, columns));
  }
  return (row, target) => {
    bfloat16ToFloat32Array(new Uint16Array(bytes.buffer, base + row * pitch * 2, columns), target);
  };
}

/** float32 from the tensor's first element to the end of its buffer. */
function float32Of(tensor: Tensor): Float32Array {
  const bytes = hostBytes(tensor.buffer);
  const count = Math.floor((bytes.byteLength - tensor.byteOffset) / Float32Array.BYTES_PER_ELEMENT);
  return new Float32Array(bytes.buffer, bytes.byteOffset + tensor.byteOffset, count);
}

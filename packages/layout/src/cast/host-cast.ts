import { ceilDiv, enqueueHostWork, hostBytes, type Tensor } from '@dg/runtime';
import { bfloat16ToFloat32Array } from '../formats/bfloat16.js';
import { e4m3Max, encodeE4m3Bits } from '../formats/e4m3.js';
import { bitsOfFloat32 } from '../formats/float32-bits.js';
import { roundScaleUpToPowerOfTwo } from '../formats/ue8m0.js';
import { matrixBatch } from '../validation/matrix-batch.js';
import type { CastProblem } from './cast-problem.js';
import { hostScaleWriter } from './host-scale-writer.js';

const amaxFloor = Math.fround(1e-4);

/** A cast on `cpu`: one band of rows that share scales after the other. */
export function enqueueHostCast(problem: CastProblem): void {
  const { x, out, group, ue8m0, stream, written } = problem;
  const { batches, rows, columns } = matrixBatch(x);
  const groupRows = ceilDiv(rows, group.rows);
  const groupColumns = ceilDiv(columns, group.columns);
  const readRow = rowReader(x);
  const writeScales = hostScaleWriter(problem);
  const data = hostBytes(out.data.buffer);
  const target = matrixBatch(out.data);

  enqueueHostWork(stream, () => {
    const band = new Float32Array(group.rows * columns);
    const bandBits = bitsOfFloat32(band);
    const amax = new Float32Array(groupColumns);
    const inverse = new Float32Array(groupColumns);
    const scales = new Float32Array(groupRows * groupColumns);

    for (let batch = 0; batch < batches; batch++) {
      for (let firstRow = 0; firstRow < rows; firstRow += group.rows) {
        const bandRows = Math.min(group.rows, rows - firstRow);
        for (let row = 0; row < bandRows; row++)
          readRow(batch, firstRow + row, band.subarray(row * columns, (row + 1) * columns));
        amax.fill(amaxFloor);
        for (let row = 0; row < bandRows; row++) raiseAmax(amax, band, row * columns, columns, group.columns);

        const scaleBase = (firstRow / group.rows) * groupColumns;
        for (let g = 0; g < groupColumns; g++) {
          const scale = scaleOf(amax[g]!, ue8m0);
          inverse[g] = 1 / scale;
          scales[scaleBase + g] = scale;
        }
        for (let row = 0; row < bandRows; row++) {
          applyInverse(band, inverse, row * columns, columns, group.columns);
          const start =
            out.data.byteOffset + batch * target.batchStride + (firstRow + row) * target.rowStride;
          for (let c = 0; c < columns; c++) data[start + c] = encodeE4m3Bits(bandBits[row * columns + c]!);
          data.fill(0, start + columns, start + written.dataColumns);
        }
      }
      writeScales(batch, scales);
    }
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

/** Reads a row of a matrix of x, as float32, into `target`. */
function rowReader(
  x: Tensor<'bfloat16' | 'float32'>,
): (batch: number, row: number, target: Float32Array) => void {
  const bytes = hostBytes(x.buffer);
  const base = bytes.byteOffset + x.byteOffset;
  const { columns, batchStride, rowStride } = matrixBatch(x);
  const elementOf = (batch: number, row: number) => batch * batchStride + row * rowStride;
  if (x.dtype === 'float32') {
    return (batch, row, target) =>
      target.set(new Float32Array(bytes.buffer, base + elementOf(batch, row) * 4, columns));
  }
  return (batch, row, target) => {
    const codes = new Uint16Array(bytes.buffer, base + elementOf(batch, row) * 2, columns);
    bfloat16ToFloat32Array(codes, target);
  };
}

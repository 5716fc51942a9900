import { panelDepth } from './decode-panel.js';

/** Rows of A and rows of B whose products are summed together, so that each element loaded is used often. */
export const tileRowsA = 2;
export const tileRowsB = 4;

/** Rows of B that stay in the processor's cache while all rows of A pass by. */
const cachedRowsB = 64;

/**
 * accumulator[i, j] += (Σₖ a[i, k]·b[j, k]) · scalesA[i] · scalesB[j], the sum in float64 over k < depth.
 *
 * `rowsA` is a multiple of tileRowsA and `rowsB` of tileRowsB; the panels, scales and the row-major
 * accumulator [rowsA, rowsB] are as long as that says, with anything in the rows that pad.
 */
export function multiplyPanels(
  a: Float64Array,
  b: Float64Array,
  rowsA: number,
  rowsB: number,
  depth: number,
  scalesA: Float64Array,
  scalesB: Float64Array,
  accumulator: Float32Array | Float64Array,
): void {
  for (let firstB = 0; firstB < rowsB; firstB += cachedRowsB) {
    const endB = Math.min(firstB + cachedRowsB, rowsB);
    for (let i = 0; i < rowsA; i += tileRowsA) {
      const a0 = i * panelDepth;
      const a1 = a0 + panelDepth;
      const scale0 = scalesA[i]!;
      const scale1 = scalesA[i + 1]!;
      for (let j = firstB; j < endB; j += tileRowsB) {
        const b0 = j * panelDepth;
        const b1 = b0 + panelDepth;
        const b2 = b1 + panelDepth;
        const b3 = b2 + panelDepth;
        let sum00 = 0;
        let sum01 = 0;
        let sum02 = 0;
        let sum03 = 0;
        let sum10 = 0;
        let sum11 = 0;
        let sum12 = 0;
        let sum13 = 0;
        for (let k = 0; k < depth; k++) {
          const x0 = a[a0 + k]!;
          const x1 = a[a1 + k]!;
          const y0 = b[b0 + k]!;
          const y1 = b[b1 + k]!;
          const y2 = b[b2 + k]!;
          const y3 = b[b3 + k]!;
          sum00 += x0 * y0;
          sum01 += x0 * y1;
          sum02 += x0 * y2;
          sum03 += x0 * y3;
          sum10 += x1 * y0;
          sum11 += x1 * y1;
          sum12 += x1 * y2;
          sum13 += x1 * y3;
        }
        const row0 = i * rowsB + j;
        const row1 = row0 + rowsB;
        accumulator[row0]! += sum00 * (scale0 * scalesB[j]!);
        accumulator[row0 + 1]! += sum01 * (scale0 * scalesB[j + 1]!);
        accumulator[row0 + 2]! += sum02 * (scale0 * scalesB[j + 2]!);
        accumulator[row0 + 3]! += sum03 * (scale0 * scalesB[j + 3]!);
        accumulator[row1]! += sum10 * (scale1 * scalesB[j]!);
        accumulator[row1 + 1]! += sum11 * (scale1 * scalesB[j + 1]!);
        accumulator[row1 + 2]! += sum12 * (scale1 * scalesB[j + 2]!);
        accumulator[row1 + 3]! += sum13 * (scale1 * scalesB[j + 3]!);
      }
    }
  }
}

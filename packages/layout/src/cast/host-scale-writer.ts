import { ceilDiv, hostBytes } from '@dg/runtime';
import { bitsOfFloat32 } from '../formats/float32-bits.js';
import { hostWords } from '../scales/host-words.js';
import { codesPerWord } from '../scales/pack-problem.js';
import { type MatrixBatch, matrixBatch } from '../validation/matrix-batch.js';
import type { CastProblem } from './cast-problem.js';

/** Stores the bits of one scale; all 0 is padding. */
type StoreScale = (batch: number, row: number, column: number, bits: number) => void;

/** On `cpu`: writes the scales of a batch, given for all groups in row-major order, and their padding. */
export function hostScaleWriter(problem: CastProblem): (batch: number, scales: Float32Array) => void {
  const { x, group, written } = problem;
  const { step, dtype } = problem.scales;
  const { rows, columns } = matrixBatch(x);
  const groupColumns = ceilDiv(columns, group.columns);
  const store = dtype === 'int32' ? codeStore(problem) : valueStore(problem);
  return (batch, scales) => {
    const bits = bitsOfFloat32(scales);
    for (let row = 0; row < written.scaleRows; row++) {
      for (let column = 0; column < written.scaleColumns; column++) {
        const [firstRow, firstColumn] = [row * step.rows, column * step.columns];
        const inside = firstRow < rows && firstColumn < columns;
        const groupIndex =
          Math.floor(firstRow / group.rows) * groupColumns + Math.floor(firstColumn / group.columns);
        store(batch, row, column, inside ? bits[groupIndex]! : 0);
      }
    }
  };
}

function valueStore({ out }: CastProblem): StoreScale {
  const words = hostWords(out.scales);
  const target = matrixBatch(out.scales);
  return (batch, row, column, bits) => {
    words[elementOf(target, batch, row, column)] = bits;
  };
}

/** Byte j of a word is the code of column, or row, 4p + j. */
function codeStore({ out, scales }: CastProblem): StoreScale {
  const bytes = hostBytes(out.scales.buffer);
  const target = matrixBatch(out.scales);
  const alongRows = scales.mnDimension === 1;
  return (batch, row, column, bits) => {
    const word = alongRows
      ? elementOf(target, batch, Math.floor(row / codesPerWord), column)
      : elementOf(target, batch, row, Math.floor(column / codesPerWord));
    const place = (alongRows ? row : column) % codesPerWord;
    bytes[out.scales.byteOffset + word * codesPerWord + place] = bits >>> 23;
  };
}

function elementOf(target: MatrixBatch, batch: number, row: number, column: number): number {
  return batch * target.batchStride + row * target.rowStride + column * target.columnStride;
}

import type { ScaleLayout } from './gemm-case.js';
import type { MatrixLayout } from './poisoned-matrix.js';

/** So many float32 are 16 bytes long. */
const alignedElements = 4;

/** Where scales of so many rows and blocks of K lie. */
export function scaleLayout(layout: ScaleLayout, rows: number, columns: number): MatrixLayout {
  const alignedRows = Math.ceil(rows / alignedElements) * alignedElements;
  switch (layout) {
    case 'mn-major aligned':
      return { strides: [1, alignedRows], margin: alignedElements };
    case 'row-major':
      return { strides: [columns, 1], margin: 1 };
    case 'row-major with gaps':
      return { strides: [columns + 3, 1], margin: 1 };
    case 'column-major tight':
      return { strides: [1, rows], margin: 1 };
  }
}

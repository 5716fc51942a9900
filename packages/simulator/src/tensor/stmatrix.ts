/** Matrices that one instruction moves. */
export type MatrixCount = 1 | 2 | 4;

const lanes = 32;
const matrixRows = 8;
const elementBytes = 2;

/**
 * Where the 16-bit elements of 8x8 matrices go: element `half` (0 the low one) of register r of lane l belongs to
 * the row whose address lane `addressLane[i]` gives, `byteOffset[i]` bytes into it, i = (r * 32 + l) * 2 + half.
 */
export interface MatrixPlan {
  readonly addressLane: Uint8Array;
  readonly byteOffset: Uint8Array;
}

/**
 * The plan of `stmatrix.sync.aligned.m8n8.xN{.trans}.b16` (PTX ISA 9.7.14.5.16), and of `ldmatrix` (9.7.14.5.15),
 * which moves the same elements the other way. Register r holds matrix r; lane 8r + i gives the address of its
 * row i, 16 bytes, a multiple of 16. Lane l holds row l / 4, columns 2 (l % 4) and the next; with `trans` memory
 * holds the transpose of that.
 */
export function storeMatrixPlan(num: MatrixCount, trans: boolean): MatrixPlan {
  const addressLane = new Uint8Array(num * lanes * 2);
  const byteOffset = new Uint8Array(num * lanes * 2);
  for (let register = 0; register < num; register++) {
    for (let lane = 0; lane < lanes; lane++) {
      for (let half = 0; half < 2; half++) {
        const row = lane >> 2;
        const column = 2 * (lane & 3) + half;
        const index = (register * lanes + lane) * 2 + half;
        addressLane[index] = register * matrixRows + (trans ? column : row);
        byteOffset[index] = (trans ? row : column) * elementBytes;
      }
    }
  }
  return { addressLane, byteOffset };
}

import type { OperandType } from './float-formats.js';
import type { MatrixDescriptor, OperandMajor } from './matrix-descriptor.js';
import { decodePanel, instructionK, type instructionKBytes, type SharedOperand } from './operand-panel.js';
import type { PanelCache } from './panel-cache.js';
import { decodeRegisterPanel } from './register-panel.js';
import { rejectTensor } from './reject-tensor.js';

/** Rows of A and D that one warp of the warpgroup holds: warp w has rows 16w to 16w + 15 of the 64. */
export const warpRows = 16;

const lanes = 32;
const maxN = 256;
const columnGroup = 8;

/** One warp's part of a `wgmma.mma_async` with float32 accumulators: D [16, n] of m64nNkK. */
export interface FragmentProduct {
  readonly shape: { readonly n: number; readonly kBytes: typeof instructionKBytes };
  readonly type: OperandType;
  /** Operand A, [64, K] in shared memory or this warp's [16, K] in registers, indexed [register * 32 + lane]. */
  readonly a: { readonly descriptor: MatrixDescriptor } | { readonly registers: Uint32Array };
  /** K-major unless given; MN-major for bf16 only. */
  readonly aMajor?: OperandMajor;
  /** Operand B, [n, K]; `major: 'mn'` for bf16 only. */
  readonly b: { readonly descriptor: MatrixDescriptor; readonly major: OperandMajor };
  /** Shared memory of the CTA, indexed by shared address. */
  readonly shared: Uint8Array;
  readonly warpInGroup: 0 | 1 | 2 | 3;
  /** D, n / 2 registers of 32 lanes, indexed [register * 32 + lane]. Written in full. */
  readonly accumulators: Float32Array;
  /** Whether D is added to (scale-d). */
  readonly accumulate: boolean;
  /** imm-scale-a of -1. */
  readonly negateA?: boolean;
  /** imm-scale-b of -1. */
  readonly negateB?: boolean;
  /** Operands decoded before, and the version of shared memory that they must be of. */
  readonly cache?: { readonly panels: PanelCache; readonly version: number };
}

/**
 * D = (accumulate ? D : 0) + A · B for the 16 rows of one warp (PTX ISA 9.7.15.5).
 *
 * The manual leaves order and internal precision of the sum open (9.7.15.5.2). Here the products of one
 * instruction are summed in float64 along K, D is added in float64, and the result is rounded once to float32. So
 * where every partial sum is a float32, the bits are those of the hardware; otherwise they need not be.
 *
 * @throws DgValidationError for an n that does not exist, another number of accumulators, and as decodePanel
 */
export function multiplyFragment(product: FragmentProduct): void {
  const { n } = product.shape;
  if (!Number.isInteger(n) || n < columnGroup || n > maxN || n % columnGroup !== 0)
    rejectTensor(`a multiple of ${columnGroup} up to ${maxN}`, 'n of a WGMMA', n);
  const count = (n / 2) * lanes;
  if (product.accumulators.length !== count)
    rejectTensor(`${count} values`, 'the accumulators of a warp', product.accumulators.length);
  const sign = (product.negateA ?? false) === (product.negateB ?? false) ? 1 : -1;
  multiplyPanels(panelOfA(product), panelOfB(product), product, sign);
}

function panelOfA(product: FragmentProduct): Float64Array {
  const { a, type, aMajor = 'k', warpInGroup } = product;
  if ('registers' in a) return decodeRegisterPanel(a.registers, type);
  const operand = { type, descriptor: a.descriptor, major: aMajor };
  return decodePanel(product.shared, operand, warpInGroup * warpRows, warpRows);
}

function panelOfB({ b, type, shared, shape, cache }: FragmentProduct): Float64Array {
  const operand: SharedOperand = { type, descriptor: b.descriptor, major: b.major };
  if (cache === undefined) return decodePanel(shared, operand, 0, shape.n);
  return cache.panels.panel(cache.version, shared, operand, 0, shape.n);
}

/**
 * The four registers 4j to 4j + 3 of lane l are rows l / 4 and l / 4 + 8, columns 8j + 2 (l % 4) and the next
 * (PTX ISA 9.7.15.5.1.1): one pass over K makes all four.
 */
function multiplyPanels(a: Float64Array, b: Float64Array, product: FragmentProduct, sign: number): void {
  const { shape, type, accumulators, accumulate } = product;
  const depth = instructionK(type);
  for (let firstColumn = 0; firstColumn < shape.n; firstColumn += columnGroup) {
    for (let lane = 0; lane < lanes; lane++) {
      let a0 = (lane >> 2) * depth;
      let a1 = a0 + 8 * depth;
      let b0 = (firstColumn + 2 * (lane & 3)) * depth;
      let b1 = b0 + depth;
      let sum00 = 0;
      let sum01 = 0;
      let sum10 = 0;
      let sum11 = 0;
      for (let k = 0; k < depth; k++) {
        const x0 = a[a0++]!;
        const x1 = a[a1++]!;
        const y0 = b[b0++]!;
        const y1 = b[b1++]!;
        sum00 += x0 * y0;
        sum01 += x0 * y1;
        sum10 += x1 * y0;
        sum11 += x1 * y1;
      }
      const d = (firstColumn / 2) * lanes + lane;
      accumulators[d] = sign * sum00 + (accumulate ? accumulators[d]! : 0);
      accumulators[d + lanes] = sign * sum01 + (accumulate ? accumulators[d + lanes]! : 0);
      accumulators[d + 2 * lanes] = sign * sum10 + (accumulate ? accumulators[d + 2 * lanes]! : 0);
      accumulators[d + 3 * lanes] = sign * sum11 + (accumulate ? accumulators[d + 3 * lanes]! : 0);
    }
  }
}

import type { LoadPiece, StorePiece } from './bulk-copy.js';
import { rejectTensor } from './reject-tensor.js';
import { type SwizzleSpanBytes, swizzleOffset, swizzlePeriodBytes } from './swizzle.js';
import { copyUnitBytes } from './tensor-map.js';

/** PTX ISA 5.5: the shared-memory address of a tensor copy. */
const sharedAlignmentBytes = 128;

/** Bytes of global memory; at least `byteLength` of them. Not kept: the view may change with the next call. */
export type ReadGlobal = (address: number, byteLength: number) => Uint8Array;

/** Takes bytes for global memory. The array is used again for the next piece. */
export type WriteGlobal = (address: number, bytes: Uint8Array) => void;

/**
 * Writes a planned load into shared memory.
 *
 * @param shared shared memory of one CTA, indexed by shared address
 * @param sharedBase address of the box: a multiple of 128, and of the swizzle's period (1024, 512 or 256 bytes)
 * @throws DgValidationError for another alignment and for a box that ends beyond shared memory
 */
export function executeLoad(
  plan: readonly LoadPiece[],
  readGlobal: ReadGlobal,
  shared: Uint8Array,
  sharedBase: number,
  swizzleBytes: SwizzleSpanBytes,
): void {
  checkShared(plan, shared, sharedBase, swizzleBytes);
  for (const { globalAddress, sharedOffset, byteLength } of plan) {
    const source = globalAddress === undefined ? undefined : readGlobal(globalAddress, byteLength);
    forEachChunk(sharedBase + sharedOffset, byteLength, swizzleBytes, (address, from, length) => {
      if (source === undefined) shared.fill(0, address, address + length);
      else for (let i = 0; i < length; i++) shared[address + i] = source[from + i]!;
    });
  }
}

/**
 * Reads a planned store out of shared memory, piece by piece in order. A reduction is a `writeGlobal` that adds.
 *
 * @throws DgValidationError as executeLoad
 */
export function executeStore(
  plan: readonly StorePiece[],
  writeGlobal: WriteGlobal,
  shared: Uint8Array,
  sharedBase: number,
  swizzleBytes: SwizzleSpanBytes,
): void {
  checkShared(plan, shared, sharedBase, swizzleBytes);
  const scratch = new Uint8Array(Math.max(0, ...plan.map((piece) => piece.byteLength)));
  for (const { globalAddress, sharedOffset, byteLength } of plan) {
    forEachChunk(sharedBase + sharedOffset, byteLength, swizzleBytes, (address, from, length) => {
      for (let i = 0; i < length; i++) scratch[from + i] = shared[address + i]!;
    });
    writeGlobal(globalAddress, scratch.subarray(0, byteLength));
  }
}

/** Throws DgValidationError unless a tensor copy may start at this shared address. */
export function checkSharedAlignment(sharedBase: number, swizzleBytes: SwizzleSpanBytes): void {
  const alignment = Math.max(sharedAlignmentBytes, swizzlePeriodBytes(swizzleBytes));
  if (sharedBase % alignment !== 0)
    rejectTensor(
      `a multiple of ${alignment} (swizzle span ${swizzleBytes})`,
      'the shared address of a tensor copy',
      sharedBase,
    );
}

function checkShared(
  plan: readonly LoadPiece[],
  shared: Uint8Array,
  sharedBase: number,
  swizzleBytes: SwizzleSpanBytes,
): void {
  checkSharedAlignment(sharedBase, swizzleBytes);
  const last = plan.at(-1);
  const end = sharedBase + (last === undefined ? 0 : last.sharedOffset + last.byteLength);
  if (sharedBase < 0 || end > shared.length)
    rejectTensor(`at most ${shared.length}`, 'the end of a tensor copy in shared memory', end);
}

/** Cuts a run of unswizzled addresses into the 16-byte chunks that the swizzle moves as a whole. */
function forEachChunk(
  start: number,
  byteLength: number,
  swizzleBytes: SwizzleSpanBytes,
  visit: (address: number, from: number, length: number) => void,
): void {
  for (let from = 0; from < byteLength; ) {
    const linear = start + from;
    const length = Math.min(copyUnitBytes - (linear % copyUnitBytes), byteLength - from);
    visit(swizzleOffset(linear, swizzleBytes), from, length);
    from += length;
  }
}

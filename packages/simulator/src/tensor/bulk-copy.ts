import { rejectTensor } from './reject-tensor.js';
import { copyUnitBytes, type SimTensorMap, simElementBytes } from './tensor-map.js';

/** A run of bytes, in shared or in global memory. */
export interface ByteRange {
  readonly address: number;
  readonly byteLength: number;
}

/** A part of one row of a box that is contiguous in global memory. */
export interface StorePiece {
  readonly globalAddress: number;
  /** Bytes from the start of the box in shared memory, before swizzling. */
  readonly sharedOffset: number;
  readonly byteLength: number;
}

/** A piece without a global address lies outside the tensor and reads as zero. */
export interface LoadPiece extends Omit<StorePiece, 'globalAddress'> {
  readonly globalAddress: number | undefined;
}

/** Bytes that a load of one box counts on its barrier, clipped or not. */
export function boxBytes(map: SimTensorMap): number {
  return map.box.reduce((product, length) => product * length, simElementBytes[map.element]);
}

/** Bytes of shared memory from the first of a box to its last. */
export function boxExtentBytes(map: SimTensorMap): number {
  const rowBytes = innerBoxBytes(map);
  return (boxBytes(map) / rowBytes - 1) * rowPitchBytes(map) + rowBytes;
}

/** Rows that are narrower than their swizzle span still lie a span apart: seen on an H200. */
function rowPitchBytes(map: SimTensorMap): number {
  return map.swizzleBytes === 0 ? innerBoxBytes(map) : map.swizzleBytes;
}

/**
 * The pieces of `cp.async.bulk.tensor` from global to shared memory in tiled mode (PTX ISA 9.7.9, 5.5.3). They
 * cover the whole box in order; what is outside the tensor is a piece to be filled with zero.
 *
 * @param coordinates first element of the box in each dimension, signed 32-bit; may be outside the tensor
 * @throws DgValidationError for coordinates of another rank or range, and for a box whose first byte of a row is no
 *   multiple of 16 from the row's start: an H200 stops there with an illegal instruction
 */
export function planTensorLoad(map: SimTensorMap, coordinates: readonly number[]): LoadPiece[] {
  checkBox(map, coordinates);
  const pieces: LoadPiece[] = [];
  const rowBytes = innerBoxBytes(map);
  const { startBytes, tensorBytes } = innerRow(map, coordinates);
  const firstByte = clamp(-startBytes, 0, rowBytes);
  const endByte = clamp(tensorBytes - startBytes, firstByte, rowBytes);
  const zeros = (sharedOffset: number, byteLength: number) => {
    if (byteLength > 0) pieces.push({ globalAddress: undefined, sharedOffset, byteLength });
  };
  forEachBoxRow(map, coordinates, (rowOffset, rowAddress) => {
    if (rowAddress === undefined || endByte === firstByte) {
      zeros(rowOffset, rowBytes);
      return;
    }
    zeros(rowOffset, firstByte);
    pieces.push({
      globalAddress: rowAddress + startBytes + firstByte,
      sharedOffset: rowOffset + firstByte,
      byteLength: endByte - firstByte,
    });
    zeros(rowOffset + endByte, rowBytes - endByte);
  });
  return pieces;
}

/**
 * The pieces of `cp.async.bulk.tensor` (and of its reductions) from shared to global memory. Rows outside the
 * tensor are dropped. Rows end at the tensor's bound rounded up to 16 bytes from the row's start: seen on an
 * H200, where a float32 tensor of 3 columns gets a fourth written.
 *
 * @param coordinates first element of the box in each dimension, signed 32-bit; may be outside the tensor
 * @throws DgValidationError as planTensorLoad, and for a negative coordinate: an H200 stops there too
 */
export function planTensorStore(map: SimTensorMap, coordinates: readonly number[]): StorePiece[] {
  checkBox(map, coordinates);
  const negative = coordinates.find((coordinate) => coordinate < 0);
  if (negative !== undefined) rejectTensor('at least 0', 'a coordinate of a tensor store', negative);
  const pieces: StorePiece[] = [];
  const rowBytes = innerBoxBytes(map);
  const { startBytes, tensorBytes } = innerRow(map, coordinates);
  const firstByte = clamp(-startBytes, 0, rowBytes);
  const writtenBytes = startBytes >= tensorBytes ? 0 : Math.ceil(tensorBytes / copyUnitBytes) * copyUnitBytes;
  const endByte = clamp(writtenBytes - startBytes, firstByte, rowBytes);
  if (endByte === firstByte) return pieces;
  forEachBoxRow(map, coordinates, (rowOffset, rowAddress) => {
    if (rowAddress === undefined) return;
    pieces.push({
      globalAddress: rowAddress + startBytes + firstByte,
      sharedOffset: rowOffset + firstByte,
      byteLength: endByte - firstByte,
    });
  });
  return pieces;
}

function innerBoxBytes(map: SimTensorMap): number {
  return map.box[0]! * simElementBytes[map.element];
}

/** Start of the box within its row of the tensor, and the row's length, in bytes. */
function innerRow(map: SimTensorMap, coordinates: readonly number[]) {
  const elementBytes = simElementBytes[map.element];
  return { startBytes: coordinates[0]! * elementBytes, tensorBytes: map.dims[0]! * elementBytes };
}

/** Visits the rows of the box as they lie in shared memory; a row outside the tensor has no address. */
function forEachBoxRow(
  map: SimTensorMap,
  coordinates: readonly number[],
  visit: (sharedOffset: number, rowAddress: number | undefined) => void,
): void {
  const rowBytes = innerBoxBytes(map);
  const rows = boxBytes(map) / rowBytes;
  const pitch = rowPitchBytes(map);
  for (let row = 0; row < rows; row++) visit(row * pitch, rowAddressOf(map, coordinates, row));
}

function rowAddressOf(map: SimTensorMap, coordinates: readonly number[], row: number): number | undefined {
  let address = map.address;
  let rest = row;
  for (let dim = 1; dim < map.dims.length; dim++) {
    const length = map.box[dim]!;
    const index = coordinates[dim]! + (rest % length);
    if (index < 0 || index >= map.dims[dim]!) return undefined;
    address += index * map.stridesBytes[dim - 1]!;
    rest = Math.floor(rest / length);
  }
  return address;
}

function checkBox(map: SimTensorMap, coordinates: readonly number[]): void {
  if (coordinates.length !== map.dims.length)
    rejectTensor(`${map.dims.length} coordinates`, 'a tensor copy', coordinates.length);
  for (const coordinate of coordinates)
    if ((coordinate | 0) !== coordinate)
      rejectTensor('a signed 32-bit integer', 'a coordinate of a tensor copy', coordinate);
  const { startBytes } = innerRow(map, coordinates);
  if (startBytes % copyUnitBytes !== 0)
    rejectTensor(
      `a multiple of ${copyUnitBytes} bytes`,
      'the start of a box within the rows of a tensor',
      startBytes,
    );
}

function clamp(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}

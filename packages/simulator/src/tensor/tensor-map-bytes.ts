import { rejectTensor } from './reject-tensor.js';
import { asSwizzleSpan } from './swizzle.js';
import { type SimTensorElement, type SimTensorMap, tensorMapBytes, validateTensorMap } from './tensor-map.js';

// The 128 opaque bytes in which a kernel parameter carries a map. The driver's format is secret; this one is the
// simulator's own. Little-endian: magic u32 at 0, rank u8 at 4, element u8 at 5, swizzle span u8 at 6, address f64
// at 8, dims 5 x f64 at 16, strides 4 x f64 at 56, box 5 x u16 at 88, check sum u32 at 124.
const magic = 0x4d534744;
const at = {
  magic: 0,
  rank: 4,
  element: 5,
  swizzle: 6,
  address: 8,
  dims: 16,
  strides: 56,
  box: 88,
  sum: 124,
};
const elements: readonly SimTensorElement[] = ['uint8', 'bfloat16', 'float32', 'int32'];

/** Writes a valid map into 128 bytes. Throws DgValidationError for an invalid map or another length. */
export function encodeSimTensorMap(map: SimTensorMap, bytes: Uint8Array): void {
  validateTensorMap(map);
  const view = viewOf(bytes);
  bytes.fill(0);
  view.setUint32(at.magic, magic, true);
  view.setUint8(at.rank, map.dims.length);
  view.setUint8(at.element, elements.indexOf(map.element));
  view.setUint8(at.swizzle, map.swizzleBytes);
  view.setFloat64(at.address, map.address, true);
  map.dims.forEach((length, dim) => {
    view.setFloat64(at.dims + 8 * dim, length, true);
  });
  map.stridesBytes.forEach((stride, index) => {
    view.setFloat64(at.strides + 8 * index, stride, true);
  });
  map.box.forEach((length, dim) => {
    view.setUint16(at.box + 2 * dim, length, true);
  });
  view.setUint32(at.sum, checkSum(bytes), true);
}

/**
 * Reads what encodeSimTensorMap wrote. Throws DgValidationError where the bytes are not such a map, or were
 * changed since.
 */
export function decodeSimTensorMap(bytes: Uint8Array): SimTensorMap {
  const view = viewOf(bytes);
  const found = view.getUint32(at.magic, true);
  if (found !== magic)
    rejectTensor('an encoded tensor map', 'the 128 bytes of a tensor map', `magic 0x${found.toString(16)}`);
  if (view.getUint32(at.sum, true) !== checkSum(bytes))
    rejectTensor('unchanged bytes', 'the 128 bytes of a tensor map', 'another check sum');
  const rank = view.getUint8(at.rank);
  return {
    address: view.getFloat64(at.address, true),
    element: elements[view.getUint8(at.element)]!,
    dims: Array.from({ length: rank }, (_, dim) => view.getFloat64(at.dims + 8 * dim, true)),
    stridesBytes: Array.from({ length: rank - 1 }, (_, i) => view.getFloat64(at.strides + 8 * i, true)),
    box: Array.from({ length: rank }, (_, dim) => view.getUint16(at.box + 2 * dim, true)),
    swizzleBytes: asSwizzleSpan(view.getUint8(at.swizzle)),
  };
}

function viewOf(bytes: Uint8Array): DataView {
  if (bytes.length !== tensorMapBytes)
    rejectTensor(`${tensorMapBytes} bytes`, 'an encoded tensor map', `${bytes.length} bytes`);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** FNV-1a over all bytes before the sum. */
function checkSum(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < at.sum; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

import { accessKind } from '../ordering/access-kind.js';
import { tensorMapBytes } from '../tensor/tensor-map.js';
import { decodeSimTensorMap, encodeSimTensorMap } from '../tensor/tensor-map-bytes.js';
import { Fault } from './fault.js';
import type { Warp } from './warp.js';

export type TensorMapField = 'global_address' | 'global_dim' | 'global_stride';

const wordBytes = 16;

/** tensormap.replace (PTX ISA 9.7.9.28): one field of a map in global memory. `ordinal` counts dimensions or strides. */
export function replaceTensorMapField(
  warp: Warp,
  lane: number,
  address: number,
  field: TensorMapField,
  ordinal: number,
  value: number,
): void {
  const { global } = warp.cta;
  for (let at = 0; at < tensorMapBytes; at += wordBytes) {
    global.check(address + at, wordBytes, accessKind.write, warp, lane);
  }
  const map = decodeSimTensorMap(global.read(address, tensorMapBytes));
  const withValue = (values: readonly number[]) => {
    if (ordinal < values.length) return values.map((each, i) => (i === ordinal ? value : each));
    const range = `0 to ${values.length - 1}`;
    throw new Fault('bounds', `expected ${range} for the ordinal of ${field} but received ${ordinal}`, lane);
  };
  const bytes = new Uint8Array(tensorMapBytes);
  switch (field) {
    case 'global_address':
      encodeSimTensorMap({ ...map, address: value }, bytes);
      break;
    case 'global_dim':
      encodeSimTensorMap({ ...map, dims: withValue(map.dims) }, bytes);
      break;
    case 'global_stride':
      encodeSimTensorMap({ ...map, stridesBytes: withValue(map.stridesBytes) }, bytes);
      break;
  }
  global.write(address, bytes);
}

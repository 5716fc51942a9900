import type { Tensor } from '@dg/runtime';
import { type HostMatrices, type HostMatrix, hostMatrices } from './host-matrix.js';

/** C or D in host memory. */
export type OutputMatrix = HostMatrix<Float32Array> | HostMatrix<Uint16Array>;

export type OutputMatrices = HostMatrices<Float32Array> | HostMatrices<Uint16Array>;

export function outputMatrices(tensor: Tensor): OutputMatrices {
  return tensor.dtype === 'float32' ? hostMatrices(tensor, Float32Array) : hostMatrices(tensor, Uint16Array);
}

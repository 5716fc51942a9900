import type { PtxParameter } from '../ptx/ptx-module.js';

export interface ParameterLayout {
  /** Bytes from the start of the parameter space, one for each parameter. */
  readonly byteOffsets: readonly number[];
  readonly byteLength: number;
}

/** Parameters lie one after another, each at the next multiple of its alignment (PTX ISA 5.1.6, 5.4.5). */
export function layoutParameters(parameters: readonly PtxParameter[]): ParameterLayout {
  const byteOffsets: number[] = [];
  let byteLength = 0;
  for (const { alignBytes, bytes } of parameters) {
    const offset = Math.ceil(byteLength / alignBytes) * alignBytes;
    byteOffsets.push(offset);
    byteLength = offset + bytes;
  }
  return { byteOffsets, byteLength };
}

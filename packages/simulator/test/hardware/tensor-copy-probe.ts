import type { TensorMap } from '@dg/runtime';
import {
  awaitPhase,
  byLeader,
  copyFromShared,
  copyToShared,
  initBarrier,
  kernelText,
  sharedAlignmentBytes,
} from './kernel-text.js';
import { exact, type Probe } from './probe.js';
import { RandomSource } from './random-source.js';

export interface TensorCopy {
  readonly name: string;
  readonly direction: 'load' | 'store';
  readonly element: TensorMap['element'];
  readonly dims: readonly number[];
  readonly stridesBytes: readonly number[];
  readonly box: readonly number[];
  readonly swizzleBytes: TensorMap['swizzleBytes'];
  readonly coordinates: readonly number[];
  readonly needs?: string;
}

export const elementBytes = { uint8: 1, bfloat16: 2, float32: 4, int32: 4 } as const;
const threads = 64;
const poison = 0xa5;

/** One box by TMA (PTX ISA 9.7.9.25.5.2): a load dumps shared memory, a store the whole tensor with its padding. */
export function tensorCopyProbe(copy: TensorCopy): Probe {
  const { name, direction, element, dims, stridesBytes, box, swizzleBytes, needs } = copy;
  const random = new RandomSource(name);
  const boxBytes = box.reduce((product, length) => product * length, elementBytes[element]);
  const tensorBytes = dims.at(-1)! * stridesBytes.at(-1)!;
  const areaBytes = boxBytes * rowSpread(copy);
  const map = { element, dims, stridesBytes, box, swizzleBytes };
  const common = {
    name,
    grid: [1, 1, 1],
    block: [threads, 1, 1],
    dynamicSharedMemoryBytes: sharedAlignmentBytes + areaBytes + 16,
    outputType: 'bytes',
    comparison: exact,
    ...(needs === undefined ? {} : { needs }),
  } as const;
  if (direction === 'load') {
    return {
      ...common,
      ptx: kernelText({ threads, inputs: 2, maps: 1 }, loadBody(copy.coordinates, boxBytes, areaBytes)),
      inputs: [random.bytes(tensorBytes), new Uint8Array(areaBytes).fill(poison)],
      tensorMaps: [{ ...map, over: 0 }],
      output: new Uint8Array(areaBytes),
    };
  }
  return {
    ...common,
    ptx: kernelText({ threads, inputs: 1, maps: 1 }, storeBody(copy.coordinates, areaBytes)),
    inputs: [random.bytes(areaBytes)],
    tensorMaps: [{ ...map, over: 'output' }],
    output: new Uint8Array(tensorBytes).fill(poison),
  };
}

/**
 * How far apart rows may lie, in rows: one that is narrower than its swizzle span may take the whole span (CUDA C++
 * Programming Guide, on the swizzle modes of tensor maps).
 */
function rowSpread({ swizzleBytes, box, element }: TensorCopy): number {
  return swizzleBytes === 0 ? 1 : swizzleBytes / (box[0]! * elementBytes[element]);
}

/** Fills shared memory with poison first: what the copy does not write keeps it. */
function loadBody(coordinates: readonly number[], bytes: number, areaBytes: number): string {
  const barrier = `%smem+${areaBytes}`;
  return `${copyToShared('POISON', '%in1', areaBytes, threads)}
  fence.proxy.async.shared::cta;
${byLeader('INITIALISED', initBarrier(barrier, 1))}
  bar.sync 0;
${byLeader(
  'ISSUED',
  `${moveCoordinates(coordinates)}
  mov.u32 %r9, ${bytes};
  mbarrier.arrive.expect_tx.shared::cta.b64 _, [${barrier}], %r9;
  cp.async.bulk.tensor.${coordinates.length}d.shared::cluster.global.mbarrier::complete_tx::bytes [%smem], [%map0, ${vector(coordinates)}], [${barrier}];`,
)}
${awaitPhase('LOADED', barrier, 0)}
${copyFromShared('DUMP', '%out', areaBytes, threads)}`;
}

function storeBody(coordinates: readonly number[], bytes: number): string {
  return `${copyToShared('FILL', '%in0', bytes, threads)}
  fence.proxy.async.shared::cta;
  bar.sync 0;
${byLeader(
  'STORED',
  `${moveCoordinates(coordinates)}
  cp.async.bulk.tensor.${coordinates.length}d.global.shared::cta.bulk_group [%map0, ${vector(coordinates)}], [%smem];
  cp.async.bulk.commit_group;
  cp.async.bulk.wait_group 0;`,
)}`;
}

function moveCoordinates(coordinates: readonly number[]): string {
  return coordinates.map((coordinate, i) => `  mov.s32 %r${i}, ${coordinate};`).join('\n');
}

function vector(coordinates: readonly number[]): string {
  return `{${coordinates.map((_, i) => `%r${i}`).join(', ')}}`;
}

import * as asynchronous from './asynchronous.js';
import { mbarrier } from './mbarrier.js';
import * as synchronise from './synchronise.js';
import type { WarpEmitter } from './warp-emitter.js';

/** Instructions that a warp executes as a whole, or that touch what lanes and warps share. */
export const warpEmitters: ReadonlyMap<string, WarpEmitter> = new Map<string, WarpEmitter>([
  ['bar', synchronise.barrier],
  ['barrier', synchronise.barrier],
  ['elect', synchronise.elect],
  ['shfl', synchronise.shuffle],
  ['fence', synchronise.fence],
  ['griddepcontrol', synchronise.gridDependency],
  ['setmaxnreg', synchronise.setRegisters],
  ['mbarrier', mbarrier],
  ['cp', asynchronous.copy],
  ['prefetch', asynchronous.prefetch],
  ['mapa', asynchronous.mapAddress],
  ['stmatrix', asynchronous.storeMatrix],
  ['wgmma', asynchronous.warpgroupMultiply],
]);

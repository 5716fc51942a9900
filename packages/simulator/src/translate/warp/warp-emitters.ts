import * as asynchronous from './asynchronous.js';
import { mbarrier } from './mbarrier.js';
import * as synchronise from './synchronise.js';
import * as vote from './vote.js';
import type { WarpEmitter } from './warp-emitter.js';
import { warpgroupMultiply } from './warpgroup-multiply.js';

/** Instructions that a warp executes as a whole, or that touch what lanes and warps share. */
export const warpEmitters: ReadonlyMap<string, WarpEmitter> = new Map<string, WarpEmitter>([
  ['bar', synchronise.barrier],
  ['barrier', synchronise.barrier],
  ['elect', synchronise.elect],
  ['shfl', synchronise.shuffle],
  ['vote', vote.vote],
  ['match', vote.match],
  ['redux', vote.reduce],
  ['activemask', vote.activeMask],
  ['fence', synchronise.fence],
  ['membar', synchronise.memoryBarrier],
  ['griddepcontrol', synchronise.gridDependency],
  ['setmaxnreg', synchronise.setRegisters],
  ['mbarrier', mbarrier],
  ['cp', asynchronous.copy],
  ['prefetch', asynchronous.prefetch],
  ['createpolicy', asynchronous.createPolicy],
  ['mapa', asynchronous.mapAddress],
  ['stmatrix', asynchronous.storeMatrix],
  ['st.async', asynchronous.storeRemotely],
  ['tensormap', asynchronous.replaceTensorMap],
  ['wgmma', warpgroupMultiply],
]);

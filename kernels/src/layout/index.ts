export { type CastConfig, type CastGranularity, reachableCastConfigs } from './cast-config.js';
export { type CastTile, castKernel, castTile } from './cast-kernel.js';
export {
  fp8KGroupRepackBlock,
  fp8KGroupRepackKernel,
  fp8KGroupRepackRows,
  fp8KGroupRepackThreads,
} from './fp8-k-group-repack-kernel.js';
export { fp8TransposeKernel, fp8TransposeThreads, fp8TransposeTileEdge } from './fp8-transpose-kernel.js';
export { kGroupMapsKernel, kGroupMapsThreads, tensorMapBytes } from './k-group-maps-kernel.js';
export { mnMajorCopyKernel, mnMajorCopyTile } from './mn-major-copy-kernel.js';
export {
  type PackUe8m0Config,
  type PackUe8m0Tile,
  packUe8m0Configs,
  packUe8m0Kernel,
  packUe8m0Tile,
} from './pack-ue8m0-kernel.js';
export { powerOfTwoCheckKernel, powerOfTwoCheckThreads } from './power-of-two-check-kernel.js';
export { unpackUe8m0Kernel, unpackUe8m0Tile } from './unpack-ue8m0-kernel.js';

export { type CastConfig, type CastGranularity, reachableCastConfigs } from './cast-config.js';
export { type CastTile, castKernel, castTile } from './cast-kernel.js';
export { mnMajorCopyKernel, mnMajorCopyThreads, mnMajorCopyTileEdge } from './mn-major-copy-kernel.js';

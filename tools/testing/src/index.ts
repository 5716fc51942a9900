export { bfloat16ToFloat32, float32ToBfloat16 } from './bfloat16-bits.js';
export { expectEqual } from './expect-equal.js';
export { expectRefused, type RefusedCall, type Spoil } from './expect-refused.js';
export { type BitComparison, expectSameBits } from './expect-same-bits.js';
export { type GuardedTensor, type GuardedTensorOptions, guardedTensor } from './guarded-tensor.js';
export { withPoisonedBuffers } from './poison-new-buffers.js';
export { type MatrixDistribution, matrixDistributions, randomMatrix } from './random-matrix.js';
export type { CaseMeasure, CaseSizes, SearchCase, SearchDevices, SearchOperation } from './search-case.js';
export { type SeededRandom, seededRandom } from './seeded-random.js';
export {
  mentioning,
  type Named,
  optionSpoils,
  sizeSpoils,
  strangeValueSpoils,
  tensorSpoils,
  wrongOptionsSpoils,
  wrongStreams,
} from './tensor-spoils.js';
export { testDevice } from './test-device.js';
export { testSeed } from './test-seed.js';

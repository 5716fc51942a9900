/** What operations in other packages are made of: checks, so that all say the same, and memory for in between. */

export { withScratch } from '../cuda/with-scratch.js';
export { Scratch } from '../device/scratch.js';
export { alignUp, ceilDiv } from '../integer-rounding.js';
export { describeValue } from './describe-value.js';
export { reject } from './reject.js';
export { requireOptions, requireStream } from './require-options.js';
export { requireOnDevice, requireTensor, requireTensorOf } from './require-tensor.js';

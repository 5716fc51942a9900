/** What operations in other packages check their arguments with, so that all say the same. */

export { alignUp, ceilDiv } from '../integer-rounding.js';
export { describeValue } from './describe-value.js';
export { reject } from './reject.js';
export { requireOptions, requireStream } from './require-options.js';
export { requireOnDevice, requireTensor, requireTensorOf } from './require-tensor.js';

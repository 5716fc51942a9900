import {
  fp8GemmNn,
  fp8GemmNt,
  fp8GemmTn,
  perBlockCastToFp8,
  perChannelCastToFp8,
  perTokenCastToFp8,
  type ScaledTensor,
} from '@dg/api';
import type { Device, Tensor } from '@dg/runtime';
import { destroyScaled } from '../operations/scaled-rows.js';
import type { Step } from '../report/step.js';

/** y = x · Wᵀ. All three sizes are multiples of 16. */
export interface LinearShape {
  readonly tokens: number;
  readonly inputs: number;
  readonly outputs: number;
}

/** Host data of one training step, row-major. */
export interface LinearData {
  /** bfloat16 [tokens, inputs]. */
  readonly x: Uint16Array<ArrayBuffer>;
  /** bfloat16 [outputs, inputs]. */
  readonly w: Uint16Array<ArrayBuffer>;
  /** The gradient of y; bfloat16 [tokens, outputs]. */
  readonly dy: Uint16Array<ArrayBuffer>;
  /** The weight gradient of earlier steps, which that of this one is added to; float32 [outputs, inputs]. */
  readonly dw: Float32Array<ArrayBuffer>;
}

/**
 * Forward and backward of a linear layer in FP8. Three products of three matrices, and every matrix is cast along the
 * dimension that its product sums over, with the scales that this product takes.
 */
export class LinearLayer {
  readonly shape: LinearShape;
  readonly x: Tensor<'bfloat16'>;
  readonly w: Tensor<'bfloat16'>;
  readonly dy: Tensor<'bfloat16'>;
  /** bfloat16 [tokens, outputs]. */
  readonly y: Tensor<'bfloat16'>;
  /** The gradient of x; bfloat16 [tokens, inputs]. */
  readonly dx: Tensor<'bfloat16'>;
  /** float32 [outputs, inputs]. */
  readonly dw: Tensor<'float32'>;
  /** Summed over inputs: y = x · Wᵀ. */
  readonly xByToken: ScaledTensor;
  /** Blocks of 128 × 128 serve both ways: W as it is for dx, transposed for y. */
  readonly wByBlock: ScaledTensor;
  /** Summed over outputs: dx = dy · W. */
  readonly dyByToken: ScaledTensor;
  /** Summed over tokens: dW = dyᵀ · x. */
  readonly dyByChannel: ScaledTensor;
  readonly xByChannel: ScaledTensor;
  readonly steps: readonly Step[];

  constructor(device: Device, shape: LinearShape, data: LinearData) {
    const { tokens, inputs, outputs } = shape;
    this.shape = shape;
    this.x = device.tensor(data.x, [tokens, inputs], 'bfloat16');
    this.w = device.tensor(data.w, [outputs, inputs], 'bfloat16');
    this.dy = device.tensor(data.dy, [tokens, outputs], 'bfloat16');
    this.dw = device.tensor(data.dw, [outputs, inputs], 'float32');
    this.y = device.empty([tokens, outputs], 'bfloat16');
    this.dx = device.empty([tokens, inputs], 'bfloat16');
    // The first casts make the tensors that those of the steps write to.
    this.xByToken = perTokenCastToFp8(this.x);
    this.wByBlock = perBlockCastToFp8(this.w);
    this.dyByToken = perTokenCastToFp8(this.dy);
    this.dyByChannel = perChannelCastToFp8(this.dy);
    this.xByChannel = perChannelCastToFp8(this.x);
    this.steps = linearSteps(this);
  }

  destroy(): void {
    for (const tensor of [this.x, this.w, this.dy, this.y, this.dx, this.dw]) tensor.destroy();
    for (const scaled of [this.xByToken, this.wByBlock, this.dyByToken, this.dyByChannel, this.xByChannel]) {
      destroyScaled(scaled);
    }
  }
}

function linearSteps(layer: LinearLayer): Step[] {
  const { x, w, dy, y, dx, dw, xByToken, wByBlock, dyByToken, dyByChannel, xByChannel } = layer;
  const { tokens, inputs, outputs } = layer.shape;
  return [
    {
      name: 'cast x by token',
      ...castWork(tokens, inputs),
      enqueue: (stream) => void perTokenCastToFp8(x, { out: xByToken, stream }),
    },
    {
      name: 'cast W by block',
      ...castWork(outputs, inputs),
      enqueue: (stream) => void perBlockCastToFp8(w, { out: wByBlock, stream }),
    },
    {
      name: 'y = x W^T',
      ...gemmWork(tokens, outputs, inputs, 2),
      enqueue: (stream) => fp8GemmNt(xByToken, wByBlock, y, { stream }),
    },
    {
      name: 'cast dy by token',
      ...castWork(tokens, outputs),
      enqueue: (stream) => void perTokenCastToFp8(dy, { out: dyByToken, stream }),
    },
    {
      name: 'dx = dy W',
      ...gemmWork(tokens, inputs, outputs, 2),
      enqueue: (stream) => fp8GemmNn(dyByToken, wByBlock, dx, { stream }),
    },
    {
      name: 'cast dy by channel',
      ...castWork(tokens, outputs),
      enqueue: (stream) => void perChannelCastToFp8(dy, { out: dyByChannel, stream }),
    },
    {
      name: 'cast x by channel',
      ...castWork(tokens, inputs),
      enqueue: (stream) => void perChannelCastToFp8(x, { out: xByChannel, stream }),
    },
    {
      name: 'dW += dy^T x',
      ...gemmWork(outputs, inputs, tokens, 8),
      enqueue: (stream) => fp8GemmTn(dyByChannel, xByChannel, dw, { c: dw, stream }),
    },
  ];
}

/** bfloat16 is read, FP8 written. */
function castWork(rows: number, columns: number) {
  return { shape: `${rows} x ${columns}`, operations: 0, bytes: 3 * rows * columns };
}

/** `outputBytes` of D, and of C where there is one. */
function gemmWork(m: number, n: number, k: number, outputBytes: number) {
  return {
    shape: `${m} x ${n} x ${k}`,
    operations: 2 * m * n * k,
    bytes: (m + n) * k + outputBytes * m * n,
  };
}

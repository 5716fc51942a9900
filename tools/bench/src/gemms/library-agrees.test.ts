import { type Device, requestDevice, type Tensor } from '@dg/runtime';
import { beforeAll, expect, it, vi } from 'vitest';
import type { ValidGemm } from '../../../../packages/api/src/gemm/valid-gemm.js';
import { withSets } from '../measure/with-sets.js';
import { hostContext } from '../testing/host-context.js';
import { tinyShapes } from '../testing/tiny-cases.js';
import { gemmOperations } from './gemm-operation.js';
import { gemmCase } from './gemm-tables.js';

const enqueued = vi.hoisted(() => [] as ValidGemm[]);
vi.mock('../../../../packages/api/src/gemm/enqueue-gemm.js', () => ({
  enqueueGemm: (gemm: ValidGemm) => void enqueued.push(gemm),
}));

let device: Device;
beforeAll(async () => {
  device = await requestDevice('cpu');
});

/** What the kernels see of a tensor. */
const viewOf = (tensor: Tensor | undefined) =>
  tensor && [tensor.buffer, tensor.dtype, tensor.shape, tensor.strides, tensor.offset];

it.each(gemmOperations)('the library makes the same problem and operands of %s', async (op) => {
  const gemm = gemmCase(op, tinyShapes[op]);
  await withSets(hostContext(device), 1, gemm.createSet, async ([set], stream) => {
    set!.callWith({ stream })();
    const { problem, operands } = enqueued.at(-1)!;
    expect(gemm.problem).toEqual(problem);
    for (const name of ['a', 'b', 'c', 'd', 'scalesA', 'scalesB', 'grouping'] as const) {
      expect(viewOf(set!.operands[name]), name).toEqual(viewOf(operands[name]));
    }
  });
});

import { getMnMajorTmaAlignedTensor } from '@dg/layout';
import type { Tensor } from '@dg/runtime';
import type { GemmOperands } from '../../src/problem/gemm-operands.js';
import type { CallArguments } from './entry-points.js';

/** The memory of a grouped call as kernels take it. K-grouped entry points are given matrices as [ΣK, ...]. */
export function groupedOperands(call: CallArguments, d: Tensor): GemmOperands {
  const isK = call['ks'] !== undefined;
  const given = (name: string) => {
    const tensor = call[name] as Tensor | undefined;
    return isK && tensor?.shape.length === 2 ? tensor.transpose() : tensor;
  };
  const perRow = (name: string) => {
    const scales = given(name);
    return scales === undefined ? undefined : getMnMajorTmaAlignedTensor(scales as Tensor<'float32'>);
  };
  return {
    a: (given('a.data') ?? given('a'))!,
    b: (given('b.data') ?? given('b'))!,
    scalesA: perRow('a.scales'),
    // Those of K groups belong to rows, the others to blocks of rows.
    scalesB: isK ? perRow('b.scales') : given('b.scales'),
    d,
    c: undefined,
    grouping: (call['ks'] ?? call['groupedLayout'] ?? call['maskedM']) as Tensor,
  };
}

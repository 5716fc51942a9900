import { ceilDiv, type Stream, type Tensor } from '@dg/runtime';
import { enqueuePackUe8m0 } from './enqueue-pack-ue8m0.js';
import { newMnMajorTensor } from './new-mn-major-tensor.js';
import { codesPerWord } from './pack-problem.js';

/** float32 [(G,) ceilDiv(mn, rowsPerScale), k] → a new packed tensor [(G,) mn, ceilDiv(k, 4)]. Enqueued. */
export function packScales(
  source: Tensor<'float32'>,
  mn: number,
  rowsPerScale: number,
  round: boolean,
  stream: Stream,
): Tensor<'int32'> {
  const k = source.shape.at(-1)!;
  const shape = [...source.shape.slice(0, -2), mn, ceilDiv(k, codesPerWord)];
  return newMnMajorTensor(source.device, 'int32', shape, (destination) =>
    enqueuePackUe8m0({ source, rowsPerScale, destination, round, stream }),
  );
}

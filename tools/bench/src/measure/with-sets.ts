import type { Stream } from '@dg/runtime';
import type { BenchContext } from '../bench-context.js';
import type { InputPlace } from '../gemms/gemm-case.js';

/** The part of an input set that has to end. */
interface Destroyable {
  destroy(): void;
}

/** Makes `count` sets of inputs on a stream of their own, hands them to `use`, and destroys all of it. */
export async function withSets<S extends Destroyable, R>(
  { device, fillNormalOn }: Pick<BenchContext, 'device' | 'fillNormalOn'>,
  count: number,
  create: (place: InputPlace, seed: number) => S,
  use: (sets: readonly S[], stream: Stream) => Promise<R>,
): Promise<R> {
  const stream = device.createStream();
  const place = { device, stream, fillNormal: fillNormalOn(stream) };
  const sets: S[] = [];
  try {
    for (let seed = 0; seed < count; seed++) sets.push(create(place, seed));
    return await use(sets, stream);
  } finally {
    for (const set of sets) set.destroy();
    stream.destroy();
  }
}

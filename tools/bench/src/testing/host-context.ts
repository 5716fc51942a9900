import { float32ToBfloat16Array } from '@dg/layout';
import type { Device, Stream } from '@dg/runtime';
import { seededRandom } from '@dg/testing';
import type { BenchContext } from '../bench-context.js';
import type { FillNormal } from '../inputs/fill-normal.js';
import { noYardsticks } from '../peers/yardsticks.js';

/** A run on a device that has no kernel to make random numbers with, and no time to lose. */
export function hostContext(device: Device): BenchContext {
  return {
    device,
    identity: { device: device.properties.model, date: '2026-11-22', commit: null },
    yardsticks: noYardsticks,
    variant: {},
    effort: { fewestLaunches: 3, warmReplays: 1, timedReplays: 2 },
    // One to three sets of the tiny products.
    coldBytes: 40_000,
    pauseMilliseconds: 0,
    fillNormalOn,
  };
}

function fillNormalOn(stream: Stream): FillNormal {
  return (tensor, seed) => {
    const random = seededRandom(seed);
    const values = Float32Array.from({ length: tensor.elementCount }, () => random.normal());
    tensor.write(float32ToBfloat16Array(values), { stream });
  };
}

import type { ScaledTensor } from '@dg/api';
import { bfloat16ToFloat32Array, decodeE4m3 } from '@dg/layout';
import type { Check } from '../../check/check.js';
import { diffBelow } from '../../check/diff.js';
import { readRows } from '../../check/read-rows.js';
import { weightBlock } from '../../model/moe-shape.js';
import { hostElements } from '../../operations/operation.js';
import type { MoePass } from '../moe-pass.js';
import type { CpuExpert, CpuExperts } from './cpu-experts.js';
import { byExpert, type Sample } from './sample.js';

/**
 * Against the layer without any rounding of activations. Each of the two casts is off by about 2.6 % of a value, of which
 * the first reaches the output by way of both factors of SwiGLU: a diff of 1e-3 is what that comes to. A few small tokens
 * scatter around it: 2.7e-3 was the largest of a hundred draws of two tokens of 128. A wrong step is off by 0.1 and more.
 */
export const layerDiffLimit = 5e-3;

const valueOfCode = Float64Array.from({ length: 256 }, (_, code) => decodeE4m3(code));

/** The whole layer in float64, from the tokens and the weights of the file, for the experts that the device chose. */
export async function checkLayer(pass: MoePass, sample: Sample, experts: CpuExperts): Promise<Check> {
  const { hidden } = experts.shape;
  const x = Float64Array.from(bfloat16ToFloat32Array(await readRows(pass.x, sample.tokens)));
  const router = Float64Array.from(bfloat16ToFloat32Array(hostElements(await experts.router())));
  const tokenAt = (place: number) => x.subarray(place * hidden, (place + 1) * hidden);
  const weights = softmaxOfChoices(sample, (place, expert) =>
    dot(tokenAt(place), router.subarray(expert * hidden, (expert + 1) * hidden)),
  );

  const expected = new Float64Array(x.length);
  for (const [expert, choices] of byExpert(sample)) {
    const weightsOfExpert = await experts.expert(expert);
    for (const choice of choices) {
      const { place } = sample.choices[choice]!;
      const result = runExpert(weightsOfExpert, tokenAt(place));
      for (let i = 0; i < hidden; i++) expected[place * hidden + i]! += weights[choice]! * result[i]!;
    }
  }
  const actual = bfloat16ToFloat32Array(await readRows(pass.out, sample.tokens));
  return diffBelow(actual, expected, layerDiffLimit);
}

function softmaxOfChoices(sample: Sample, logitOf: (place: number, expert: number) => number): Float64Array {
  const shares = Float64Array.from(sample.choices, ({ place, expert }) => Math.exp(logitOf(place, expert)));
  const sums = new Float64Array(sample.tokens.length);
  sample.choices.forEach(({ place }, choice) => {
    sums[place]! += shares[choice]!;
  });
  return shares.map((share, choice) => share / sums[sample.choices[choice]!.place]!);
}

function runExpert({ gateUp, down }: CpuExpert, token: Float64Array): Float64Array {
  const both = multiply(gateUp, token);
  const intermediate = both.length / 2;
  const activated = Float64Array.from({ length: intermediate }, (_, i) => {
    const gate = both[i]!;
    return (gate / (1 + Math.exp(-gate))) * both[intermediate + i]!;
  });
  return multiply(down, activated);
}

/** Weight · vector, one block of 128 × 128 weights with its scale after the other. */
function multiply({ data, scales }: ScaledTensor, vector: Float64Array): Float64Array {
  const [rows, columns] = data.shape as [number, number];
  const [codes, factors] = [hostElements(data), hostElements(scales)];
  const blocks = columns / weightBlock;
  return Float64Array.from({ length: rows }, (_, row) => {
    const firstFactor = Math.floor(row / weightBlock) * blocks;
    let sum = 0;
    for (let block = 0; block < blocks; block++) {
      const start = block * weightBlock;
      let partial = 0;
      for (let i = start; i < start + weightBlock; i++) {
        partial += valueOfCode[codes[row * columns + i]!]! * vector[i]!;
      }
      sum += partial * factors[firstFactor + block]!;
    }
    return sum;
  });
}

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * y[i]!, 0);
}

import { bfloat16ToFloat32Array, decodeE4m3, float32ToBfloat16Array } from '@dg/layout';
import type { Device } from '@dg/runtime';
import { type SeededRandom, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { assignRows } from '../../src/operations/assign-rows.js';
import { combineRows } from '../../src/operations/combine-rows.js';
import { dispatchTokens } from '../../src/operations/dispatch-tokens.js';
import { newRouting, type Routing } from '../../src/operations/routing.js';
import { newScaledRows } from '../../src/operations/scaled-rows.js';
import { selectExperts } from '../../src/operations/select-experts.js';
import { swigluCast } from '../../src/operations/swiglu-cast.js';

/** The operations of the examples against what their descriptions say, on whatever device is tested. */

let device: Device;
let random: SeededRandom;
beforeAll(async () => {
  device = await testDevice();
  random = seededRandom(testSeed());
});

const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const poison = 0x7fffffff;

/** Experts of each token, all different. */
function drawChoices(routing: Routing): Int32Array<ArrayBuffer> {
  const choices = Array.from({ length: routing.tokens }, () => {
    const experts = Array.from({ length: routing.experts }, (_, expert) => ({
      expert,
      key: random.uniform(),
    }));
    return experts.sort((x, y) => x.key - y.key).slice(0, routing.topK);
  });
  return Int32Array.from(choices.flat().map(({ expert }) => expert));
}

describe('selectExperts', () => {
  it.each([
    [1, 1, 1],
    [5, 4, 2],
    [7, 40, 8],
    [3, 33, 32],
  ])('%i tokens, the best of %i experts: %i', async (tokens, experts, topK) => {
    const routing = newRouting(device, tokens, experts, topK);
    // Few values, so that many are the same; the infinity is a logit like any other.
    const logits = Float32Array.from({ length: tokens * experts }, () => random.integer(-3, 3));
    logits[0] = Number.NEGATIVE_INFINITY;
    routing.logits.write(logits);
    selectExperts(routing, device.defaultStream);
    const [chosen, weights] = [await routing.chosen.read(), await routing.weights.read()];
    for (let token = 0; token < tokens; token++) {
      const logitOf = (expert: number) => logits[token * experts + expert]!;
      const inOrder = Array.from({ length: experts }, (_, expert) => expert).sort(
        (x, y) => (logitOf(x) === logitOf(y) ? 0 : logitOf(y) - logitOf(x)) || x - y,
      );
      const expected = inOrder.slice(0, topK);
      const ofToken = Array.from(chosen.subarray(token * topK, (token + 1) * topK));
      expect(ofToken).toEqual(expected);
      const largest = logitOf(expected[0]!);
      if (largest === Number.NEGATIVE_INFINITY) continue;
      const sum = expected.reduce((total, expert) => total + Math.exp(logitOf(expert) - largest), 0);
      expected.forEach((expert, place) => {
        expect(weights[token * topK + place]).toBeCloseTo(Math.exp(logitOf(expert) - largest) / sum, 5);
      });
    }
  });
});

describe('assignRows', () => {
  it.each([
    [1, 3, 1],
    [16, 4, 2],
    [33, 5, 3],
  ])('%i tokens, %i experts, %i choices', async (tokens, experts, topK) => {
    const routing = newRouting(device, tokens, experts, topK);
    const chosen = drawChoices(routing);
    const counts = device.tensor(new Int32Array(experts).fill(poison), [experts], 'int32');
    routing.chosen.write(chosen);
    assignRows(routing, counts, tokens, device.defaultStream);
    const rows = await routing.rows.read();
    for (let expert = 0; expert < experts; expert++) {
      const ofExpert = [...rows.keys()]
        .filter((choice) => chosen[choice] === expert)
        .map((choice) => rows[choice]);
      // In the order of the tokens, from the expert's first row on.
      expect(ofExpert).toEqual(ofExpert.map((_, place) => expert * tokens + place));
      expect((await counts.read())[expert]).toBe(ofExpert.length);
    }
  });

  it('one expert may get all tokens', async () => {
    const routing = newRouting(device, 40, 3, 1);
    const counts = device.tensor(new Int32Array(3).fill(poison), [3], 'int32');
    routing.chosen.write(new Int32Array(40).fill(1));
    assignRows(routing, counts, 40, device.defaultStream);
    expect([...(await counts.read())]).toEqual([0, 40, 0]);
    expect([...(await routing.rows.read())]).toEqual(Array.from({ length: 40 }, (_, token) => 40 + token));
  });
});

it('dispatchTokens copies codes and scales to the rows of the choices and nowhere else', async () => {
  const [tokens, topK, columns, groups, rows] = [5, 2, 256, 3, 6];
  const routing = newRouting(device, tokens, groups, topK);
  const from = newScaledRows(device, 1, tokens, columns);
  const to = newScaledRows(device, groups, rows, columns);
  const codes = Uint8Array.from({ length: tokens * columns }, () => random.integer(0, 255));
  const scales = Float32Array.from({ length: (tokens * columns) / 128 }, () => random.uniform(1, 2));
  const rowOf = [17, 0, 6, 1, 7, 8, 16, 2, 3, 11];
  from.data.write(codes);
  from.scales.write(scales);
  routing.rows.write(Int32Array.from(rowOf));
  dispatchTokens(from, routing, to, device.defaultStream);

  const [toCodes, toScales] = [await to.data.read(), await to.scales.read()];
  for (let row = 0; row < groups * rows; row++) {
    const choice = rowOf.indexOf(row);
    const token = Math.floor(choice / topK);
    const part = <T extends Uint8Array | Float32Array>(array: T, index: number, length: number) =>
      Array.from(array.subarray(index * length, (index + 1) * length));
    const zeros = (length: number) => new Array(length).fill(0);
    expect(part(toCodes, row, columns)).toEqual(choice < 0 ? zeros(columns) : part(codes, token, columns));
    expect(part(toScales, row, 2)).toEqual(choice < 0 ? zeros(2) : part(scales, token, 2));
  }
});

it('swigluCast casts the used rows of each group and leaves the others', async () => {
  const [groups, rows, columns] = [3, 5, 128];
  const codes = float32ToBfloat16Array(normals(groups * rows * 2 * columns));
  // A row whose products are all tiny: the scale has a floor.
  codes.fill(0, 0, 2 * columns);
  const gateUp = device.tensor(codes as Uint16Array<ArrayBuffer>, [groups, rows, 2 * columns], 'bfloat16');
  const used = [2, 0, 5];
  const counts = device.tensor(Int32Array.from(used), [groups], 'int32');
  const activated = newScaledRows(device, groups, rows, columns);
  const untouched = 0x11;
  activated.data.buffer.fill(untouched);
  activated.scales.buffer.fill(untouched);
  swigluCast(gateUp, counts, activated, device.defaultStream);

  const inputs = bfloat16ToFloat32Array(codes);
  const [outputs, scales] = [await activated.data.read(), await activated.scales.read()];
  for (let row = 0; row < groups * rows; row++) {
    const ofRow = outputs.subarray(row * columns, (row + 1) * columns);
    if (row % rows >= used[Math.floor(row / rows)]!) {
      expect(new Set(ofRow)).toEqual(new Set([untouched]));
      continue;
    }
    const start = row * 2 * columns;
    const values = Array.from({ length: columns }, (_, i) => {
      const gate = inputs[start + i]!;
      return (gate / (1 + Math.exp(-gate))) * inputs[start + columns + i]!;
    });
    const amax = Math.max(1e-4, ...values.map(Math.abs));
    expect(scales[row]! / (amax / 448)).toBeCloseTo(1, 5);
    values.forEach((value, i) => {
      // Half a code, which is 1/16 of a value or 2^-10 near zero, and a little for the exponential.
      const error = Math.abs(decodeE4m3(ofRow[i]!) * scales[row]! - value);
      expect(error).toBeLessThanOrEqual(1.001 * Math.max(Math.abs(value) / 16, scales[row]! * 2 ** -10));
    });
  }
});

it('combineRows sums the rows of the choices by their weights', async () => {
  const [tokens, topK, hidden, rows] = [3, 4, 256, 20];
  const routing = newRouting(device, tokens, 8, topK);
  const codes = float32ToBfloat16Array(normals(rows * hidden)) as Uint16Array<ArrayBuffer>;
  const rowOf = Int32Array.from({ length: tokens * topK }, () => random.integer(0, rows - 1));
  const weights = Float32Array.from({ length: tokens * topK }, () => random.uniform());
  routing.rows.write(rowOf);
  routing.weights.write(weights);
  const out = device.empty([tokens, hidden], 'bfloat16');
  combineRows(device.tensor(codes, [1, rows, hidden], 'bfloat16'), routing, out, device.defaultStream);

  const [values, sums] = [bfloat16ToFloat32Array(codes), bfloat16ToFloat32Array(await out.read())];
  for (let i = 0; i < tokens * hidden; i++) {
    const choices = Array.from({ length: topK }, (_, place) => Math.floor(i / hidden) * topK + place);
    const terms = choices.map((choice) => weights[choice]! * values[rowOf[choice]! * hidden + (i % hidden)]!);
    const expected = terms.reduce((sum, term) => sum + term, 0);
    // A rounding to bfloat16 at the end, and roundings of float32 on the way.
    const bound = Math.abs(expected) * 2 ** -8 + 1e-6;
    expect(Math.abs(sums[i]! - expected)).toBeLessThanOrEqual(bound);
  }
});

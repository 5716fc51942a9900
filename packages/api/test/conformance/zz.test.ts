import { requestDevice } from '@dg/runtime';
import { type CaseSizes, seededRandom, testDevice } from '@dg/testing';
import { it } from 'vitest';
import { gemmOperations } from '../search/gemm-operations.js';

it('x', { timeout: 1e9 }, async () => {
  const device = await testDevice();
  const reference = device.kind === 'cpu' ? undefined : await requestDevice('cpu');
  const sizes = (process.env['ZS'] ?? 'full') as CaseSizes;
  const ops = gemmOperations();
  const count = Number(process.env['ZN'] ?? 300);
  const times: Record<string, number[]> = {};
  let fails = 0;
  for (let i = 0; i < count; i++) {
    const random = seededRandom(Number(process.env['ZSEED'] ?? 1)).fork(i);
    const op = random.pick(ops);
    const refused = random.chance(0.1);
    const c = refused ? op.drawRefused(random, sizes) : op.draw(random, sizes);
    const t = performance.now();
    try {
      await c.check({ device, reference });
    } catch (e) {
      fails++;
      console.log(
        i,
        op.name,
        refused,
        (e as Error).message.slice(0, 700),
        process.env['ZV'] ? (e as Error).stack : '',
      );
    }
    const ms = performance.now() - t;
    (times[refused ? 'refused' : op.name] ??= []).push(ms);
    if (process.env['ZV']) console.log(i, ms.toFixed(0), c.description.slice(0, 300));
  }
  console.log('fails', fails);
  for (const [n, t] of Object.entries(times))
    console.log(
      n.padEnd(32),
      t.length,
      (t.reduce((a, b) => a + b) / t.length).toFixed(1),
      Math.max(...t).toFixed(0),
    );
});

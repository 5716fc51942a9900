import { describe, expect, it } from 'vitest';
import { createProgram } from './create-program.js';
import { keepExitCode, outputOf } from './testing/output-of.js';

const dg = (...parameters: string[]) => outputOf(createProgram, parameters);

const smallShape = ['--m', '20', '--n', '24', '--k', '100'];

describe('dg', () => {
  keepExitCode();

  it('demo passes on the cpu, names the device and prints one line per operation', async () => {
    const text = await dg('demo', '--device', 'cpu', ...smallShape);
    expect(text).toMatch(/^device: cpu, .*chosen by --device/);
    expect(text).toMatch(/fp8GemmNt\s+cpu\s+20 x 24 x 100 .*pass/);
    expect(text).toMatch(/bf16GemmNt\s+cpu\s+20 x 24 x 100 .*pass/);
    expect(process.exitCode).toBeUndefined();
  });

  it('demo --require-gpu fails on the cpu', async () => {
    await expect(dg('demo', '--device', 'cpu', '--require-gpu', ...smallShape)).rejects.toThrow(
      'expected a cuda device for --require-gpu but received cpu',
    );
  });

  it.each(['0', '-3', '1.5', 'many', '1e99'])('demo refuses %s rows', async (rows) => {
    await expect(dg('demo', '--device', 'cpu', '--m', rows)).rejects.toThrow(
      `expected an integer of at least 1 but received ${rows}`,
    );
  });

  it('demo refuses an unknown device', async () => {
    await expect(dg('demo', '--device', 'abacus')).rejects.toThrow('abacus');
  });

  it('info names GPU, compiler, cache and Node', async () => {
    const text = await dg('info');
    for (const fact of ['GPU', 'nvcc', 'cache', `node   ${process.version}`]) expect(text).toContain(fact);
  });

  it('info --json can be parsed', async () => {
    const info = JSON.parse(await dg('info', '--json'));
    expect(typeof info.availability.available).toBe('boolean');
    expect(typeof info.cacheDirectory).toBe('string');
    expect(info.node).toBe(process.version);
  });
});

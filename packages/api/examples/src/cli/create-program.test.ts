import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { keepExitCode, outputOf } from '../../../src/cli/testing/output-of.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { createProgram } from './create-program.js';

const fileAt = temporaryFolder();

const run = (...parameters: string[]) => outputOf(createProgram, parameters);

const smallModel = ['--hidden', '128', '--intermediate', '128', '--experts', '3'];
const fewTokens = ['--prefill-tokens', '3', '--decode-tokens', '2', '--top-k', '2'];

describe('the examples', () => {
  keepExitCode();

  it('moe makes a model, runs it and removes it', async () => {
    const text = await run('moe', '--device', 'cpu', ...smallModel, ...fewTokens);
    expect(text).toMatch(/^device: cpu, .*chosen by --device/);
    expect(text).toMatch(/every check passed$/);
    expect(process.exitCode).toBeUndefined();
    const path = /model: (\S+),/.exec(text)![1]!;
    expect(() => readFileSync(path)).toThrow('ENOENT');
  });

  it('moe takes a model that write-model wrote', async () => {
    const path = fileAt('written.safetensors');
    expect(await run('write-model', '--out', path, ...smallModel)).toContain(
      `model: ${path}, random weights`,
    );
    const text = await run('moe', '--device', 'cpu', '--model', path, ...fewTokens);
    expect(text).toContain('layer: 3 experts, hidden 128, intermediate 128');
    expect(text).toMatch(/every check passed$/);
  });

  it('moe refuses a broken model with a clear error', async () => {
    const path = fileAt('broken.safetensors');
    await run('write-model', '--out', path, ...smallModel);
    writeFileSync(path, readFileSync(path).subarray(0, -1));
    await expect(run('moe', '--device', 'cpu', '--model', path)).rejects.toThrow(
      /broken\.safetensors: expected data_offsets of tensor .* in ascending order within \d+ bytes/,
    );
  });

  it('linear runs a step of training', async () => {
    const text = await run(
      'linear',
      '--device',
      'cpu',
      '--tokens',
      '32',
      '--inputs',
      '48',
      '--outputs',
      '64',
    );
    expect(text).toContain('linear layer: 32 tokens, 48 inputs, 64 outputs');
    expect(text).toMatch(/every check passed$/);
  });

  it.each([
    ['moe', '--top-k', '0', 'expected an integer of at least 1 but received 0'],
    ['moe', '--layer', '-1', 'expected an integer of at least 0 but received -1'],
    ['linear', '--tokens', '1.5', 'expected an integer of at least 1 but received 1.5'],
  ])('%s refuses %s %s', async (command, option, value, message) => {
    await expect(run(command, '--device', 'cpu', option, value)).rejects.toThrow(message);
  });
});

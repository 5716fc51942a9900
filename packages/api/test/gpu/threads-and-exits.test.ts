import { describe, expect, it } from 'vitest';
import { runInProcess, runInWorker } from '../support/built-package.js';

/** Ones times ones: every element of D is K. */
const multiplyOnes = `
  const size = 256;
  const one = 0x3f80;
  const device = await dg.requestDevice('cuda');
  const ones = device.tensor(new Uint16Array(size * size).fill(one), [size, size], 'bfloat16');
  const d = device.empty([size, size], 'float32');
`;

/** The same of FP8, with scales of one; and two groups of it, whose tensor maps are made on the device. */
const multiplyFp8Ones = `
  ${multiplyOnes}
  const codes = device.tensor(new Uint8Array(size * size).fill(0x38), [size, size], 'float8_e4m3fn');
  const scales = (...shape) => device.tensor(new Float32Array(shape[0] * shape[1]).fill(1), shape, 'float32');
  const [a, b] = [scales(size, 2), scales(2, 2)].map((each) => ({ data: codes, scales: each }));
  const inBlocks = { data: codes.reshape([size * size]), scales: scales(2, size) };
  const ks = device.tensor(Int32Array.of(128, 128), [2], 'int32');
  const [dOfFp8, dOfGroups] = [device.empty([size, size], 'float32'), device.empty([2, size, size], 'float32')];
`;

/** The same in groups: two masks, three segments of rows, three ranges of K. */
const multiplyOnesInGroups = `
  ${multiplyOnes}
  const int32 = (...values) => device.tensor(Int32Array.from(values), [values.length], 'int32');
  const matrix = (rows) => device.tensor(new Uint16Array(rows * size).fill(one), [rows, size], 'bfloat16');
  const groups = matrix(3 * size).reshape([3, size, size]);
  const segments = int32(...Array.from({ length: 3 * size }, (_, row) => [2, 0, 1][Math.floor(row / size)]));
  const [masks, ks] = [int32(size, size, size), int32(128, 0, 128)];
  const dOf = (...shape) => device.empty(shape, 'float32');
  const [contiguous, masked, kGrouped] = [dOf(3 * size, size), dOf(3, size, size), dOf(3, size, size)];
  const enqueue = () => {
    dg.mGroupedBf16GemmNtContiguous(matrixOfOnes, groups, contiguous, segments);
    dg.mGroupedBf16GemmNtMasked(groups, groups, masked, masks, size);
    dg.kGroupedBf16GemmTnContiguous(ones, ones, kGrouped, ks);
  };
  const matrixOfOnes = matrix(3 * size);
  const wrongIn = async (d, expected) =>
    (await d.read()).filter((value, index) => value !== expected(Math.floor(index / size / size))).length;
`;

const queueLongWork = `
  const size = 8192;
  const device = await dg.requestDevice('cuda');
  const a = device.zeros([size, size], 'bfloat16');
  const d = device.empty([size, size], 'bfloat16');
  dg.bf16GemmNt(a, a, d);
  await device.synchronize();
  for (let call = 0; call < 300; call++) dg.bf16GemmNt(a, a, d);
`;

/** Writes through address 0 and so breaks the context of its process. */
const faultingKernel = `
  const faulting = device.kernel({
    name: 'fault',
    entry: 'fault',
    code: 'extern "C" __global__ void fault(int* target) { *target = 1; }',
    includeRoots: [],
  });
  faulting.launch({ grid: [1, 1, 1], block: [1, 1, 1], arguments: [{ type: 'null' }] });
`;

describe('threads', () => {
  // Pitfall: an addon that cannot be loaded in two workers.
  it('several worker threads run GEMMs at once', async () => {
    const job = `
      ${multiplyOnes}
      let wrong = 0;
      for (let round = 0; round < 20; round++) {
        for (let call = 0; call < 10; call++) dg.bf16GemmNt(ones, ones, d);
        wrong += (await d.read()).filter((value) => value !== size).length;
      }
      report(wrong);
    `;
    expect(await Promise.all([runInWorker(job), runInWorker(job), runInWorker(job)])).toEqual([0, 0, 0]);
  });

  it('two worker threads run FP8 and BF16 GEMMs at once', async () => {
    const job = `
      ${multiplyFp8Ones}
      let wrong = 0;
      const expectIn = async (d, expected) => {
        wrong += (await d.read()).filter((value) => value !== expected).length;
      };
      for (let round = 0; round < 20; round++) {
        for (let call = 0; call < 5; call++) {
          dg.fp8GemmNt(a, b, dOfFp8);
          dg.bf16GemmNt(ones, ones, d);
          dg.kGroupedFp8GemmNtContiguous(inBlocks, inBlocks, dOfGroups, ks);
        }
        await expectIn(dOfFp8, size);
        await expectIn(d, size);
        await expectIn(dOfGroups, 128);
      }
      report(wrong);
    `;
    expect(await Promise.all([runInWorker(job), runInWorker(job)])).toEqual([0, 0]);
  });

  it('two worker threads run grouped GEMMs at once', async () => {
    const job = `
      ${multiplyOnesInGroups}
      let wrong = 0;
      for (let round = 0; round < 20; round++) {
        for (let call = 0; call < 5; call++) enqueue();
        wrong += await wrongIn(contiguous, () => size);
        wrong += await wrongIn(masked, () => size);
        wrong += await wrongIn(kGrouped, (group) => (group === 1 ? 0 : 128));
      }
      report(wrong);
    `;
    expect(await Promise.all([runInWorker(job), runInWorker(job)])).toEqual([0, 0]);
  });

  it('a worker that ends with work in flight leaves the others working', async () => {
    await runInWorker(`${queueLongWork} report(1); process.exit(0);`);
    const after = `${multiplyOnes} dg.bf16GemmNt(ones, ones, d); report((await d.read())[0]);`;
    expect(await runInWorker(after)).toBe(256);
  });
});

describe('exits', () => {
  // Pitfall: a crash at exit with work in flight.
  it.each([
    ['by itself', ''],
    ['by process.exit', 'process.exit(0);'],
    ['while a wait is pending', 'void device.synchronize(); setTimeout(() => process.exit(0), 5);'],
  ])('a process ends normally with work in flight, %s', async (_, end) => {
    const finished = await runInProcess(`${queueLongWork} ${end}`);
    expect(finished).toMatchObject({ exitCode: 0, signal: null, stderr: '' });
  });

  // Pitfall: a native failure aborts the process.
  it('a kernel that faults turns into a typed error on every later call', async () => {
    const finished = await runInProcess(`
      ${multiplyOnes}
      dg.bf16GemmNt(ones, ones, d);
      await d.read();
      ${faultingKernel}
      const outcomes = [];
      const note = (error) => outcomes.push([dg.DgError.isInstance(error), error.code, error.result]);
      await device.synchronize().then(() => outcomes.push('no error'), note);
      try { dg.bf16GemmNt(ones, ones, d); outcomes.push('no error'); } catch (error) { note(error); }
      await d.read().then(() => outcomes.push('no error'), note);
      try { device.empty([1], 'float32'); outcomes.push('no error'); } catch (error) { note(error); }
      d.destroy();
      device.destroy();
      console.log(JSON.stringify(outcomes));
    `);
    expect(finished).toMatchObject({ exitCode: 0, signal: null });
    const fault = [true, 'DG_DRIVER_ERROR', 'CUDA_ERROR_ILLEGAL_ADDRESS'];
    expect(JSON.parse(finished.stdout)).toEqual([fault, fault, fault, fault]);
  });
});

// A process of its own: times the first call of an operation, until its result is there, and prints the microseconds.
// The kernel comes from DG_JIT_CACHE_DIR or is compiled. Inputs are zeros and need no kernel.
import { bf16GemmNt, fp8GemmNt } from '@dg/api';
import { requestDevice } from '@dg/runtime';

const [, , deviceId, operation, ...dimensions] = process.argv;
const [m, n, k] = dimensions.map(Number) as [number, number, number];
const scaleBlock = 128;

const device = await requestDevice(deviceId);
const d = device.empty([m, n], 'bfloat16');
const call = operation === 'bf16_nt' ? bf16Call() : fp8Call();
await device.synchronize();

const start = performance.now();
call();
await device.synchronize();
process.stdout.write(`${(performance.now() - start) * 1000}\n`);

function bf16Call(): () => void {
  const a = device.zeros([m, k], 'bfloat16');
  const b = device.zeros([n, k], 'bfloat16');
  return () => bf16GemmNt(a, b, d);
}

function fp8Call(): () => void {
  const blocksOfK = Math.ceil(k / scaleBlock);
  const a = {
    data: device.zeros([m, k], 'float8_e4m3fn'),
    // MN-major, as the kernel reads them; the shape is a multiple of what TMA needs.
    scales: device.zeros([blocksOfK, m], 'float32').transpose(),
  };
  const b = {
    data: device.zeros([n, k], 'float8_e4m3fn'),
    scales: device.zeros([Math.ceil(n / scaleBlock), blocksOfK], 'float32'),
  };
  return () => fp8GemmNt(a, b, d);
}

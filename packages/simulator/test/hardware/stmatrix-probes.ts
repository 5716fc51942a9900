import { copyFromShared, copyToShared, indices, kernelText } from './kernel-text.js';
import { exact, type Probe } from './probe.js';
import { RandomSource } from './random-source.js';

const threads = 32;
const rowBytes = 16;
const memoryBytes = 1024;

/** stmatrix (PTX ISA 9.7.14.5.16), its rows scattered over shared memory; the rest of it keeps what was there. */
export function stmatrixProbes(): Probe[] {
  return ([1, 2, 4] as const).flatMap((count) =>
    [false, true].map((transposed) => stmatrixProbe(count, transposed)),
  );
}

function stmatrixProbe(count: 1 | 2 | 4, transposed: boolean): Probe {
  const name = `stmatrix x${count}${transposed ? ' transposed' : ''}`;
  const random = new RandomSource(name);
  return {
    name,
    ptx: kernelText({ threads, inputs: 3 }, stmatrixBody(count, transposed)),
    grid: [1, 1, 1],
    block: [threads, 1, 1],
    dynamicSharedMemoryBytes: 1024 + memoryBytes,
    inputs: [random.bytes(memoryBytes), random.bytes(threads * 16), scatteredRows(random)],
    tensorMaps: [],
    output: new Uint8Array(memoryBytes),
    outputType: 'bytes',
    comparison: exact,
  };
}

/** A distinct row of shared memory for each lane, as byte offsets. */
function scatteredRows(random: RandomSource): Uint8Array {
  const rows = indices(memoryBytes / rowBytes);
  const offsets = Uint32Array.from({ length: threads }, () => {
    const [row] = rows.splice(random.integer(0, rows.length - 1), 1);
    return row! * rowBytes;
  });
  return new Uint8Array(offsets.buffer);
}

function stmatrixBody(count: number, transposed: boolean): string {
  const registers = ['%r0', '%r1', '%r2', '%r3'].slice(0, count).join(', ');
  return `${copyToShared('FILL', '%in0', memoryBytes, threads)}
  mul.wide.u32 %rd0, %thread, 16;
  add.s64 %rd0, %rd0, %in1;
  ld.global.v4.u32 {%r0, %r1, %r2, %r3}, [%rd0];
  mul.wide.u32 %rd1, %thread, 4;
  add.s64 %rd1, %rd1, %in2;
  ld.global.u32 %r4, [%rd1];
  add.u32 %r4, %r4, %smem;
  bar.sync 0;
  stmatrix.sync.aligned.m8n8.x${count}${transposed ? '.trans' : ''}.shared.b16 [%r4], {${registers}};
  bar.sync 0;
${copyFromShared('DUMP', '%out', memoryBytes, threads)}`;
}

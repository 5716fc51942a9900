import { copyToShared, indices, kernelText } from './kernel-text.js';
import { drawMatrixBytes, type MatrixType, matrixElementBytes } from './matrix-bytes.js';
import { type OperandLayout, operandLayout } from './operand-layout.js';
import { exact, type Probe } from './probe.js';
import { RandomSource } from './random-source.js';

interface Multiply {
  readonly name: string;
  readonly type: MatrixType;
  readonly n: number;
  readonly a: OperandLayout | 'registers';
  readonly b: OperandLayout;
  /** Instructions along K. */
  readonly steps: number;
  readonly values: 'integers' | 'reals';
  /** Of the first instruction; the others add. */
  readonly scaleD?: 0 | 1;
  readonly scaleA?: 1 | -1;
  readonly scaleB?: 1 | -1;
}

const threads = 128;
const rowsOfA = 64;
const sampledN = [8, 16, 24, 64, 96, 128, 192, 256] as const;
const swizzles = [128, 64, 32, 0] as const;
const majors = ['k', 'mn'] as const;
const types = ['e4m3', 'bf16', 'tf32'] as const;

/** Small integers: every sum is exact in the narrowest accumulator, and every bit decided. */
export function wgmmaExactProbes(): Probe[] {
  return [...widths(), ...kMajorLayouts(), ...bfloatMajors(), ...scales(), ...registerOperands()].map(
    wgmmaProbe,
  );
}

/** Order and precision of the sums are the hardware's own (PTX ISA 9.7.15.5.2): recorded, and compared within a bound. */
export function wgmmaRandomProbes(): Probe[] {
  return types
    .flatMap((type) =>
      [
        { n: 8, steps: 1, scaleD: 0 as const },
        { n: 16, steps: 1, scaleD: 1 as const },
        { n: 24, steps: 4, scaleD: 1 as const },
      ].map(
        (shape): Multiply => ({
          name: `wgmma ${type} of random numbers: n ${shape.n}, ${shape.steps} steps, scale-d ${shape.scaleD}`,
          type,
          ...shape,
          a: operandLayout('k', 128, rowsOfA, shape.steps),
          b: operandLayout('k', 128, shape.n, shape.steps),
          values: 'reals',
        }),
      ),
    )
    .map(wgmmaProbe);
}

function widths(): Multiply[] {
  return types.flatMap((type) =>
    sampledN.map((n) => ({
      name: `wgmma ${type} n ${n}`,
      type,
      n,
      a: operandLayout('k', 128, rowsOfA, 4),
      b: operandLayout('k', 128, n, 4),
      steps: 4,
      values: 'integers' as const,
    })),
  );
}

/** Both ways to lay out an operand, so that each offset of the descriptor shows its role. */
function kMajorLayouts(): Multiply[] {
  return types.flatMap((type) =>
    swizzles.flatMap((swizzle) =>
      (['tight', 'wide'] as const).map((spacing) => {
        const steps = swizzle === 32 ? 1 : 2;
        return {
          name: `wgmma ${type} K-major, swizzle ${swizzle}, ${spacing}`,
          type,
          n: 24,
          a: operandLayout('k', swizzle, rowsOfA, steps, spacing),
          b: operandLayout('k', swizzle, 24, steps, spacing === 'tight' ? 'wide' : 'tight'),
          steps,
          values: 'integers' as const,
        };
      }),
    ),
  );
}

function bfloatMajors(): Multiply[] {
  const widthOf = [64, 96, 24, 8, 128, 16, 192, 40];
  const combinations = majors.flatMap((majorA) =>
    majors.flatMap((majorB) => swizzles.map((swizzle) => ({ majorA, majorB, swizzle }))),
  );
  return combinations
    .filter(({ majorA, majorB }) => majorA === 'mn' || majorB === 'mn')
    .flatMap(({ majorA, majorB, swizzle }, index) =>
      (['tight', 'wide'] as const).map((spacing) => {
        const n = widthOf[(2 * index + (spacing === 'wide' ? 1 : 0)) % widthOf.length]!;
        const steps = swizzle === 32 ? 1 : 2;
        return {
          name: `wgmma bf16 A ${majorA}-major, B ${majorB}-major, swizzle ${swizzle}, ${spacing}, n ${n}`,
          type: 'bf16' as const,
          n,
          a: operandLayout(majorA, swizzle, rowsOfA, steps, spacing),
          b: operandLayout(majorB, swizzle, n, steps, spacing),
          steps,
          values: 'integers' as const,
        };
      }),
    );
}

function scales(): Multiply[] {
  const choices = [
    { scaleD: 0, scaleA: 1, scaleB: 1 },
    { scaleD: 1, scaleA: -1, scaleB: 1 },
    { scaleD: 1, scaleA: 1, scaleB: -1 },
    { scaleD: 0, scaleA: -1, scaleB: -1 },
  ] as const;
  return types.flatMap((type) =>
    choices.map((choice) => ({
      name: `wgmma ${type} scale-d ${choice.scaleD}, scale-a ${choice.scaleA}, scale-b ${choice.scaleB}`,
      type,
      n: 16,
      a: operandLayout('k', 64, rowsOfA, 2),
      b: operandLayout('k', 32, 16, 1),
      steps: 1,
      values: 'integers' as const,
      ...choice,
    })),
  );
}

function registerOperands(): Multiply[] {
  const shared = { a: 'registers', steps: 1, values: 'integers' } as const;
  const kMajor = types.map((type) => ({
    name: `wgmma ${type} with A from registers`,
    type,
    n: 16,
    b: operandLayout('k', 128, 16, 1),
    ...shared,
  }));
  const mnMajor = {
    name: 'wgmma bf16 with A from registers, B mn-major',
    type: 'bf16',
    n: 64,
    b: operandLayout('mn', 128, 64, 1),
    ...shared,
  } as const;
  return [...kMajor, mnMajor];
}

/**
 * Shared memory is an image of drawn numbers, copied in as it is: which of them the product takes shows how the descriptor
 * is read, without a layout of the test's own.
 */
function wgmmaProbe(multiply: Multiply): Probe {
  const { name, type, n, steps, values } = multiply;
  const random = new RandomSource(name);
  const sharedBytes = imageBytes(multiply);
  const image = drawMatrixBytes(random, type, values, sharedBytes);
  const draw = values === 'integers' ? () => random.integer(-64, 64) : () => random.signedUnit();
  const before = Float32Array.from({ length: (n / 2) * threads }, draw);
  const registersOfA = drawMatrixBytes(random, type, values, threads * 16);
  return {
    name,
    ptx: kernelText(
      {
        threads,
        inputs: 3,
        registers: `.reg .f32 %d<${n / 2}>; .reg .b64 %descA, %descB; .reg .pred %accumulate;`,
      },
      multiplyBody(multiply, sharedBytes),
    ),
    grid: [1, 1, 1],
    block: [threads, 1, 1],
    dynamicSharedMemoryBytes: 1024 + sharedBytes,
    inputs: [image, new Uint8Array(before.buffer), registersOfA],
    tensorMaps: [],
    output: new Uint8Array(before.byteLength).fill(0xa5),
    outputType: 'float32',
    comparison:
      values === 'integers'
        ? exact
        : {
            kind: 'bound',
            shareOfLargest: steps * addendsOf(type) * addendError[type],
            reason: `${steps} x ${addendsOf(type)} addends, each cut off at ${addendError[type]} of the largest`,
          },
  };
}

function imageBytes({ a, b }: Multiply): number {
  return (a === 'registers' ? 0 : a.bytes) + b.bytes;
}

/** The products of one instruction, and D. */
function addendsOf(type: MatrixType): number {
  return 32 / matrixElementBytes[type] + 1;
}

/**
 * Of the largest addend. e4m3 keeps 13 bits below it, as measured on an H200 (packages/api/test/support/test-settings.ts);
 * of bf16 and tf32 only float32's own precision is assumed, cut off rather than rounded.
 */
const addendError: Readonly<Record<MatrixType, number>> = { e4m3: 2 ** -13, bf16: 2 ** -23, tf32: 2 ** -23 };

function multiplyBody(multiply: Multiply, sharedBytes: number): string {
  const { n, a, b, steps } = multiply;
  const offsetOfB = a === 'registers' ? 0 : a.bytes;
  const registers = indices(n / 2);
  const place = (register: number) => register * threads * 4;
  return `${copyToShared('FILL', '%in0', sharedBytes, threads)}
  fence.proxy.async.shared::cta;
  mul.wide.u32 %rd0, %thread, 4;
  add.s64 %rd1, %rd0, %in1;
  add.s64 %rd2, %rd0, %out;
  mul.wide.u32 %rd3, %thread, 16;
  add.s64 %rd3, %rd3, %in2;
  ld.global.v4.u32 {%r0, %r1, %r2, %r3}, [%rd3];
${registers.map((i) => `  ld.global.f32 %d${i}, [%rd1+${place(i)}];`).join('\n')}
  bar.sync 0;
  wgmma.fence.sync.aligned;
${indices(steps)
  .map((step) => stepLines(multiply, step, offsetOfB))
  .join('\n')}
  wgmma.commit_group.sync.aligned;
  wgmma.wait_group.sync.aligned 0;
${registers.map((i) => `  st.global.f32 [%rd2+${place(i)}], %d${i};`).join('\n')}`;

  function stepLines(of: Multiply, step: number, atB: number): string {
    const { type, scaleA = 1, scaleB = 1, scaleD = 1 } = of;
    const d = `{${registers.map((i) => `%d${i}`).join(', ')}}`;
    const operandA = a === 'registers' ? '{%r0, %r1, %r2, %r3}' : '%descA';
    const fromRegisters = a === 'registers';
    const transposed = [...(fromRegisters ? [] : [a as OperandLayout]), b].map(({ major }) =>
      major === 'mn' ? 1 : 0,
    );
    const immediates = [scaleA, scaleB, ...(type === 'bf16' ? transposed : [])].join(', ');
    const k = 32 / matrixElementBytes[type];
    return `  setp.ne.b32 %accumulate, ${step === 0 ? scaleD : 1}, 0;
${fromRegisters ? '' : descriptor('%descA', a as OperandLayout, step * (a as OperandLayout).stepBytes)}
${descriptor('%descB', b, atB + step * b.stepBytes)}
  wgmma.mma_async.sync.aligned.m64n${n}k${k}.f32.${type}.${type} ${d}, ${operandA}, %descB, %accumulate, ${immediates};`;
  }
}

const swizzleCodes = { 0: 0n, 128: 1n, 64: 2n, 32: 3n } as const;

/** The matrix descriptor (PTX ISA 9.7.15.5.1.2.2) of what lies `offset` bytes into shared memory. */
function descriptor(register: string, layout: OperandLayout, offset: number): string {
  const { swizzle, leadingBytes, strideBytes } = layout;
  const fields =
    (BigInt(leadingBytes >> 4) << 16n) | (BigInt(strideBytes >> 4) << 32n) | (swizzleCodes[swizzle] << 62n);
  return `  add.u32 %r4, %smem, ${offset};
  shr.u32 %r4, %r4, 4;
  and.b32 %r4, %r4, 16383;
  cvt.u64.u32 ${register}, %r4;
  or.b64 ${register}, ${register}, 0x${fields.toString(16)};`;
}

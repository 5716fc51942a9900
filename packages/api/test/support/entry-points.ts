import * as api from '../../src/index.js';
import type { OperandType } from './number-formats.js';

type Grouping = 'groupedLayout' | 'maskedM' | 'ks';

interface EntryPoint {
  readonly operandType: OperandType;
  /** The argument that says which rows, or which part of K, belong to which group. */
  readonly grouping?: Grouping;
}

const fp8 = { operandType: 'float8_e4m3fn' } as const;
const bf16 = { operandType: 'bfloat16' } as const;

/** Every GEMM of the library. */
export const entryPoints = {
  fp8GemmNt: fp8,
  fp8GemmNn: fp8,
  fp8GemmTn: fp8,
  fp8GemmTt: fp8,
  bf16GemmNt: bf16,
  bf16GemmNn: bf16,
  bf16GemmTn: bf16,
  bf16GemmTt: bf16,
  mGroupedFp8GemmNtContiguous: { ...fp8, grouping: 'groupedLayout' },
  mGroupedFp8GemmNnContiguous: { ...fp8, grouping: 'groupedLayout' },
  mGroupedBf16GemmNtContiguous: { ...bf16, grouping: 'groupedLayout' },
  mGroupedBf16GemmNnContiguous: { ...bf16, grouping: 'groupedLayout' },
  mGroupedFp8GemmNtMasked: { ...fp8, grouping: 'maskedM' },
  mGroupedBf16GemmNtMasked: { ...bf16, grouping: 'maskedM' },
  kGroupedFp8GemmTnContiguous: { ...fp8, grouping: 'ks' },
  kGroupedFp8GemmNtContiguous: { ...fp8, grouping: 'ks' },
  kGroupedBf16GemmTnContiguous: { ...bf16, grouping: 'ks' },
} as const satisfies Readonly<Record<string, EntryPoint>>;

export type EntryPointName = keyof typeof entryPoints;

export const entryPointNames = Object.keys(entryPoints) as EntryPointName[];

export function groupingOf(name: EntryPointName): Grouping | undefined {
  const entry: EntryPoint = entryPoints[name];
  return entry.grouping;
}

/** The arguments of a call, by name; operands of FP8 are split into data and scales. */
export type CallArguments = Readonly<Record<string, unknown>> & { readonly options: object };

/** Where the functions are taken from: the library, or what a test puts in its place. */
export type GemmLibrary = Pick<typeof api, EntryPointName>;

/** Calls a GEMM with whatever is given: D and what follows it in the order of the entry point. */
export function callEntryPoint(name: EntryPointName, given: CallArguments, library: GemmLibrary = api): void {
  const isFp8 = entryPoints[name].operandType === 'float8_e4m3fn';
  const operand = (argument: 'a' | 'b') =>
    isFp8 ? { data: given[`${argument}.data`], scales: given[`${argument}.scales`] } : given[argument];
  const grouping = groupingOf(name);
  const values = [operand('a'), operand('b'), given['d']];
  if (grouping !== undefined) values.push(given[grouping]);
  if (grouping === 'maskedM') values.push(given['expectedM']);
  (library[name] as (...values: unknown[]) => void)(...values, given.options);
}

/** Local memory of one function, in bytes per thread. */
export interface PtxasFunction {
  readonly name: string;
  readonly stackBytes: number;
  readonly spillStoreBytes: number;
  readonly spillLoadBytes: number;
}

/** Resources of one kernel function. */
export interface PtxasEntry extends PtxasFunction {
  /** Per thread. */
  readonly registers: number;
  /** Static shared memory per CTA. */
  readonly sharedBytes: number;
  /** Named barriers per CTA. */
  readonly barriers: number;
}

export interface PtxasWarning {
  /** `C7510`, where the line carries one. */
  readonly code: string | undefined;
  readonly line: string;
}

export interface PtxasReport {
  readonly entries: readonly PtxasEntry[];
  /** Device functions that were not inlined. */
  readonly functions: readonly PtxasFunction[];
  readonly warnings: readonly PtxasWarning[];
}

const ENTRY = /Compiling entry function '([^']+)'/;
const PROPERTIES_OF = /Function properties for (\S+)/;
const LOCAL_MEMORY = /(\d+) bytes stack frame, (\d+) bytes spill stores, (\d+) bytes spill loads/;
const REGISTERS = /Used (\d+) registers/;
const BARRIERS = /used (\d+) barriers/;
const SHARED = /(\d+)(?:\+\d+)? bytes smem/;
// Advice with a code (C7510...) comes as "ptxas info", so the level alone does not tell.
const WARNING = /^ptxas\s+(?:warning\b|\w+\s*:\s*\((C\d+)\))/;
const WARNING_CODE = /\((C\d+)\)/;

type Draft<Shape> = { -readonly [Field in keyof Shape]: Shape[Field] };

/** Reads what `ptxas -v` prints (CUDA 12.3 to 13.0); lines of other tools are passed over. */
export function parsePtxasLog(log: string): PtxasReport {
  const entries = new Map<string, Draft<PtxasEntry>>();
  const functions = new Map<string, Draft<PtxasFunction>>();
  const warnings: PtxasWarning[] = [];
  let compiled: Draft<PtxasEntry> | undefined;
  let described: Draft<PtxasFunction> | undefined;

  for (const line of log.split(/\r?\n/)) {
    if (WARNING.test(line)) warnings.push({ code: WARNING_CODE.exec(line)?.[1], line });

    const entryName = ENTRY.exec(line)?.[1];
    if (entryName !== undefined) {
      compiled = { ...noLocalMemory(entryName), registers: 0, sharedBytes: 0, barriers: 0 };
      entries.set(entryName, compiled);
    }
    const describedName = PROPERTIES_OF.exec(line)?.[1];
    if (describedName !== undefined) {
      described = entries.get(describedName) ?? noLocalMemory(describedName);
      if (!entries.has(describedName)) functions.set(describedName, described);
    }
    const localMemory = LOCAL_MEMORY.exec(line);
    if (localMemory !== null && described !== undefined) {
      described.stackBytes = Number(localMemory[1]);
      described.spillStoreBytes = Number(localMemory[2]);
      described.spillLoadBytes = Number(localMemory[3]);
    }
    const registers = REGISTERS.exec(line);
    if (registers !== null && compiled !== undefined) {
      compiled.registers = Number(registers[1]);
      compiled.barriers = Number(BARRIERS.exec(line)?.[1] ?? 0);
      compiled.sharedBytes = Number(SHARED.exec(line)?.[1] ?? 0);
    }
  }
  return { entries: [...entries.values()], functions: [...functions.values()], warnings };
}

function noLocalMemory(name: string): Draft<PtxasFunction> {
  return { name, stackBytes: 0, spillStoreBytes: 0, spillLoadBytes: 0 };
}

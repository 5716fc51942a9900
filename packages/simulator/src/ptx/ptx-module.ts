/** What `readPtxModule` finds in a PTX text. */
export interface PtxModule {
  /** PTX ISA version: `9.0`. */
  readonly version: string;
  /** `sm_90a`. */
  readonly target: string;
  /** What follows the architecture in `.target`: `debug`, `texmode_unified`. */
  readonly targetOptions: readonly string[];
  readonly addressBits: 32 | 64;
  /** The kernels, in the order of the text. */
  readonly entries: readonly PtxEntry[];
  /** The functions that have a body here. A kernel that calls one needs its instructions too. */
  readonly functions: readonly PtxFunction[];
}

export interface PtxFunction {
  readonly name: string;
  /** Line of the name, from 1. */
  readonly line: number;
  /**
   * How often each opcode stands in the body, modifiers included: `ld.global.u32` → 3. Sorted by opcode. It counts
   * the text, not what is executed, and does not follow calls.
   */
  readonly opcodes: ReadonlyMap<string, number>;
}

export interface PtxEntry extends PtxFunction {
  /** `visible` and `weak` entries can be looked up by name once the module is loaded. */
  readonly linkage: 'visible' | 'weak' | 'internal';
  readonly parameters: readonly PtxParameter[];
  /** `.maxntid` → [384, 1, 1]; a directive without numbers, such as `.explicitcluster`, → []. */
  readonly directives: ReadonlyMap<string, readonly number[]>;
}

export interface PtxParameter {
  readonly name: string;
  /** Element type without its dot: `u64`, `b8`. */
  readonly type: string;
  /** Undefined for a scalar. */
  readonly elementCount: number | undefined;
  readonly alignBytes: number;
  /** Of the whole parameter. */
  readonly bytes: number;
}

import type { PtxBody } from './ptx-body.js';

/**
 * Where a warp keeps each virtual register. 32-bit values live in planes of one word for each lane; 16-bit values take a
 * plane too, 64-bit values two (low, high). A predicate is one bit for each lane of a mask.
 */
export interface RegisterFile {
  readonly planes: ReadonlyMap<string, number>;
  readonly predicates: ReadonlyMap<string, number>;
  /** Registers of two planes. */
  readonly wide: ReadonlySet<string>;
  readonly planeCount: number;
  readonly predicateCount: number;
}

/** Registers that no statement names get no place: nvcc declares far more than it uses. */
export function allocateRegisters(body: PtxBody, used: ReadonlySet<string>): RegisterFile {
  const planes = new Map<string, number>();
  const predicates = new Map<string, number>();
  const wide = new Set<string>();
  let planeCount = 0;
  for (const [name, registerClass] of body.registers) {
    if (!used.has(name)) continue;
    if (registerClass === 'predicate') {
      predicates.set(name, predicates.size);
    } else {
      planes.set(name, planeCount);
      if (registerClass === 'bits64') wide.add(name);
      planeCount += registerClass === 'bits64' ? 2 : 1;
    }
  }
  return { planes, predicates, wide, planeCount, predicateCount: predicates.size };
}

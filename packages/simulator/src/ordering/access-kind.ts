/** How an instruction touches memory; translated code passes one of these numbers. */
export const accessKind = {
  read: 0,
  write: 1,
  /** ld.relaxed, ld.acquire, ld.volatile: ordered against other strong accesses by the hardware. */
  strongRead: 2,
  strongWrite: 3,
  /** atom, red: reads and writes at once. */
  atomic: 7,
} as const;

export const writeBit = 1;
export const strongBit = 2;
export const readModifyWriteBit = 4;

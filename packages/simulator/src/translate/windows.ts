/** High words of generic addresses: state spaces have windows in the generic space (PTX ISA 5.2). */
export const parameterWindow = 0x10000;
export const sharedWindow = 0x20000;

/** Bytes of a window. */
export const windowSize = 2 ** 32;

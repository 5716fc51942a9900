/** How an operand of WGMMA lies in shared memory, in the terms of its descriptor (PTX ISA 9.7.15.5.1.2). */
export interface OperandLayout {
  readonly major: 'k' | 'mn';
  readonly swizzle: 0 | 32 | 64 | 128;
  readonly leadingBytes: number;
  readonly strideBytes: number;
  /** From one instruction's K to the next one's. */
  readonly stepBytes: number;
  /** All that the instructions may read, a multiple of 1024: the next operand starts behind it. */
  readonly bytes: number;
}

/** 8 rows of 16 bytes. */
const coreMatrixBytes = 128;
const coreRows = 8;
/** Of K, or of K and 8 rows of it, in one instruction. */
const chunksOfK = 2;
const mnElementBytes = 2;

/**
 * A layout for `rows` rows of M or N and `steps` instructions along K. Tight or wide decides what comes first, or what lies
 * apart: the two offsets differ in each, and change places.
 */
export function operandLayout(
  major: 'k' | 'mn',
  swizzle: OperandLayout['swizzle'],
  rows: number,
  steps: number,
  spacing: 'tight' | 'wide' = 'tight',
): OperandLayout {
  const sides =
    swizzle === 0
      ? interleaved(rows, steps, spacing)
      : major === 'k'
        ? swizzledKMajor(swizzle, rows, spacing)
        : swizzledMnMajor(swizzle, rows, steps, spacing);
  return { major, swizzle, ...sides, bytes: Math.ceil(sides.bytes / 1024) * 1024 };
}

type Sides = Pick<OperandLayout, 'leadingBytes' | 'strideBytes' | 'stepBytes' | 'bytes'>;

/** Groups of 8 rows, one span wide; the leading offset should not matter, and is odd where the groups lie apart. */
function swizzledKMajor(span: number, rows: number, spacing: 'tight' | 'wide'): Sides {
  const strideBytes = span * coreRows * (spacing === 'tight' ? 1 : 2);
  return {
    leadingBytes: spacing === 'tight' ? 16 : 5 * 16,
    strideBytes,
    stepBytes: 32,
    bytes: (rows / coreRows) * strideBytes,
  };
}

/** Atoms of one span along MN and 8 along K: along K first, or along MN first. */
function swizzledMnMajor(span: number, rows: number, steps: number, spacing: 'tight' | 'wide'): Sides {
  const atomBytes = span * coreRows;
  const atomsOfMn = Math.ceil((rows * mnElementBytes) / span);
  const atomsOfK = chunksOfK * steps;
  const [leadingBytes, strideBytes] =
    spacing === 'tight' ? [atomBytes * atomsOfK, atomBytes] : [atomBytes, atomBytes * atomsOfMn];
  return {
    leadingBytes,
    strideBytes,
    stepBytes: chunksOfK * strideBytes,
    bytes: atomBytes * atomsOfMn * atomsOfK,
  };
}

/** Core matrices, along K first or along M or N first. In both majors the leading offset is the one along K (9.7.15.5.1.2.1). */
function interleaved(rows: number, steps: number, spacing: 'tight' | 'wide'): Sides {
  const matricesOfRows = rows / coreRows;
  const matricesOfK = chunksOfK * steps;
  const [alongK, alongRows] =
    spacing === 'tight'
      ? [coreMatrixBytes, coreMatrixBytes * matricesOfK]
      : [coreMatrixBytes * matricesOfRows, coreMatrixBytes];
  return {
    leadingBytes: alongK,
    strideBytes: alongRows,
    stepBytes: chunksOfK * alongK,
    bytes: coreMatrixBytes * matricesOfRows * matricesOfK,
  };
}

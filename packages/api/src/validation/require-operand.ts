import { bytesPerElement, type DType, describeValue, reject, type Tensor } from '@dg/runtime';
import { isMajor } from './major-of.js';
import { inGivenOrder, type OperandForm } from './operand-form.js';
import { requireRank } from './require-rank.js';
import { rowAlignmentBytes, startMisalignmentBytes } from './start-misalignment.js';

/**
 * Returns `value` as a view [(G,) M or N, K] when it is an operand of the form: K or the other dimension contiguous, base,
 * pitch and group stride multiples of 16 bytes. The alignment is asked for on every device, so that a program that
 * runs on one runs on all.
 */
export function requireOperand(
  operation: string,
  argument: string,
  value: unknown,
  dtype: DType,
  form: OperandForm,
): Tensor {
  const given = requireRank(operation, argument, value, dtype, form.grouped ? 3 : 2);
  const last = given.rank - 1;
  if (given.elementCount > 0) {
    if (!isMajor(given, last, last - 1) && !isMajor(given, last - 1, last)) {
      rejectStrides(operation, argument, given, form);
    }
    if (form.grouped) requireGroupStride(operation, argument, given);
    requireAlignedStart(operation, argument, given);
  }
  return form.kFirst ? given.transpose() : given;
}

export function requireAlignedStart(operation: string, argument: string, tensor: Tensor): void {
  const misalignment = startMisalignmentBytes(tensor);
  if (misalignment !== 0) {
    reject(
      operation,
      `${argument} to start at a multiple of ${rowAlignmentBytes} bytes (pad the offset of the view)`,
      `a start ${misalignment} bytes past one`,
    );
  }
}

/**
 * Throws unless b has K as a, and as many groups where both have them: `groups` is undefined where b alone says how many.
 */
export function requireFittingB(
  operation: string,
  argument: string,
  form: OperandForm,
  b: Tensor,
  k: number,
  groups: number | undefined,
): void {
  const rank = b.rank;
  const wantedGroups = groups ?? b.shape[0]!;
  if (b.shape[rank - 1] === k && (!form.grouped || b.shape[0] === wantedGroups)) return;
  const n = b.shape[rank - 2]!;
  const names = inGivenOrder(form, groups === undefined ? 'G' : 'G from a', form.mn, 'K from a');
  reject(
    operation,
    `${argument} of shape ${describeValue(inGivenOrder(form, wantedGroups, n, k))} (${names.join(', ')})`,
    describeValue(inGivenOrder(form, b.shape[0]!, n, b.shape[rank - 1]!)),
  );
}

/** Says what is wrong with the strides of a matrix that is neither K-major nor MN-major. */
function rejectStrides(operation: string, argument: string, given: Tensor, form: OperandForm): never {
  const last = given.rank - 1;
  const strides = `strides ${describeValue(given.strides)}`;
  if (given.strides[last] !== 1 && given.strides[last - 1] !== 1) {
    reject(operation, `${argument} with a stride of 1 in one of its last two dimensions`, strides);
  }
  const line = given.strides[last] === 1 ? last : last - 1;
  const length = given.shape[line]!;
  const pitch = given.strides[line === last ? last - 1 : last]!;
  const pitchName = line === last ? 'row pitch' : 'column pitch';
  const dimension = (line === last) === form.kFirst ? form.mn : 'K';
  if (pitch < length) {
    reject(
      operation,
      `${argument} with a ${pitchName} of at least ${length} elements (${dimension})`,
      `a ${pitchName} of ${pitch}`,
    );
  }
  const elementBytes = bytesPerElement(given.dtype);
  reject(
    operation,
    `${argument} with a ${pitchName} that is a multiple of ${rowAlignmentBytes} bytes ` +
      `(pad ${dimension} to a multiple of ${rowAlignmentBytes / elementBytes} elements and pass a view of the ` +
      `first ${length} ${line === last ? 'columns' : 'rows'})`,
    `a ${pitchName} of ${pitch} elements (${pitch * elementBytes} bytes)`,
  );
}

function requireGroupStride(operation: string, argument: string, given: Tensor): void {
  const stride = given.strides[0]!;
  const bytes = stride * bytesPerElement(given.dtype);
  if (given.shape[0] === 1 || (bytes > 0 && bytes % rowAlignmentBytes === 0)) return;
  reject(
    operation,
    `${argument} with a group stride that is a multiple of ${rowAlignmentBytes} bytes, and not 0`,
    `a group stride of ${stride} elements (${bytes} bytes)`,
  );
}

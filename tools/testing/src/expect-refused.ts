import { type DeviceBuffer, DgValidationError } from '@dg/runtime';

/** One way to make a right call wrong. */
export interface Spoil<Arguments> {
  readonly name: string;
  /** What the message has to say besides the operation. */
  readonly expected: string | RegExp;
  /** The arguments that change. */
  spoil(): Partial<Arguments>;
}

export interface RefusedCall {
  readonly operation: string;
  readonly expected: string | RegExp;
  call(): unknown;
  /** Memory that must not change, byte by byte. */
  readonly untouched: readonly DeviceBuffer[];
}

/**
 * Makes a call that must be refused: a DgValidationError that starts with the name of the operation, says what was
 * expected and what received, and leaves all memory as it was.
 *
 * @throws Error when anything of that is missing.
 */
export async function expectRefused({ operation, expected, call, untouched }: RefusedCall): Promise<void> {
  const before = await contentsOf(untouched);
  const thrown = await errorOf(call);
  const after = await contentsOf(untouched);
  if (!(thrown instanceof DgValidationError)) {
    throw new Error(`expected a DgValidationError of ${operation} but received ${thrown ?? 'no error'}`);
  }
  const { message } = thrown;
  const names = typeof expected === 'string' ? message.includes(expected) : expected.test(message);
  if (!message.startsWith(`${operation}: expected `) || !message.includes(' but received ') || !names) {
    throw new Error(
      `expected "${operation}: expected … ${expected} … but received …" but received "${message}"`,
    );
  }
  for (const [index, bytes] of before.entries()) {
    const changed = bytes.findIndex((byte, at) => byte !== after[index]![at]);
    if (changed !== -1)
      throw new Error(`expected memory as it was after "${message}" but byte ${changed} changed`);
  }
}

async function contentsOf(buffers: readonly DeviceBuffer[]): Promise<Uint8Array[]> {
  const contents: Uint8Array[] = [];
  for (const buffer of buffers) contents.push(await buffer.read());
  return contents;
}

async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}

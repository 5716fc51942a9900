import { DgError } from '@dg/jit';
import type { Command } from 'commander';

/** Runs the command that was asked for. Trouble goes to stderr, and the process ends with 1. */
export async function runProgram(
  createProgram: (writeLine: (line: string) => void) => Command,
): Promise<void> {
  try {
    await createProgram((line) => process.stdout.write(`${line}\n`)).parseAsync();
  } catch (error) {
    const text = DgError.isInstance(error) ? error.message : String((error as Error)?.stack ?? error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}

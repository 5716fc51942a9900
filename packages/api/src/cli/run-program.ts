import { DgError } from '@dg/runtime';
import type { Command } from 'commander';

/** Runs a command line program to its end. Errors go to stderr, those of the library without a stack, and give exit code 1. */
export async function runProgram(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    const text = DgError.isInstance(error)
      ? `${error.name}: ${error.message}`
      : String((error as Error)?.stack ?? error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  }
}

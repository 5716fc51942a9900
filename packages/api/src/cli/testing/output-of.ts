import type { Command } from 'commander';
import { afterEach, beforeEach } from 'vitest';
import type { WriteLine } from '../write-line.js';

/** Runs a program with the parameters of a user and returns what it says. Errors are thrown. */
export async function outputOf(
  createProgram: (writeLine: WriteLine) => Command,
  parameters: readonly string[],
): Promise<string> {
  const lines: string[] = [];
  const program = createProgram((line) => lines.push(line));
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
  }
  await program.parseAsync([...parameters], { from: 'user' });
  return lines.join('\n');
}

/** Gives each test of a suite an exit code of its own. Call it within `describe`. */
export function keepExitCode(): void {
  beforeEach(() => {
    process.exitCode = undefined;
  });
  afterEach(() => {
    process.exitCode = undefined;
  });
}

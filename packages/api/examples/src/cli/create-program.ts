import { Command } from 'commander';
import { addLinearCommand } from './linear-command.js';
import { addMoeCommand } from './moe-command.js';
import { addWriteModelCommand } from './write-model-command.js';

/** The examples' commands; results go to `writeLine`. */
export function createProgram(writeLine: (line: string) => void): Command {
  const program = new Command('dg-examples').description('real work with FP8 and BF16 GEMMs');
  addMoeCommand(program, writeLine);
  addLinearCommand(program, writeLine);
  addWriteModelCommand(program, writeLine);
  return program;
}

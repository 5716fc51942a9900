import { Command } from 'commander';
import { addCacheCommand } from './cache-command.js';
import { addDemoCommand } from './demo-command.js';
import { addInfoCommand } from './info-command.js';
import { addTuneCommand } from './tune-command.js';
import { addWarmupCommand } from './warmup-command.js';
import type { WriteLine } from './write-line.js';

/** The `dg` command; its results go to `writeLine`. */
export function createProgram(writeLine: WriteLine): Command {
  const program = new Command('dg').description('FP8 and BF16 GEMMs for NVIDIA GPUs');
  addInfoCommand(program, writeLine);
  addDemoCommand(program, writeLine);
  addWarmupCommand(program, writeLine);
  addTuneCommand(program, writeLine);
  addCacheCommand(program, writeLine);
  return program;
}

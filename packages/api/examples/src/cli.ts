import { runProgram } from '../../src/cli/run-program.js';
import { createProgram } from './cli/create-program.js';

void runProgram(createProgram((line) => process.stdout.write(`${line}\n`)));

import { runProgram } from '../../bench/src/run-program.js';
import { createProgram } from './create-program.js';

await runProgram(createProgram);

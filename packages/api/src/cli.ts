#!/usr/bin/env node
import { createProgram } from './cli/create-program.js';
import { runProgram } from './cli/run-program.js';

void runProgram(createProgram((line) => process.stdout.write(`${line}\n`)));

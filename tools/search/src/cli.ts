import { DgError } from '@dg/jit';
import { createProgram } from './create-program.js';

createProgram((line) => process.stdout.write(`${line}\n`))
  .parseAsync()
  .catch((error: unknown) => {
    const text = DgError.isInstance(error) ? error.message : String((error as Error)?.stack ?? error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  });

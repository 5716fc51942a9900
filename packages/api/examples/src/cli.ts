import { DgError } from '@dg/runtime';
import { createProgram } from './cli/create-program.js';

createProgram((line) => process.stdout.write(`${line}\n`))
  .parseAsync()
  .catch((error: unknown) => {
    const text = DgError.isInstance(error)
      ? `${error.name}: ${error.message}`
      : String((error as Error)?.stack ?? error);
    process.stderr.write(`${text}\n`);
    process.exitCode = 1;
  });

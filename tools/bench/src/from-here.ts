import { resolve } from 'node:path';

/** Package managers run scripts in the folder of the package; paths are meant from where the user is. */
export function fromHere(path: string): string {
  return resolve(process.env['INIT_CWD'] ?? process.cwd(), path);
}

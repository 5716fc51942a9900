import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';

/** What comes back from the GPU machine is limited to 16 MiB a file. */
const largestBytes = 12 * 1024 * 1024;

/** Cuts the middle out of a file that is too large to come back; its start and its end say most. */
export function trimFile(path: string, limitBytes = largestBytes): void {
  if (!existsSync(path) || statSync(path).size <= limitBytes) return;
  const content = readFileSync(path);
  const half = Math.floor(limitBytes / 2);
  const gap = Buffer.from(`\n... ${content.length - 2 * half} bytes left out ...\n`);
  writeFileSync(path, Buffer.concat([content.subarray(0, half), gap, content.subarray(-half)]));
}

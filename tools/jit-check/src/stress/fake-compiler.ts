import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minimalCubin } from '../../../../packages/jit/src/testing/minimal-cubin.js';

/** A compiler in place of nvcc: quick to run in numbers, slow enough to be killed over, and it shows who ran it. */
export interface FakeCompiler {
  readonly path: string;
  /** Gets the name of the kernel for each run. */
  readonly runsFile: string;
}

/** What the fake compiler makes of a source. */
export function fakeImage(code: string): Buffer {
  return Buffer.concat([minimalCubin('k'), Buffer.from(code)]);
}

/**
 * Its image is the empty ELF file followed by the source, so that an image tells what it was made of. It writes half of
 * it, waits, and writes all of it; between a tenth and half a second goes by.
 */
export function makeFakeCompiler(directory: string): FakeCompiler {
  const inDirectory = (name: string) => join(directory, name);
  writeFileSync(inDirectory('base'), minimalCubin('k'));
  const log = [
    "ptxas info    : Compiling entry function 'k' for 'sm_90a'",
    'ptxas info    : Function properties for k',
    '    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads',
  ];
  const script = `#!/bin/sh
if [ "$1" = --version ]; then echo 'Cuda compilation tools, release 13.0, V13.0.0'; exit 0; fi
for output; do :; done
head -n 1 source.cu >> '${inDirectory('runs')}'
head -c 100 '${inDirectory('base')}' > "$output"
sleep "0.$(($$ % 5 + 1))"
cat '${inDirectory('base')}' source.cu > "$output"
cat >&2 <<'LOG'
${log.join('\n')}
LOG
`;
  writeFileSync(inDirectory('nvcc'), script, { mode: 0o755 });
  writeFileSync(inDirectory('runs'), '');
  return {
    path: inDirectory('nvcc'),
    runsFile: inDirectory('runs'),
  };
}

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minimalCubin } from './minimal-cubin.js';

export const CLEAN_LOG = [
  "ptxas info    : Compiling entry function 'k' for 'sm_90a'",
  'ptxas info    : Function properties for k',
  '    0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads',
  'ptxas info    : Used 8 registers, used 0 barriers',
].join('\n');

export const SPILLING_LOG = CLEAN_LOG.replace('0 bytes spill stores', '208 bytes spill stores');

const VALID_PTX = '.version 9.0\n.target sm_90a\n.visible .entry k()\n{\n\tret;\n}\n';

export interface FakeNvccOptions {
  readonly release?: string;
  readonly build?: string;
  /** Shell lines run instead of telling the version. */
  readonly versionBody?: string;
  /** Shell lines run instead of a successful compile; `$image` is a valid image, `$output` the file to write. */
  readonly body?: string;
  readonly log?: string;
}

export interface FakeNvcc {
  readonly path: string;
  /** How often it was run to compile. */
  runs(): number;
}

/** An executable in `directory` that answers like nvcc for a kernel whose entry is `k`. */
export function fakeNvcc(directory: string, options: FakeNvccOptions = {}): FakeNvcc {
  const { release = '13.0', build = '36424714_0', log = CLEAN_LOG } = options;
  const inDirectory = (name: string) => join(directory, name);
  writeFileSync(inDirectory('image.cubin'), minimalCubin('k'));
  writeFileSync(inDirectory('image.ptx'), VALID_PTX);
  writeFileSync(inDirectory('log'), `${log}\n`);
  const script = [
    '#!/bin/sh',
    'if [ "$1" = --version ]; then',
    options.versionBody ??
      `  echo 'Cuda compilation tools, release ${release}, V${release}.88'
  echo 'Build cuda_${release}.r${release}/compiler.${build}'`,
    '  exit 0',
    'fi',
    `echo run >> '${inDirectory('runs')}'`,
    'for output; do :; done',
    `image='${directory}/image.'"\${output##*.}"`,
    `cat '${inDirectory('log')}' >&2`,
    options.body ?? 'cp "$image" "$output"',
  ];
  writeFileSync(inDirectory('nvcc'), `${script.join('\n')}\n`, { mode: 0o755 });
  return {
    path: inDirectory('nvcc'),
    runs: () =>
      existsSync(inDirectory('runs'))
        ? readFileSync(inDirectory('runs'), 'utf8').trim().split('\n').length
        : 0,
  };
}

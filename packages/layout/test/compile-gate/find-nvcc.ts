import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of nvcc, looked for where the library looks for it; undefined when there is none. */
export function findNvcc(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const roots = [env['CUDA_HOME'], env['CUDA_PATH']].filter((root) => root !== undefined && root !== '');
  const folders = [
    ...roots.map((root) => join(root!, 'bin')),
    ...(env['PATH'] ?? '').split(delimiter),
    '/usr/local/cuda/bin',
  ];
  const candidates = [env['DG_JIT_NVCC_COMPILER'], ...folders.map((folder) => join(folder, 'nvcc'))];
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path));
}

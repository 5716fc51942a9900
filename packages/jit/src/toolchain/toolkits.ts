import { type Environment, readStringVariable } from '../environment-variables.js';

/** Where a CUDA toolkit usually is. */
export const DEFAULT_TOOLKIT = '/usr/local/cuda';

/** The toolkits that the environment names, the first one first. */
export function namedToolkits(env: Environment): readonly string[] {
  return ['CUDA_HOME', 'CUDA_PATH']
    .map((name) => readStringVariable(env, name))
    .filter((folder) => folder !== undefined);
}

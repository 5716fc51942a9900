import { DgError, findNvcc, NvccVersionReader } from '@dg/jit';

/** Why nvcc cannot be used here; `undefined` when it can. */
export function reasonWithoutNvcc(): string | undefined {
  try {
    new NvccVersionReader().read(findNvcc());
    return undefined;
  } catch (error) {
    if (!DgError.isInstance(error) || error.code !== 'DG_UNAVAILABLE') throw error;
    return error.message;
  }
}

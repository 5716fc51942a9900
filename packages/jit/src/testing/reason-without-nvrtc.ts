import { DgError } from '../errors/dg-error.js';
import { findNvrtcHelper } from '../nvrtc/find-nvrtc-helper.js';
import { findNvrtcLibrary } from '../nvrtc/find-nvrtc-library.js';

/** Why the real NVRTC cannot be tested here; `undefined` when it can. */
export function reasonWithoutNvrtc(): string | undefined {
  try {
    findNvrtcHelper();
    findNvrtcLibrary({ env: process.env });
    return undefined;
  } catch (error) {
    if (!DgError.isInstance(error) || error.code !== 'DG_UNAVAILABLE') throw error;
    return error.message;
  }
}

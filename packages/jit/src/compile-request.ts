import { requestFolder } from './cache/build-record.js';
import { requestKey } from './cache/cache-key.js';
import type { RequestAddress } from './cache/kernel-store.js';
import { type CompileTarget, validateTarget } from './compile-target.js';
import type { IncludedHeaders } from './headers/collect-headers.js';
import type { HeaderClosures } from './headers/header-closures.js';
import type { KernelSource } from './kernel-source.js';
import { imageFile } from './toolchain/toolchain.js';
import { validateKernelSource } from './validate-kernel-source.js';

/** One kernel for one target, before anybody has looked for a compiler. */
export interface CompileRequest {
  readonly source: KernelSource;
  readonly target: CompileTarget;
  readonly key: string;
  readonly address: RequestAddress;
  /** What it includes, as it was when the key was made. */
  readonly headers: IncludedHeaders;
}

/** @throws DgValidationError for a wrong source or target, or a missing header. */
export function makeCompileRequest(
  source: KernelSource,
  target: CompileTarget,
  closures: HeaderClosures,
): CompileRequest {
  validateKernelSource(source);
  validateTarget(target);
  const headers = closures.of(source);
  const key = requestKey(source, target, headers.own);
  return {
    source,
    target,
    key,
    address: { folder: requestFolder(source.name, key), imageName: imageFile(target) },
    headers,
  };
}

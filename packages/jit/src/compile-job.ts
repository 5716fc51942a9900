import { buildFolder } from './cache/build-record.js';
import { buildKey } from './cache/cache-key.js';
import type { BuildAddress } from './cache/kernel-store.js';
import type { CompileRequest } from './compile-request.js';
import type { Toolchain } from './toolchain/toolchain.js';

/** A request, and the compiler that is to answer it. */
export interface CompileJob extends CompileRequest {
  readonly toolchain: Toolchain;
  readonly requestKey: string;
  /** Of the build: equal keys, equal images. */
  readonly key: string;
  readonly address: BuildAddress;
  readonly command: readonly string[];
}

export function makeCompileJob(request: CompileRequest, toolchain: Toolchain): CompileJob {
  const { source, target } = request;
  const key = buildKey(request.key, toolchain, toolchain.flags(source, target));
  return {
    ...request,
    toolchain,
    requestKey: request.key,
    key,
    address: { ...request.address, build: buildFolder(toolchain.kind, key) },
    command: toolchain.command(source, target),
  };
}

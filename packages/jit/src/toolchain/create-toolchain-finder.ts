import type { KernelStore } from '../cache/kernel-store.js';
import type { CompilerSettings } from '../compiler-settings.js';
import { NvccFinder } from '../nvcc/nvcc-toolchain.js';
import { NvccVersionReader } from '../nvcc/nvcc-version.js';
import { VersionMemory } from '../nvcc/version-memory.js';
import { NvrtcFinder } from '../nvrtc/nvrtc-toolchain.js';
import type { ToolchainFinder } from './toolchain.js';

/** Whichever compiler was asked for; nothing is looked for yet. */
export function createToolchainFinder(settings: CompilerSettings, store: KernelStore): ToolchainFinder {
  if (settings.compiler === 'nvrtc') return new NvrtcFinder(settings);
  const memory = new VersionMemory(store.layout.compilers, () => store.isTrusted);
  return new NvccFinder(settings, new NvccVersionReader(memory));
}

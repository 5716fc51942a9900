import type { KernelSource } from '@dg/jit';
import { CudaDevice } from '../cuda/cuda-device.js';
import type { CompiledImage, KernelCompiler } from '../cuda/kernel-compiler.js';
import { FakeBinding, type FakeBindingOptions } from './fake-binding.js';

/** Compiles anything to four bytes, and counts. Its keys are the counts. */
export class FakeCompiler implements KernelCompiler {
  compiled = 0;

  async compile(): Promise<CompiledImage> {
    await Promise.resolve();
    return this.compileSync();
  }

  compileSync(): CompiledImage {
    this.compiled++;
    return { image: new Uint8Array(4), key: String(this.compiled), cached: false };
  }
}

export const anyKernel: KernelSource = { name: 'any-kernel', entry: 'any', code: '', includeRoots: [] };

export function fakeCudaDevice(options: FakeBindingOptions = {}) {
  const binding = new FakeBinding(options);
  const compiler = new FakeCompiler();
  const device = new CudaDevice(binding, 0, { compiler });
  const [allocationStream, reclaimStream, defaultStream] = binding.streams;
  return {
    binding,
    compiler,
    device,
    allocationStream: allocationStream!,
    reclaimStream: reclaimStream!,
    defaultStream: defaultStream!,
  };
}

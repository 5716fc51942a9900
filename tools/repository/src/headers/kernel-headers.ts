import { readRepositoryFile, repositoryFiles } from '../files/repository-files.js';

export const headerRoot = 'kernels/include';

/** The folders of kernels/include/dg in order: each uses itself and those before it. `types` is types.cuh. */
export const headerLayers = [
  'types',
  'ptx',
  'memory',
  'mma',
  'pipeline',
  'schedule',
  'epilogue',
  'gemm',
] as const;

/** The casts and copies stand beside the layers of the GEMMs. */
const layoutMayUse = ['types', 'ptx', 'memory', 'layout'];

export interface KernelHeader {
  /** As it is included: `dg/ptx/wgmma.cuh`. */
  readonly name: string;
  readonly layer: string;
  readonly quotedIncludes: readonly string[];
  readonly systemIncludes: readonly string[];
  /** Without comments. */
  readonly code: string;
}

export function kernelHeaders(): KernelHeader[] {
  return repositoryFiles()
    .filter((path) => path.startsWith(`${headerRoot}/`))
    .map((path) => readHeader(path.slice(headerRoot.length + 1), readRepositoryFile(path)));
}

function readHeader(name: string, text: string): KernelHeader {
  const code = text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
  const included = (pattern: RegExp) => [...code.matchAll(pattern)].map((match) => match[1]!);
  return {
    name,
    layer: layerOf(name),
    quotedIncludes: included(/^\s*#\s*include\s*"([^"]+)"/gm),
    systemIncludes: included(/^\s*#\s*include\s*<([^>]+)>/gm),
    code,
  };
}

/** `dg/ptx/wgmma.cuh` → `ptx`, `dg/types.cuh` → `types`. */
export function layerOf(name: string): string {
  return name.split('/')[1]!.replace(/\.cuh$/, '');
}

/** The layers whose headers a layer may include. Empty for a folder that nobody gave a place. */
export function layersBelow(layer: string): readonly string[] {
  if (layer === 'layout') return layoutMayUse;
  const index = (headerLayers as readonly string[]).indexOf(layer);
  return headerLayers.slice(0, index + 1);
}

import { delimiter } from 'node:path';

/** Where the tools of a system lie: of whoever administers the machine, and not of whoever starts the process. */
const SYSTEM_PATH = ['/usr/local/bin', '/usr/bin', '/bin'];

/**
 * How the allocator of glibc gets memory: in huge pages where the system gives these to who asks (`madvise`), from one heap
 * that never shrinks. A compilation touches some 40 MB, and the first touch of each page of 4 KB was a fifth of the time that
 * NVRTC takes (docs/performance.md). Other C libraries, and older ones, do not know these and go on.
 */
const ALLOCATOR_TUNABLES = {
  'glibc.malloc.hugetlb': 1,
  'glibc.malloc.mmap_threshold': 32 << 20,
  'glibc.malloc.trim_threshold': 1 << 30,
  'glibc.malloc.top_pad': 16 << 20,
};

/**
 * The environment of a compiler, made of nothing that this process was started with: no variable can add a header, a
 * flag or a library to it (CPATH, NVCC_APPEND_FLAGS, LD_PRELOAD), or another program under a name that it runs (PATH).
 */
export function compilerEnvironment(folder: string, temporary: string): Record<string, string> {
  return {
    PATH: [folder, ...SYSTEM_PATH].join(delimiter),
    HOME: temporary,
    TMPDIR: temporary,
    // The log is parsed, so it has to be in English.
    LC_ALL: 'C',
    GLIBC_TUNABLES: Object.entries(ALLOCATOR_TUNABLES)
      .map(([name, value]) => `${name}=${value}`)
      .join(':'),
  };
}

import { fileURLToPath } from 'node:url';

/** Absolute path of the kernel headers. The same relative place from src/ and from dist/. */
export const kernelIncludeRoot = fileURLToPath(new URL('../include', import.meta.url));

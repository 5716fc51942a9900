import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { kernelIncludeRoot } from '../include-root.js';

const folder = join(kernelIncludeRoot, 'dg', 'layout');

describe('layout headers', () => {
  it('include nothing that NVRTC cannot compile, and no other layer', () => {
    const headers = readdirSync(folder);
    expect(headers.length).toBeGreaterThan(0);
    for (const header of headers) {
      const text = readFileSync(join(folder, header), 'utf8');
      const includes = [...text.matchAll(/^#include (.*)$/gm)].map((match) => match[1]);
      const foreign = includes.filter(
        (include) => !/^(<cuda_fp8\.h>|"dg\/(types|(ptx|memory|layout)\/\w+)\.cuh")$/.test(include!),
      );
      expect(foreign, header).toEqual([]);
    }
  });
});

import { expect, it } from 'vitest';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { defaultCacheDirectory } from './default-cache-directory.js';

it('lies in the home of the user', () => {
  expect(defaultCacheDirectory(() => '/users/ada')).toBe('/users/ada/.deep_gemm');
});

it('says how to do without a home', () => {
  const homeless = () => {
    throw new Error('uv_os_homedir returned ENOENT');
  };
  expect(() => defaultCacheDirectory(homeless)).toThrow(DgUnavailableError);
  expect(() => defaultCacheDirectory(homeless)).toThrow(/DG_JIT_CACHE_DIR/);
});

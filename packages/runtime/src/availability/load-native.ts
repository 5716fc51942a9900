import { loadBinding } from '../native/load-binding.js';
import type { BindingLoad } from './assess-cuda.js';

/** The addon of this machine, or why there is none. Memoised by the loader. */
export function loadNative(): BindingLoad {
  return loadBinding();
}

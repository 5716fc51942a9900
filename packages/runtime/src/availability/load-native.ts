import { type LoadedBinding, loadBinding } from '../native/load-binding.js';
import type { BindingLoad } from './assess-cuda.js';

/** The addon of this machine, or why there is none. Memoised by the loader. */
export function loadNative(): BindingLoad {
  return classifyLoad(loadBinding());
}

/** Tells an addon that is not there from one that is there and does not load: their mends differ. */
export function classifyLoad(loaded: LoadedBinding): BindingLoad {
  if ('binding' in loaded) return loaded;
  const { causes } = loaded.failure;
  // The loader's wording for a place that has nothing.
  const absent = causes.every((cause) => /is not (installed|built)$/.test(cause));
  return { failure: { reason: absent ? 'not-built' : 'failed-to-load', causes } };
}

import type { SimStorage } from './sim-storage.js';

/**
 * Who holds memory of a device. The address space must keep every allocation, so a buffer or graph that is forgotten
 * without `destroy` would keep its memory for ever: a finaliser lets go of it.
 */
export class StorageHolders {
  readonly #finaliser = new FinalizationRegistry<readonly SimStorage[]>(releaseAll);

  /** `holder` takes over one hold on each of `storages`, which must not refer to it. */
  add(holder: object, storages: readonly SimStorage[]): void {
    this.#finaliser.register(holder, storages, holder);
  }

  drop(holder: object, storages: readonly SimStorage[]): void {
    this.#finaliser.unregister(holder);
    releaseAll(storages);
  }
}

export function releaseAll(storages: readonly SimStorage[]): void {
  for (const storage of storages) storage.release();
}

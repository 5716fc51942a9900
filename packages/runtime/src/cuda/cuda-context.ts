import { DgValidationError } from '@dg/jit';
import type { DeviceHandle, NativeBinding } from '../native/binding.js';
import { DeviceHealth } from './device-health.js';
import { type GuardedDriver, guardDriver, quietly } from './guarded-driver.js';
import { MemoryOrder } from './memory-order.js';
import { StagingPool } from './staging-pool.js';

/** What the parts of one CUDA device share. Internal to this folder. */
export class CudaContext {
  readonly name: string;
  readonly handle: DeviceHandle;
  readonly health: DeviceHealth;
  readonly driver: GuardedDriver;
  readonly memory: MemoryOrder;
  readonly staging: StagingPool;
  readonly #binding: NativeBinding;
  /** The safety net for what was never destroyed. Held here, as a collected registry runs no callbacks. */
  readonly #finalizers = new FinalizationRegistry<() => void>((release) => quietly(release));
  #holds = 0;
  #destroyed = false;

  /** Throws DgDriverError when the device's context cannot be had. */
  constructor(binding: NativeBinding, ordinal: number, name: string) {
    this.name = name;
    this.#binding = binding;
    this.health = new DeviceHealth(name);
    try {
      this.handle = binding.deviceRetain(ordinal);
    } catch (error) {
      throw this.health.translate(error);
    }
    this.driver = guardDriver(binding, this.health);
    try {
      this.memory = new MemoryOrder(this.driver, this.handle);
      this.staging = new StagingPool(this.driver, this.handle);
    } catch (error) {
      this.#release();
      throw error;
    }
  }

  get destroyed(): boolean {
    return this.#destroyed;
  }

  /** Throws DgValidationError once destroyed, DgDriverError once lost. */
  assertUsable(): void {
    if (this.#destroyed) {
      throw new DgValidationError(`expected a live device for ${this.name} but received a destroyed one`);
    }
    this.health.assertUsable();
  }

  /** Runs `work`, keeping the native device and its memory until the promise settles, whatever is destroyed. */
  async hold<T>(work: () => Promise<T>): Promise<T> {
    this.#holds++;
    try {
      return await work();
    } finally {
      this.#holds--;
      this.#releaseWhenIdle();
    }
  }

  /** Runs `release` when `target` was collected without `forget`; it must not refer to `target`. */
  remember(target: object, release: () => void): void {
    this.#finalizers.register(target, () => this.#unlessDestroyed(release), target);
  }

  forget(target: object): void {
    this.#finalizers.unregister(target);
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.memory.dropOwners();
    this.#destroyed = true;
    this.#releaseWhenIdle();
  }

  /** Destroying the device frees everything natively; handles are stale after that. */
  #unlessDestroyed(release: () => void): void {
    if (!this.#destroyed) release();
  }

  #releaseWhenIdle(): void {
    if (this.#destroyed && this.#holds === 0) this.#release();
  }

  #release(): void {
    quietly(() => this.#binding.deviceRelease(this.handle));
  }
}

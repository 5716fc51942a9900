import type { Device } from '../device/device.js';

/** The devices that are alive, by name, so that one name means one device. One registry per JavaScript environment. */
export class DeviceRegistry {
  readonly #devices = new Map<string, Promise<Device>>();

  /** The device of that name, made by `create` when there is none. `create` is given what takes it out again. */
  get(name: string, create: (onDestroy: () => void) => Device | Promise<Device>): Promise<Device> {
    const known = this.#devices.get(name);
    if (known !== undefined) return known;
    const onDestroy = () => {
      if (this.#devices.get(name) === made) this.#devices.delete(name);
    };
    // On a later turn, so that `made` is set before anything can fail or be destroyed.
    const made = Promise.resolve()
      .then(() => create(onDestroy))
      .catch((error: unknown) => {
        onDestroy();
        throw error;
      });
    this.#devices.set(name, made);
    return made;
  }
}

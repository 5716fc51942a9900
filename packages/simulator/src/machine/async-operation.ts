/** Work that the hardware does beside the warps: executed at a moment that the seed picks. */
export interface AsyncOperation {
  execute(): void;
}

/** Operations under way. Those of one chain keep their order; chains are independent. */
export class AsyncOperations {
  readonly #chains = new Map<object, AsyncOperation[]>();

  get count(): number {
    return this.#chains.size;
  }

  add(chain: object, operation: AsyncOperation): void {
    const operations = this.#chains.get(chain);
    if (operations === undefined) this.#chains.set(chain, [operation]);
    else operations.push(operation);
  }

  /** Executes the first operation of the chain that `index` picks, 0 to `count` - 1. */
  execute(index: number): void {
    const chain = [...this.#chains.keys()][index]!;
    const operations = this.#chains.get(chain)!;
    const operation = operations.shift()!;
    if (operations.length === 0) this.#chains.delete(chain);
    operation.execute();
  }
}

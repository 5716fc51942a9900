import { fileIdentity } from './file-identity.js';

/** What is read out of files, once for each: again only where the file at that path has changed. */
export class FileFacts<Fact> {
  readonly #read: (path: string) => Fact;
  readonly #known = new Map<string, { readonly identity: string; readonly fact: Fact }>();

  constructor(read: (path: string) => Fact) {
    this.#read = read;
  }

  /** Throws what `read` throws, and what node:fs throws where there is no file. */
  of(path: string): Fact {
    // First, so that a change while it is read shows the next time.
    const identity = fileIdentity(path);
    const known = this.#known.get(path);
    if (known?.identity === identity) return known.fact;
    const fact = this.#read(path);
    this.#known.set(path, { identity, fact });
    return fact;
  }
}

/**
 * `Symbol.dispose`, which early releases of Node 20 lack. Nothing global is patched: there the methods
 * are found under the key that compilers of `using` fall back to.
 */
export const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);

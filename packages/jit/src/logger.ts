/** Where a package says something that is not an error. Silent unless DG_LOG or a `logger` says otherwise. */
export interface Logger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
}

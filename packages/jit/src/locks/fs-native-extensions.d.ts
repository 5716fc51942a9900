// What is used of fs-native-extensions, which has no types of its own.
declare module 'fs-native-extensions' {
  /** Locks the whole file for writing. False while another open file description holds a lock on it. */
  export function tryLock(fileDescriptor: number): boolean;
}

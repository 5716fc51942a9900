/** What is wrong with a PTX text, as `expected ... but received ...`; `undefined` when it is whole and has `entry`. */
export function ptxFault(image: Uint8Array, entry: string): string | undefined {
  const text = Buffer.from(image.buffer, image.byteOffset, image.byteLength).toString('utf8');
  if (text.length === 0) return 'expected PTX but received an empty file';
  if (!/^\s*\.version\s/m.test(text)) return 'expected a .version line in the PTX but received none';
  if (!new RegExp(String.raw`\.entry\s+${entry}\b`).test(text)) {
    return `expected .entry ${entry} in the PTX but received none of that name`;
  }
  const [opened, closed] = [text.split('{').length - 1, text.split('}').length - 1];
  if (opened === 0 || opened !== closed) {
    return `expected as many closing as opening braces in the PTX but received ${closed} for ${opened}`;
  }
  return undefined;
}

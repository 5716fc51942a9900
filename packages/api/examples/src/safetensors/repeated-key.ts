/**
 * The first key that an object of a JSON text has twice, at any depth; undefined when there is none. JSON.parse takes
 * the last of them without a word, so that two readers may see two files.
 *
 * @param text valid JSON.
 */
export function findRepeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  let lastString = '';
  for (let place = 0; place < text.length; place++) {
    switch (text[place]) {
      case '{':
      case '[':
        open.push(new Set());
        break;
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        const end = endOfString(text, place);
        lastString = text.slice(place, end);
        place = end - 1;
        break;
      }
      case ':': {
        // Parsed, because `"a"` and `"\u0061"` are one key.
        const key = JSON.parse(lastString) as string;
        const keys = open.at(-1)!;
        if (keys.has(key)) return key;
        keys.add(key);
        break;
      }
    }
  }
  return undefined;
}

/** One past the closing quote of the string that starts at `place`. */
function endOfString(text: string, place: number): number {
  let end = place + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

/** Instructions whose second word is not a modifier: another instruction goes by the first word alone. */
const twoWords = /^(st\.async)(?:\.|$)/;

/** `st.shared.v2.f32` is `st` with three modifiers. */
export function splitOpcode(text: string): readonly [opcode: string, ...modifiers: string[]] {
  const two = twoWords.exec(text)?.[1];
  if (two === undefined) return text.split('.') as [string, ...string[]];
  return [two, ...text.slice(two.length + 1).split('.')];
}

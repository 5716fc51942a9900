/**
 * A configuration as C++ designated initialisers: `{.group_rows = 1u, .ue8m0 = true}`. The C++ struct has the same
 * fields in the same order, in snake_case.
 */
export function configLiteral(config: Readonly<Record<string, number | boolean | string>>): string {
  const fields = Object.entries(config).map(([field, value]) => `.${snakeCase(field)} = ${literal(value)}`);
  return `{${fields.join(', ')}}`;
}

/** `groupRows` → `group_rows`. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A string stands for itself: an enumerator. */
function literal(value: number | boolean | string): string {
  return typeof value === 'number' ? `${value}u` : String(value);
}

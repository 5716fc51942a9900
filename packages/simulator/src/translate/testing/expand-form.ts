/** Every instruction that a form stands for: `[.x]` may be left out, `{a,b}` is one of these. */
export function expandForm(form: string): string[] {
  const choice = /^(.*?)\{([^{}]*)\}(.*)$/.exec(form);
  const optional = /^([^[]*)\[([^[\]]*)\](.*)$/.exec(form);
  if (optional !== null) {
    const [, before, option, after] = optional as unknown as [string, string, string, string];
    return [...expandForm(before + after), ...expandForm(before + option + after)];
  }
  if (choice === null) return [form];
  const [, before, options, after] = choice as unknown as [string, string, string, string];
  return options.split(',').flatMap((option) => expandForm(before + option + after));
}

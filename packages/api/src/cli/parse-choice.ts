import { InvalidArgumentError } from 'commander';

/** A parser of one of the choices. */
export function choiceOf<Choice extends string>(choices: readonly Choice[]): (text: string) => Choice {
  return (text) => {
    const choice = choices.find((candidate) => candidate === text);
    if (choice !== undefined) return choice;
    throw new InvalidArgumentError(`expected ${choices.join(', ')} but received ${text}`);
  };
}

/** A parser of several, with commas between them. */
export function choicesOf<Choice extends string>(choices: readonly Choice[]): (text: string) => Choice[] {
  return (text) => text.split(',').map(choiceOf(choices));
}

import { DgValidationError } from '../errors/dg-validation-error.js';

/** One `#include` line. */
export interface IncludeDirective {
  readonly name: string;
  readonly form: 'quoted' | 'angled';
}

/**
 * What a preprocessor must not mistake for a directive or a comment. Numbers are here because of their digit
 * separators (`1'000`), which are no character literals.
 */
const TOKEN = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))`,
    String.raw`(?<rawString>R"(?<delimiter>[^()\\\s"]{0,16})\([\s\S]*?\)\k<delimiter>")`,
    String.raw`"(?:[^"\\\n]|\\.)*"`,
    String.raw`\b\d(?:'?[\w.])*`,
    String.raw`'(?:[^'\\\n]|\\.)*'`,
  ].join('|'),
  'g',
);
const LINE_CONTINUATION = /\\\r?\n/g;
const DIRECTIVE = /^[ \t]*(?:#|%:)[ \t]*(?<kind>include_next|include|import)\b[ \t]*(?<operand>[^\r\n]*)/gm;
const OPERAND = /^(?:"(?<quoted>[^"]+)"|<(?<angled>[^>]+)>)/;

/**
 * Every `#include` of a C++ text, in order, whatever `#if` stands around it: too many headers in a cache key cost a
 * compile, too few give a wrong kernel.
 * @throws DgValidationError for what cannot be followed: a macro as operand, `#include_next`, `#import`.
 */
export function scanIncludes(text: string, origin: string): readonly IncludeDirective[] {
  return [...withoutComments(text).matchAll(DIRECTIVE)].map(({ groups }) => {
    const operand = OPERAND.exec(groups?.['operand'] ?? '');
    if (groups?.['kind'] !== 'include' || operand === null) {
      throw new DgValidationError(
        `expected #include "..." or #include <...> in ${origin} but received #${groups?.['kind']} ${groups?.['operand']}`,
      );
    }
    const { quoted, angled } = operand.groups ?? {};
    return quoted === undefined ? { name: angled ?? '', form: 'angled' } : { name: quoted, form: 'quoted' };
  });
}

function withoutComments(text: string): string {
  return text.replace(LINE_CONTINUATION, '').replace(TOKEN, (token, ...rest) => {
    const groups = rest.at(-1) as { comment?: string; rawString?: string };
    if (groups.comment !== undefined) return ' ';
    return groups.rawString === undefined ? token : '""';
  });
}

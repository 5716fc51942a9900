import { describe, expect, it } from 'vitest';
import { scanIncludes } from './scan-includes.js';

const names = (text: string) =>
  scanIncludes(text, 'test').map(({ form, name }) => (form === 'quoted' ? `"${name}"` : `<${name}>`));

describe('scanIncludes', () => {
  it('finds both forms, in order, however they are spaced', () => {
    expect(
      names('#include "a.h"\n  #  include <b.h>\n\t#include"c/d.h" // why\r\n%:include "e.h"\n'),
    ).toEqual(['"a.h"', '<b.h>', '"c/d.h"', '"e.h"']);
  });

  it('follows a directive after a comment and over a continued line', () => {
    expect(names('/* note */ #include "a.h"\n#include \\\n "b.h"\n/* two\nlines */#include "c.h"')).toEqual([
      '"a.h"',
      '"b.h"',
      '"c.h"',
    ]);
  });

  it('finds those under a condition', () => {
    expect(names('#if 0\n#include "a.h"\n#endif')).toEqual(['"a.h"']);
  });

  it('passes over comments, strings and raw strings', () => {
    expect(
      names(
        '// #include "a.h"\n/*\n#include "b.h"\n*/\nauto s = R"x(\n#include "c.h"\n)x";\nauto t = "#include <d.h>";',
      ),
    ).toEqual([]);
  });

  it.each([
    'int n = 1\'000; auto s = "/*";\n',
    'auto s = "a\'/*b"; int n = 2\'000;\n',
    'char c = \'"\'; /* " */\n',
    'auto s = "\\"/*";\n',
    'f(1\'000, "a\'/*b");\n',
    "#error don't\n",
  ])('is not led astray by %j', (prefix) => {
    expect(names(`${prefix}#include "a.h"\n/* end */`)).toEqual(['"a.h"']);
  });

  it.each(['#include HEADER', '#include_next <a.h>', '#import "a.h"', '#include "a.h'])(
    'refuses %j',
    (line) => {
      expect(() => scanIncludes(`${line}\n`, 'gemm/x.h')).toThrow('in gemm/x.h but received');
    },
  );
});

import { expect, it } from 'vitest';
import { formatTable } from './format-table.js';

it('aligns columns and leaves no blanks at the ends of lines', () => {
  const rows = [
    ['a', 'long header'],
    ['wide cell', 'x'],
  ];
  expect(formatTable(rows)).toBe('a          long header\n---------  -----------\nwide cell  x');
});

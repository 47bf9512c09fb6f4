// Tables as CSV: what comes out is what went in, and no cell is a formula.
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvCell, csvOf } from '../../shared/csv.ts';

it.each([
  ['=1+1', "'=1+1"],
  ['+44 20 7946 0000', '+44 20 7946 0000'],
  ['+44 20+1', "'+44 20+1"],
  ['-2', "'-2"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['|calc', "'|calc"],
  ['\t=1', '"\'\t=1"'],
  ['  =1', "'  =1"],
  ['\r=1', '"\'\r=1"'],
  ['＝1', "'＝1"],
  ['\u200b=1', "'\u200b=1"],
  ['Fabrikam', 'Fabrikam'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['a\nb', '"a\nb"'],
  [' padded ', '" padded "'],
  [-5, '-5'],
  [null, ''],
  [undefined, ''],
])('%j becomes %j', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

it('comes out as it went in, but for the apostrophe before a formula', () => {
  const cell = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('=1', '+1', '"', ',', '\r\n', '\t@', ''));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
      const read: string[][] = parse(csvOf(['a', 'b'], rows), { bom: true, record_delimiter: '\r\n' });
      expect(read[0]).toEqual(['a', 'b']);
      const unguarded = read.slice(1).map((row) => row.map((value, at) => [value, at] as const));
      unguarded.forEach((row, index) => {
        for (const [value, at] of row) {
          const given = rows[index]?.[at] ?? '';
          expect([given, `'${given}`]).toContain(value);
          expect(value.replace(/^\+\d[\d ]*$/, '')).not.toMatch(/^[\s\p{Cf}]*[=+\-@|%]/u);
        }
      });
    }),
  );
});

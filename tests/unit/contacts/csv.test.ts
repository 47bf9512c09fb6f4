// A mobile number in a file for spreadsheets: it can be dialled, and what only looks like one cannot be run.
import { describe, expect, it } from 'vitest';
import { csvCell } from '../../../shared/csv.ts';

describe('a telephone number in CSV', () => {
  it.each(['+44 7700 900123', '+447700900123', '+1 425 555 0100'])('MP-12 stays as it is: %s', (number) => {
    expect(csvCell(number)).toBe(number);
  });

  it.each(['+1+cmd', '+1-800-555', '+44 7700|calc', '+', '+A1', '+44 (0) 20', '=1+1', '-1', '@SUM(A1)'])(
    'is none that could be run: %s',
    (text) => {
      expect(csvCell(text).startsWith("'")).toBe(true);
    },
  );
});

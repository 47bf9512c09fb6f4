// Tables as CSV (RFC 4180) that a spreadsheet opens as text. Pure.

/** Opening a file must run nothing: https://owasp.org/www-community/attacks/CSV_Injection */
const formulaStart = /^[\s\p{Cf}]*[=+\-@\t\r|%＝＋－＠]/u;
/** `+44 7700 900123` can run nothing, a sum of digits at worst; with an apostrophe in front no telephone would dial it. */
const telephone = /^\+\d[\d ]*$/;
const needsQuotes = /[",;\t\r\n]|^\s|\s$/;

export type CsvValue = string | number | null | undefined;

/** The table with its header, each line ended by CR LF; beginning with the mark by which Excel knows UTF-8. */
export function csvOf(header: readonly string[], rows: Iterable<readonly CsvValue[]>): string {
  return `\uFEFF${[header, ...rows].map(csvLine).join('')}`;
}

/** One line, for tables that are written piece by piece. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}

/** One value. Text that a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers. */
export function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  const text = formulaStart.test(value) && !telephone.test(value) ? `'${value}` : value;
  return needsQuotes.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

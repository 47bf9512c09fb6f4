// The titles of the tests in a source file, without running it: of those that run, not of what is commented out or skipped.

const call =
  /\b(it|test|describe)((?:\.\w+(?:\((?:[^()]|\([^()]*\))*\))?)*)\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)(\s*,\s*\{[^{}]*\})?/g;
/** Such a test does not run, or is meant to fail: it shows nothing. `skipIf` runs somewhere. */
const showsNothing = /\.(?:skip|todo|fails)\b|\b(?:skip|todo|fails): true/;
const literal = /'((?:[^'\\\n]|\\.)*)'/g;
/** Comments, texts, and regular expressions, which stand where a value may begin. */
const token =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|(?<=[(,=:[!&|?{};]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;

/**
 * The titles of tests and of their groups. Where a title begins with `%s`, a row of its table gives the beginning: then
 * every text of the file that `isRow` takes is a title, too.
 */
export function parseTitles(source: string, isRow: (text: string) => boolean): string[] {
  const code = withoutSkipped(source.replace(token, (text) => (isComment(text) ? blank(text) : text)));
  const titles = [...code.matchAll(call)].map((found) => found[3] ?? found[4] ?? found[5] ?? '');
  if (!titles.some((title) => title.startsWith('%s'))) return titles;
  const rows = [...code.matchAll(literal)].map(([, text = '']) => text);
  return [...titles, ...rows.filter((text) => isRow(text) && !titles.includes(text))];
}

function withoutSkipped(code: string): string {
  // Brackets inside texts do not count.
  const bare = code.replace(token, blank);
  let left = code;
  for (const { index, 1: name = '', 2: modifiers = '', 6: options = '' } of code.matchAll(call)) {
    if (!showsNothing.test(modifiers + options)) continue;
    const end = endOfCall(bare, index + name.length + modifiers.length);
    left = left.slice(0, index) + blank(left.slice(index, end)) + left.slice(end);
  }
  return left;
}

/** Just after the bracket that closes the one at `start`. */
function endOfCall(bare: string, start: number): number {
  let depth = 0;
  for (let at = start; at < bare.length; at += 1) {
    if (bare[at] === '(') depth += 1;
    if (bare[at] === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return bare.length;
}

const isComment = (text: string): boolean => text.startsWith('//') || text.startsWith('/*');

/** Spaces instead, so that every place stays what it is. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

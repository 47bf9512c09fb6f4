// The titles of the tests in a source file, without running it: of those that run, not of what is commented out or skipped.

/** Comments, texts, and regular expressions, which stand where a value may begin. */
const token =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\[\s\S])*`|(?<=[(,=:[!&|?{};]\s*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;
const literal = /'((?:[^'\\\n]|\\.)*)'/g;
const beginning = /(?<![.\w])(?:it|test|describe)\b/g;
const modifier = /\.\w+/y;
/** With an arrow or a type of its own in it: `<[string, () => string]>`. */
const typeArguments = /<(?:=>|[^<>]|<[^<>]*>)*>/y;
const titleAndOptions =
  /\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)(?:\s*,\s*(\{[^{}]*\}))?/y;
/** Such a test does not run, or is meant to fail: it shows nothing. `skipIf` runs somewhere. */
const showsNothing = /\.(?:skip|todo|fails)\b|\b(?:skip|todo|fails): true/;

/**
 * The titles of tests and of their groups. Where a title begins with `%s`, a row of its table gives the beginning: then
 * every text of the file that `isRow` takes is a title, too.
 */
export function parseTitles(source: string, isRow: (text: string) => boolean): string[] {
  const code = withoutSkipped(source.replace(token, (text) => (isComment(text) ? blank(text) : text)));
  const titles = callsIn(code).map(({ title }) => title);
  if (!titles.some((title) => title.startsWith('%s'))) return titles;
  const rows = [...code.matchAll(literal)].map(([, text = '']) => text);
  return [...titles, ...rows.filter((text) => isRow(text) && !titles.includes(text))];
}

interface Call {
  title: string;
  /** From the name of the function to just after the last bracket. */
  start: number;
  end: number;
  isShown: boolean;
}

function callsIn(code: string): Call[] {
  // Brackets inside texts do not count, nor do calls.
  const bare = code.replace(token, blank);
  return [...bare.matchAll(beginning)].flatMap(({ 0: name, index }) => {
    const call = readCall(code, bare, index + name.length);
    return call ? [{ ...call, start: index }] : [];
  });
}

/** From after the name on: `.skip`, `.each<…>(…)`, then the bracket with the title. Undefined for what is no such call. */
function readCall(code: string, bare: string, from: number): Omit<Call, 'start'> | undefined {
  let modifiers = '';
  for (let at = from; at < bare.length; ) {
    const found = matchAt(modifier, bare, at) ?? matchAt(typeArguments, bare, at);
    if (found) {
      modifiers += found[0];
      at += found[0].length;
      continue;
    }
    if (bare[at] !== '(') return undefined;
    const end = endOfBracket(bare, at);
    const titled = matchAt(titleAndOptions, code, at);
    if (titled) {
      const isShown = !showsNothing.test(`${modifiers} ${titled[4] ?? ''}`);
      return { title: titled[1] ?? titled[2] ?? titled[3] ?? '', end, isShown };
    }
    at = end;
  }
  return undefined;
}

/** Skipped groups and tests become spaces, with all that is in them. */
function withoutSkipped(code: string): string {
  let left = code;
  for (const { start, end, isShown } of callsIn(code))
    if (!isShown) left = left.slice(0, start) + blank(left.slice(start, end)) + left.slice(end);
  return left;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/** Just after the bracket that closes the one at `start`. */
function endOfBracket(bare: string, start: number): number {
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

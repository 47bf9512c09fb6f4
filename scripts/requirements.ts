// npm run requirements: each requirement with the tests whose titles name it, and those that no test names.
import { globSync, readFileSync } from 'node:fs';
import { parseTitles } from './test-titles.ts';

export interface Requirement {
  id: string;
  text: string;
}
export interface NamedTest {
  title: string;
  file: string;
}
export interface Coverage {
  requirements: readonly (Requirement & { tests: readonly NamedTest[] })[];
  /** Ids that no test names. */
  untested: readonly string[];
  /** Tests that name an id that does not exist. */
  unknown: readonly (NamedTest & { id: string })[];
}

const idPattern = /(?:G1|G2|SP|MP|SY)-\d{2}[a-d]?/;

/** The lines `- ID text` of docs/requirements.md. */
export function parseRequirements(markdown: string): Requirement[] {
  const lines = markdown.matchAll(new RegExp(`^\\s*- (${idPattern.source}) (.+)$`, 'gm'));
  return [...lines].map(([, id = '', text = '']) => ({ id, text }));
}

/** The ids that a title begins with: `G1-19 SY-26 …`. */
export function idsOf(title: string): string[] {
  const [prefix = ''] = new RegExp(`^(?:${idPattern.source}\\b[\\s,:]*)+`).exec(title) ?? [];
  return prefix.match(new RegExp(idPattern.source, 'g')) ?? [];
}

/** Puts tests beside requirements. */
export function coverageOf(requirements: readonly Requirement[], tests: readonly NamedTest[]): Coverage {
  const named = tests.flatMap((test) => idsOf(test.title).map((id) => ({ ...test, id })));
  const known = new Set(requirements.map(({ id }) => id));
  const covered = requirements.map((requirement) => ({
    ...requirement,
    tests: named.filter(({ id }) => id === requirement.id).map(({ title, file }) => ({ title, file })),
  }));
  return {
    requirements: covered,
    untested: covered.filter(({ tests: found }) => found.length === 0).map(({ id }) => id),
    unknown: named.filter(({ id }) => !known.has(id)),
  };
}

function readTests(): NamedTest[] {
  const files = globSync('tests/**/*.{ts,tsx}').sort();
  const namesId = (text: string) => idsOf(text).length > 0;
  return files.flatMap((file) => parseTitles(readFileSync(file, 'utf8'), namesId).map((title) => ({ title, file })));
}

function print({ requirements, untested, unknown }: Coverage): void {
  for (const { id, text, tests } of requirements.filter((each) => each.tests.length > 0)) {
    console.log(`${id} ${text}`);
    for (const { title, file } of tests) console.log(`    ${file}: ${title}`);
  }
  console.log(`\nNamed by no test (${untested.length}):`);
  for (const { id, text } of requirements.filter((each) => untested.includes(each.id))) console.log(`${id} ${text}`);
  console.log(`\n${requirements.length - untested.length} of ${requirements.length} requirements are named by a test.`);
  for (const { id, title, file } of unknown) console.error(`${file} names ${id}, which does not exist: ${title}`);
}

if (import.meta.main) {
  const coverage = coverageOf(parseRequirements(readFileSync('docs/requirements.md', 'utf8')), readTests());
  if (process.argv.includes('--json')) console.log(JSON.stringify(coverage, undefined, 2));
  else print(coverage);
  process.exitCode = coverage.unknown.length === 0 ? 0 : 1;
}

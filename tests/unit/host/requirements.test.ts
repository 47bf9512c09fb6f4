import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { coverageOf, idsOf, parseRequirements } from '../../../scripts/requirements.ts';
import { parseTitles } from '../../../scripts/test-titles.ts';

const numbered = (tag: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${tag}-${String(index + 1).padStart(2, '0')}`);
const everyId = [
  ...numbered('G1', 36),
  ...numbered('G2', 22),
  ...numbered('SP', 14),
  ...numbered('MP', 13),
  ...numbered('SY', 46),
  ...['a', 'b', 'c', 'd'].map((letter) => `SY-23${letter}`),
];

describe('docs/requirements.md', () => {
  const requirements = parseRequirements(readFileSync('docs/requirements.md', 'utf8'));

  it('has every id once, with a line of its own', () => {
    expect(requirements.map(({ id }) => id).sort()).toEqual([...everyId].sort());
    expect(new Set(requirements.map(({ text }) => text)).size).toBe(everyId.length);
  });
});

describe('the requirements report', () => {
  it('finds the titles of tests and groups, however they are written', () => {
    // No ids in these: the report reads this file too.
    const source = `
      describe('a group', () => {
        it("it's one", () => {});
        it.each([[1], [fn(2)]])('two with %s', () => {});
        it.each<[string, () => Map<string, X>]>([['a', () => f(g(1))]])('typed', () => {});
        test.skipIf(true)(\`three template\`, () => {});
        it('quote \\' inside', () => {});
        expect('no title').toBe(1);
      });`;
    const none = () => false;
    expect(parseTitles(source, none)).toEqual([
      'a group',
      "it's one",
      'two with %s',
      'typed',
      'three template',
      "quote \\' inside",
    ]);
  });

  it('leaves out what is commented out, skipped, still to do or meant to fail, with all that is in it', () => {
    const source = `
      // it('in a comment', () => {});
      /* it('in a longer one', () => {
      }); */
      it.skip('skipped', () => {});
      it('skipped by an option', { skip: true }, () => {});
      test.todo('to do');
      it.fails('meant to fail', () => {});
      describe.skip('a skipped group', () => {
        it('inside (with a bracket', () => { expect('a)').toMatch(/[)']/); });
      });
      describe('a group', () => {
        it('says // no comment', { timeout: 5 }, () => { expect(6 / 2 / 1).toBe(3); });
      });
      it('after all of it', () => {});`;
    expect(parseTitles(source, () => false)).toEqual(['a group', 'says // no comment', 'after all of it']);
  });

  it('takes the rows of a table that begin the title, where a title leaves its beginning to them', () => {
    const rows = `// 'row in a comment'
      const rows = ['row one', 'other'] as const;`;
    const isRow = (text: string) => text.startsWith('row');
    const each = (title: string) => parseTitles(`${rows} it.each(rows)('${title}', () => {});`, isRow);
    expect(each('%s')).toEqual(['%s', 'row one']);
    expect(each('of %s')).toEqual(['of %s']);
  });

  it('takes the ids that a title begins with, and no others', () => {
    expect(idsOf('G1-19 SY-23a, MP-01: does it')).toEqual(['G1-19', 'SY-23a', 'MP-01']);
    expect(idsOf('does G1-19')).toEqual([]);
    expect(idsOf('G1-191 no id')).toEqual([]);
  });

  it('tells what no test names and what does not exist', () => {
    const requirements = [
      { id: 'G1-01', text: 'one' },
      { id: 'G1-02', text: 'two' },
    ];
    const coverage = coverageOf(requirements, [
      { title: 'G1-01 SY-99 does it', file: 'a.test.ts' },
      { title: 'plain', file: 'b.test.ts' },
    ]);
    expect(coverage.requirements[0]?.tests).toEqual([{ title: 'G1-01 SY-99 does it', file: 'a.test.ts' }]);
    expect(coverage.untested).toEqual(['G1-02']);
    expect(coverage.unknown).toEqual([{ id: 'SY-99', title: 'G1-01 SY-99 does it', file: 'a.test.ts' }]);
  });
});

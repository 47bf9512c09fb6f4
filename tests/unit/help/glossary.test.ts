// The words and the guide: each once, each with something to say, and Partner Center's word beside each of ours.
import { expect, it } from 'vitest';
import { gdapWords } from '../../../functions/portal/parts/words.ts';
import { gdapStatuses } from '../../../shared/customers/gdap-status.ts';
import { gdapElsewhere, glossary, termOf } from '../../../shared/help/glossary.ts';
import { guide } from '../../../shared/help/guide.ts';

it('has Partner Center’s word for each GDAP status', () => {
  for (const status of gdapStatuses) expect(gdapElsewhere[status]).not.toBe('');
  for (const status of gdapStatuses.filter((each) => each !== 'NotApplicable')) {
    const term = glossary.find(({ id }) => id === `status-${status}`);
    expect(term?.elsewhere).toEqual([{ where: 'Partner Center', word: gdapElsewhere[status] }]);
    // The word of the list, or the longer one that customers' rows show.
    expect(term?.word.toLowerCase()).toContain(gdapWords[status].word.toLowerCase());
  }
});

it('names each term and each section of the guide once', () => {
  const ids = [...glossary.map(({ id }) => `word-${id}`), ...guide.map(({ id }) => id)];
  expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  for (const { meaning } of glossary) expect(meaning).toMatch(/[.)]$/);
});

it('finds the term that explains a word in place', () => {
  expect(termOf('gdap').elsewhere.map(({ where }) => where)).toEqual(['Partner Center', 'Entra']);
});

it('says in each section what to do, or that nothing is to be done', () => {
  for (const { text, steps } of guide) expect(steps.length > 0 || text.includes('nothing is to be done')).toBe(true);
});

it('links only to Microsoft, and to the distributor', () => {
  const hosts = new Set(guide.flatMap(({ links }) => links.map(({ href }) => new URL(href).hostname)));
  expect([...hosts].sort()).toEqual([
    'app.pax8.com',
    'entra.microsoft.com',
    'learn.microsoft.com',
    'partner.microsoft.com',
  ]);
});

// The list of errors on the Help page is the catalogue: nothing missing, nothing said twice, the same words everywhere.
import { describe, expect, it } from 'vitest';
import { actors } from '../../../functions/portal/parts/explanation.tsx';
import { authFailedReasons } from '../../../shared/connections/documents.ts';
import { explainReason } from '../../../shared/connections/reasons.ts';
import { automaticRefusals } from '../../../shared/consent/automatic/refusals.ts';
import { evidenceEnded } from '../../../shared/consent/grant.ts';
import { gdapRefusals } from '../../../shared/customers/gdap-problems.ts';
import { helpKnows, searchHelp } from '../../../shared/help/search.ts';
import {
  explainEntra,
  explainGraph,
  explainPartnerCenter,
  explainRedirectError,
  findingError,
} from '../../../shared/microsoft/catalogue.ts';
import { listedErrors } from '../../../shared/microsoft/errors/all-errors.ts';
import { ownFindings } from '../../../shared/microsoft/errors/own-findings.ts';

const listed = listedErrors.flatMap((line) => line.codes.map((code) => ({ code, line })));
const wordsOf = ({ meaning, whoActs, whatToDo, retryHelps }: Record<string, unknown>) => ({
  meaning,
  whoActs,
  whatToDo,
  retryHelps,
});

/** The codes that an MSP meets: those of the issue, whichever of Microsoft's services says them. */
const asked = [
  65001, 65004, 650051, 650052, 650057, 50020, 50034, 50059, 50076, 50079, 50105, 50158, 50173, 53003, 530003, 54005,
  700003, 700016, 70008, 700082, 7000215, 7000222, 7000229, 700027, 90002, 90094, 90099, 900971, 1000502,
];

describe('the list of errors', () => {
  it.each(asked)('has AADSTS%i with meaning, who acts and what to do', (number) => {
    const found = listed.find(({ code }) => code === `AADSTS${number}`);
    expect(found?.line.meaning).toMatch(/\.$/);
    expect(found?.line.whatToDo).toMatch(/\.$/);
    expect(Object.keys(actors)).toContain(found?.line.whoActs);
  });

  it('has Partner Center without multi-factor authentication, by either of its codes', () => {
    expect(helpKnows('900421')).toBe(true);
    expect(helpKnows('AADSTS900421')).toBe(true);
  });

  it('names each code once for each service', () => {
    const names = listed.map(({ code, line }) => `${line.source} ${code}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it.each(listed.filter(({ line }) => line.source === 'entra'))(
    'says of $code what an answer of Entra says',
    ({ code, line }) => {
      const number = /^AADSTS(\d+)$/.exec(code)?.[1];
      const answer = number
        ? explainEntra(
            { error: 'unknown_word', error_description: `AADSTS${number}: x`, error_codes: [Number(number)] },
            400,
          )
        : explainRedirectError(new URLSearchParams({ error: code }));
      expect(answer?.code).toBe(code);
      expect(wordsOf({ ...answer?.explanation })).toEqual(wordsOf({ ...line }));
    },
  );

  /** Found by a status or a sentence, not by a code of their own. */
  const withoutCode = new Set([
    'userNotFound',
    'partner_center_unauthorized',
    'partner_center_forbidden',
    'partner_center_not_found',
    'mfa_unknown',
  ]);

  it.each(listed.filter(({ code, line }) => line.source === 'graph' && !withoutCode.has(code)))(
    'says of $code what an answer of Graph says',
    ({ code, line }) => {
      const { explanation } = explainGraph({ error: { code, message: 'x' } }, 400);
      expect(wordsOf({ ...explanation })).toEqual(wordsOf({ ...line }));
    },
  );

  it.each(listed.filter(({ code, line }) => line.source === 'partnerCenter' && !withoutCode.has(code)))(
    'says of $code what an answer of Partner Center says',
    ({ code, line }) => {
      const { explanation } = explainPartnerCenter({ code, description: 'x' }, 400);
      expect(wordsOf({ ...explanation })).toEqual(wordsOf({ ...line }));
    },
  );

  it.each(ownFindings.flatMap(({ codes }) => codes))('says of %s what we say when we find it', (code) => {
    const line = listed.find((each) => each.code === code && each.line.source === 'found')?.line;
    expect(wordsOf({ ...findingError('graph', code).explanation })).toEqual(wordsOf({ ...line }));
  });
});

it('has every refusal of ours too, in the words that are shown', () => {
  for (const { code, meaning } of [...gdapRefusals, ...automaticRefusals, evidenceEnded]) {
    const found = searchHelp(code).errors.filter(({ codes }) => codes.includes(code));
    expect(found.map((error) => error.meaning)).toContain(meaning);
  }
});

describe('a search in Help', () => {
  it('G1-36 finds an error by its code, with or without AADSTS, and says the same as the error itself', () => {
    for (const text of ['AADSTS65001', '65001', 'aadsts65001'])
      expect(searchHelp(text).errors.flatMap(({ codes }) => codes)).toContain('AADSTS65001');
  });

  it('finds by every word, in any order and case', () => {
    const { guide } = searchHelp('group SECURITY gdap');
    expect(guide.map(({ id }) => id)).toContain('prepare-gdap-group');
    expect(searchHelp('group zebra').guide).toEqual([]);
  });

  it("finds Partner Center's word for ours", () => {
    expect(searchHelp('approval pending').glossary.map(({ word }) => word)).toContain('GDAP: Pending');
  });

  it("leads to the Entra admin centre of the deployment's cloud", () => {
    const linksOf = (origin?: string) =>
      searchHelp('', origin).guide.flatMap(({ links }) => links.map(({ href }) => href));
    expect(linksOf().filter((href) => href.startsWith('https://entra.microsoft.com/'))).not.toEqual([]);
    const government = linksOf('https://entra.microsoft.us');
    expect(government.filter((href) => href.startsWith('https://entra.microsoft.com/'))).toEqual([]);
    expect(government.filter((href) => href.startsWith('https://entra.microsoft.us/#view/'))).not.toEqual([]);
  });

  it('shows everything without a text, and nothing for what is not there', () => {
    const all = searchHelp('  ');
    expect(all.errors.length).toBeGreaterThan(listedErrors.length + authFailedReasons.length);
    expect(searchHelp('no such word at all')).toEqual({ guide: [], glossary: [], errors: [] });
  });

  it.each(authFailedReasons)('SP-14 knows the reason %s of a failed connection, in the same words', (reason) => {
    const [found] = searchHelp(reason).errors.filter(({ codes }) => codes.includes(reason) && codes.length === 1);
    expect(helpKnows(reason)).toBe(true);
    expect(found?.meaning).toBe(explainReason(reason).meaning);
  });
});

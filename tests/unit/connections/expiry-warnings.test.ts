// What ends soon: thresholds at their boundaries, words by who can mend it, and each threshold told once.
import { describe, expect, it } from 'vitest';
import { DAY_MS, SECOND_MS } from '../../../shared/clock.ts';
import {
  type Ending,
  endingKinds,
  expiryWarnings,
  thresholdOf,
  untold,
  type WarningDays,
} from '../../../shared/connections/expiry-warnings.ts';
import { noteNews } from '../../../shared/connections/tell-expiry.ts';
import { systemIds } from '../../../shared/ids.ts';

const nowMs = Date.parse('2026-05-01T12:00:00Z');
const connectionId = '7fb0e2b1-7d0c-4f0f-8b1e-0a5f6f0f6a11';
const secret = (leftMs: number): Ending => ({
  kind: 'ownAppSecret',
  connectionId,
  name: 'Own app',
  endsAtMs: nowMs + leftMs,
});

describe('thresholdOf', () => {
  it.each<[string, number, WarningDays | null]>([
    ['a year ahead', 365 * DAY_MS, null],
    ['one second more than 30 days', 30 * DAY_MS + SECOND_MS, null],
    ['exactly 30 days', 30 * DAY_MS, 30],
    ['one second more than 7 days', 7 * DAY_MS + SECOND_MS, 30],
    ['exactly 7 days', 7 * DAY_MS, 7],
    ['one second more than a day', DAY_MS + SECOND_MS, 7],
    ['exactly a day', DAY_MS, 1],
    ['one second before the end', SECOND_MS, 1],
    ['now', 0, 0],
    ['long past', -100 * DAY_MS, 0],
  ])('%s', (_, leftMs, expected) => {
    expect(thresholdOf(nowMs + leftMs, nowMs)).toBe(expected);
  });
});

describe('expiryWarnings', () => {
  it('lists what has ended and what ends within 30 days, the soonest first', () => {
    const warnings = expiryWarnings([secret(20 * DAY_MS), secret(40 * DAY_MS), secret(-DAY_MS)], nowMs);
    expect(warnings.map(({ thresholdDays }) => thresholdDays)).toEqual([0, 30]);
    expect(warnings[0]?.meaning).toBe('The secret of the app registration of “Own app” ended on 30 Apr 2026.');
    expect(warnings[1]?.meaning).toBe('The secret of the app registration of “Own app” ends on 21 May 2026.');
  });

  it.each(endingKinds)('%s: says who acts and what to do', (kind) => {
    const [warning] = expiryWarnings([{ ...secret(DAY_MS), kind }], nowMs);
    expect(warning).toMatchObject({ kind, thresholdDays: 1 });
    const deployment = kind.startsWith('partnerApp') || kind.startsWith('customerApp');
    expect(warning?.whoActs).toBe(deployment ? 'tenantry' : 'msp');
    expect(warning?.meaning).toMatch(/ends on 2 May 2026\.$/);
    expect(warning?.whatToDo).not.toBe('');
  });
});

describe('untold', () => {
  const at = (leftMs: number, told: Readonly<Record<string, WarningDays>>) =>
    untold(expiryWarnings([secret(leftMs)], nowMs), told).map(({ thresholdDays }) => thresholdDays);
  const { key } = expiryWarnings([secret(5 * DAY_MS)], nowMs)[0] ?? { key: '' };

  it('tells each threshold once', () => {
    expect(at(5 * DAY_MS, {})).toEqual([7]);
    expect(at(5 * DAY_MS, { [key]: 30 })).toEqual([7]);
    expect(at(5 * DAY_MS, { [key]: 7 })).toEqual([]);
    expect(at(5 * DAY_MS, { [key]: 1 })).toEqual([]);
  });

  it('knows what was renewed from what it was before', () => {
    expect(at(25 * DAY_MS, { [key]: 0 })).toEqual([30]);
  });
});

describe('noteNews', () => {
  const facts = (day: number) => ({
    at: new Date(nowMs + day * DAY_MS).toISOString(),
    newId: systemIds.uuid,
  });
  const ending = secret(10 * DAY_MS);
  const on = (day: number) => expiryWarnings([ending], nowMs + day * DAY_MS);

  it('notes every threshold of a day by day look once, and keeps what is still being told', () => {
    let doc = noteNews(undefined, on(0), facts(0));
    for (let day = 0; day <= 12; day += 1) doc = noteNews(doc, on(day), facts(day)) ?? doc;
    expect(doc?.telling.map(({ thresholdDays }) => thresholdDays)).toEqual([30, 7, 1, 0]);
    expect(new Set(doc?.telling.map(({ entryId }) => entryId)).size).toBe(4);
  });

  it('changes nothing where nothing is news, and forgets what was renewed', () => {
    const doc = noteNews(undefined, on(0), facts(0));
    expect(noteNews(doc, on(1), facts(1))).toBeUndefined();
    expect(noteNews(doc, [], facts(1))?.told).toEqual({});
    expect(noteNews(undefined, [], facts(1))).toBeUndefined();
  });
});

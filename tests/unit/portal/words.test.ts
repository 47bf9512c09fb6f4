// Words that pages share: ages, counts, statuses.
import { describe, expect, it } from 'vitest';
import { ago, count, plural, subscriptionWords } from '../../../functions/portal/parts/words.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/clock.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const at = (distanceMs: number) => ago(new Date(nowMs - distanceMs).toISOString(), nowMs);

describe('ages', () => {
  it('says an age in its largest whole unit, without rounding up', () => {
    expect(at(0)).toBe('just now');
    expect(at(MINUTE_MS - 1)).toBe('just now');
    expect(at(MINUTE_MS)).toBe('1 min ago');
    expect(at(HOUR_MS - 1)).toBe('59 min ago');
    expect(at(HOUR_MS)).toBe('1 h ago');
    expect(at(2 * DAY_MS - 1)).toBe('47 h ago');
    expect(at(2 * DAY_MS)).toBe('2 days ago');
  });

  it('says what is to come', () => {
    expect(at(-5 * DAY_MS - 1)).toBe('in 5 days');
    expect(at(-MINUTE_MS)).toBe('in 1 min');
  });

  it('says never where there is no time', () => {
    expect(ago(null, nowMs)).toBe('never');
    expect(ago(undefined, nowMs)).toBe('never');
  });
});

it('separates thousands and counts in words', () => {
  expect(count(3_019_931)).toBe('3,019,931');
  expect(plural(1, 'customer')).toBe('1 customer');
  expect(plural(0, 'customer')).toBe('0 customers');
  expect(plural(2000, 'customer')).toBe('2,000 customers');
});

it('shows a status that it does not know as Microsoft names it', () => {
  expect(subscriptionWords('Suspended')).toEqual({ word: 'Suspended', tone: 'needsPerson' });
  expect(subscriptionWords('SomethingNew').word).toBe('SomethingNew');
});

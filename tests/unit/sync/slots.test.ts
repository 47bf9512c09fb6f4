import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueSlots, lastDispatched, slotOf, stableHash } from '../../../shared/sync/slots.ts';

const intervals = fc.constantFrom(15, 30, 60, 120, 240, 720, 1440);
const minutes = fc.integer({ min: 20_000_000, max: 40_000_000 });

describe('slots', () => {
  it('keeps a hash that is fixed for ever: a schedule survives a new version', () => {
    expect(stableHash('5a9a1b7e-0000-4000-8000-000000000001')).toBe(2_554_081_905);
    expect(slotOf('5A9A1B7E-0000-4000-8000-000000000001', 30)).toBe(slotOf('5a9a1b7e-0000-4000-8000-000000000001', 30));
  });

  it('SY-37 spreads ten thousand tenants evenly over the minutes of an interval', () => {
    const counts = new Array<number>(30).fill(0);
    for (let at = 0; at < 10_000; at += 1) {
      const tenant = `${at.toString(16).padStart(8, '0')}-1111-4111-8111-${(at * 7919).toString(16).padStart(12, '0')}`;
      const slot = slotOf(tenant, 30);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(250);
    expect(Math.max(...counts)).toBeLessThan(420);
  });

  it('gives the slot of each minute once', () => {
    fc.assert(
      fc.property(intervals, minutes, (interval, minute) => {
        expect(dueSlots(interval, minute - 1, minute)).toEqual([{ slot: minute % interval, slotMinute: minute }]);
      }),
    );
  });

  it('catches up after any outage with each slot once, at its newest minute', () => {
    fc.assert(
      fc.property(intervals, minutes, fc.integer({ min: 0, max: 5000 }), (interval, minute, missed) => {
        const due = dueSlots(interval, minute - missed, minute);
        expect(due).toHaveLength(Math.min(missed, interval));
        expect(new Set(due.map(({ slot }) => slot)).size).toBe(due.length);
        const right = due.filter(
          ({ slot, slotMinute }) =>
            slotMinute % interval === slot && minute - slotMinute < interval && slotMinute > minute - missed,
        );
        expect(right).toEqual(due);
      }),
    );
  });

  it('covers every minute exactly once however the timer stutters', () => {
    fc.assert(
      fc.property(
        intervals,
        minutes,
        fc.array(fc.integer({ min: 1, max: 10 }), { maxLength: 30 }),
        (interval, from, steps) => {
          const seen: number[] = [];
          let last = from;
          for (const step of steps) {
            seen.push(...dueSlots(interval, last, last + step).map(({ slotMinute }) => slotMinute));
            last += step;
          }
          expect(seen).toEqual(Array.from({ length: last - from }, (_, at) => from + 1 + at));
        },
      ),
    );
  });

  it('takes only the present minute without a watermark, or with one from a clock that was put back', () => {
    expect(lastDispatched(undefined, 100)).toBe(99);
    expect(lastDispatched(90, 100)).toBe(90);
    expect(lastDispatched(103, 100)).toBe(103);
    expect(lastDispatched(100_000, 100)).toBe(99);
  });
});

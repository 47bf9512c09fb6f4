// The worker rule's algebra: attempts, delays and message ids.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../../shared/clock.ts';
import { maxMessageIdLength } from '../../../shared/queue/outgoing.ts';
import {
  attemptOf,
  followUp,
  manualMessageId,
  maxAttempts,
  plannedMessageId,
  retryDelayMs,
  withAttempt,
} from '../../../shared/queue/retry.ts';

const attempts = fc.integer({ min: 1, max: 1_000 });
const randoms = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const times = fc.integer({ min: 0, max: 4_000_000_000_000 });
const works = fc.record({
  workspaceId: fc.oneof(fc.uuid(), fc.string()),
  job: fc.oneof(fc.constantFrom('sync', 'discover'), fc.string()),
  target: fc.oneof(fc.uuid(), fc.string({ maxLength: 200 }), fc.constantFrom('a:b', 'a%3ab', 'a#2', 'a')),
  slotMinute: fc.nat(),
});

describe('retryDelayMs', () => {
  it.each([
    { attempt: 1, lowMs: 2.5 * SECOND_MS, highMs: 5 * SECOND_MS },
    { attempt: 2, lowMs: 5 * SECOND_MS, highMs: 10 * SECOND_MS },
    { attempt: 5, lowMs: 40 * SECOND_MS, highMs: 80 * SECOND_MS },
    { attempt: 8, lowMs: 320 * SECOND_MS, highMs: 640 * SECOND_MS },
    { attempt: 9, lowMs: 7.5 * MINUTE_MS, highMs: 15 * MINUTE_MS },
    { attempt: 5_000, lowMs: 7.5 * MINUTE_MS, highMs: 15 * MINUTE_MS },
  ])('doubles from 5 s to 15 min, half of it jitter: attempt $attempt', ({ attempt, lowMs, highMs }) => {
    expect(retryDelayMs(attempt, undefined, 0)).toBe(lowMs);
    expect(retryDelayMs(attempt, undefined, 1 - Number.EPSILON)).toBe(highMs);
    expect(retryDelayMs(attempt, undefined, 0.5)).toBe((lowMs + highMs) / 2);
  });

  it('never comes before Retry-After, and spreads what was throttled together', () => {
    expect(retryDelayMs(1, 60_000, 0)).toBe(60_000);
    expect(retryDelayMs(1, 60_000, 0.5)).toBe(61_250);
    fc.assert(
      fc.property(attempts, fc.integer({ min: 0, max: DAY_MS }), randoms, (attempt, retryAfterMs, random) => {
        const delayMs = retryDelayMs(attempt, retryAfterMs, random);
        expect(delayMs).toBeGreaterThanOrEqual(retryAfterMs);
        expect(delayMs).toBeLessThanOrEqual(Math.max(retryAfterMs, 7.5 * MINUTE_MS) + 7.5 * MINUTE_MS);
      }),
    );
  });

  it('is a whole number that grows with each of its arguments', () => {
    fc.assert(
      fc.property(attempts, fc.nat(DAY_MS), randoms, (attempt, retryAfterMs, random) => {
        const delayMs = retryDelayMs(attempt, retryAfterMs, random);
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(retryDelayMs(attempt + 1, retryAfterMs, random)).toBeGreaterThanOrEqual(delayMs);
        expect(retryDelayMs(attempt, retryAfterMs + 1_000, random)).toBeGreaterThanOrEqual(delayMs);
        expect(retryDelayMs(attempt, retryAfterMs, (random + 1) / 2)).toBeGreaterThanOrEqual(delayMs);
      }),
    );
  });

  it.each([Number.NaN, -5, undefined])('takes a Retry-After of %s for none', (retryAfterMs) => {
    expect(retryDelayMs(1, retryAfterMs, 0)).toBe(2_500);
  });

  it.each([Number.POSITIVE_INFINITY, 400 * DAY_MS])('waits a day at most when told to wait %s ms', (retryAfterMs) => {
    expect(retryDelayMs(1, retryAfterMs, 0)).toBe(DAY_MS);
  });

  it('gives up within the half hour after which the next slot comes, but outlasts ten minutes of outage', () => {
    const delays = Array.from({ length: maxAttempts - 1 }, (_, index) => index + 1);
    const sum = (random: number) =>
      delays.reduce((total, attempt) => total + retryDelayMs(attempt, undefined, random), 0);
    expect(sum(1)).toBeLessThan(30 * MINUTE_MS);
    expect(sum(1)).toBeGreaterThan(10 * MINUTE_MS);
    expect(sum(0)).toBeGreaterThan(5 * MINUTE_MS);
  });
});

describe('followUp', () => {
  const message = { messageId: 'sync:w:t:7', body: { tenantId: 't' } };

  it('is the same body under the next attempt, later', () => {
    expect(followUp(message, { attempt: 1, nowMs: 1_000, random: () => 0 })).toEqual({
      messageId: 'sync:w:t:7#2',
      body: message.body,
      enqueueAtMs: 3_500,
    });
    const third = followUp(
      { ...message, messageId: 'sync:w:t:7#2' },
      { attempt: 2, retryAfterMs: 90_000, nowMs: 1_000, random: () => 0 },
    );
    expect(third).toMatchObject({ messageId: 'sync:w:t:7#3', enqueueAtMs: 91_000 });
  });

  it('counts up from whatever message it follows, one id an attempt, and draws one random number', () => {
    fc.assert(
      fc.property(works, times, randoms, (work, nowMs, random) => {
        const ids = new Set<string>();
        let current = { messageId: plannedMessageId(work), body: {} };
        let draws = 0;
        for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
          expect(attemptOf(current.messageId)).toBe(attempt);
          ids.add(current.messageId);
          const drawOne = () => {
            draws += 1;
            return random;
          };
          const next = followUp(current, { attempt, nowMs, random: drawOne });
          expect(next.enqueueAtMs).toBe(nowMs + retryDelayMs(attempt, undefined, random));
          current = next;
        }
        expect(ids.size).toBe(maxAttempts);
        expect(draws).toBe(maxAttempts);
        expect(current.messageId.length).toBeLessThanOrEqual(maxMessageIdLength);
      }),
    );
  });
});

describe('message ids', () => {
  it('of planned work name job, workspace, target and slot', () => {
    const work = { workspaceId: 'w-1', job: 'sync', target: 't-1', slotMinute: 29_000_017 };
    expect(plannedMessageId(work)).toBe('sync:w-1:t-1:29000017');
  });

  it('are equal exactly when the work is equal, and fit into 120 characters', () => {
    fc.assert(
      fc.property(works, works, (left, right) => {
        const same = JSON.stringify(left) === JSON.stringify(right);
        expect(plannedMessageId(left) === plannedMessageId(right)).toBe(same);
        expect(plannedMessageId({ ...left })).toBe(plannedMessageId(left));
        expect(plannedMessageId(left).length).toBeLessThanOrEqual(120);
      }),
    );
  });

  it.each([
    [
      { workspaceId: 'a:b', target: 'c' },
      { workspaceId: 'a', target: 'b:c' },
    ],
    [
      { workspaceId: 'a', target: 'b#2' },
      { workspaceId: 'a', target: 'b%232' },
    ],
    [
      { workspaceId: 'a', target: 'x'.repeat(300) },
      { workspaceId: 'a', target: 'x'.repeat(301) },
    ],
  ])('tell apart what separators, escapes or length could blur', (left, right) => {
    const rest = { job: 'sync', slotMinute: 1 };
    expect(plannedMessageId({ ...left, ...rest })).not.toBe(plannedMessageId({ ...right, ...rest }));
  });

  it('round-trip their attempt', () => {
    fc.assert(
      fc.property(works, attempts, attempts, (work, attempt, other) => {
        const id = plannedMessageId(work);
        expect(attemptOf(withAttempt(id, attempt))).toBe(attempt);
        expect(withAttempt(withAttempt(id, other), attempt)).toBe(withAttempt(id, attempt));
        expect(withAttempt(id, 1)).toBe(id);
      }),
    );
  });

  it('of work that a person asks for are fresh, and never those of planned work', () => {
    expect(manualMessageId({ uuid: () => '3f2504e0' })).toBe('manual:3f2504e0');
    fc.assert(
      fc.property(works, fc.uuid(), (work, uuid) => {
        expect(plannedMessageId(work)).not.toBe(manualMessageId({ uuid: () => uuid }));
      }),
    );
  });
});

// Automatic consent as a state machine: every step with every outcome, the retries, and that no grant is left behind.
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../shared/clock.ts';
import {
  type Advance,
  advance,
  type FailureSpan,
  type Outcome,
  retryDelayMs,
  superseded,
} from '../../../shared/consent/automatic/machine.ts';
import { explainRefusal } from '../../../shared/consent/automatic/refusals.ts';
import type { AutomaticState } from '../../../shared/consent/automatic/state.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const inMs = (ms: number) => new Date(now + ms).toISOString();
const explanation = explainRefusal('automatic_unread');
const state = (change: Partial<AutomaticState> = {}): AutomaticState => ({
  runId: randomUUID(),
  step: 'authorise',
  attempt: 1,
  dueAt: inMs(0),
  notBefore: null,
  looks: 0,
  failures: 0,
  withdrawals: 0,
  authorised: false,
  next: 'ended',
  nextAt: null,
  stoppedFor: null,
  residue: false,
  startedAt: inMs(0),
  startedBy: 'tenantry',
  batchId: null,
  ...change,
});
const done: Outcome = { kind: 'done' };
const notYet: Outcome = { kind: 'notYet', explanation };
const failed = (span: FailureSpan, retryAfterMs?: number): Outcome => ({
  kind: 'failed',
  span,
  explanation,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});
const blocked = (by: 'gdap' | 'connection'): Outcome => ({ kind: 'blocked', by, explanation });
/** What the tables compare. */
const brief = ({ state: after, telling, waitMs }: Advance) => ({
  step: after.step,
  status: telling?.status ?? null,
  waitMs,
});

describe('the way that goes well', () => {
  it('SY-28 SY-31 authorises, installs, takes its grant back and ends, without waiting in between', () => {
    const authorised = advance(state(), done, now);
    expect(brief(authorised)).toEqual({ step: 'install', status: 'ConsentPending', waitMs: 0 });
    expect(authorised.state.authorised).toBe(true);
    const installed = advance(authorised.state, done, now);
    // From here on the consent is confirmed like any other: this machine says nothing of it any more.
    expect(brief(installed)).toEqual({ step: 'withdraw', status: null, waitMs: 0 });
    const withdrawn = advance(installed.state, done, now);
    expect(brief(withdrawn)).toEqual({ step: 'ended', status: null, waitMs: null });
    expect(withdrawn.state).toMatchObject({ authorised: false, residue: false });
  });
});

describe('what Microsoft passes on slowly', () => {
  it('SY-28 is looked at for about a quarter of an hour, as pending', () => {
    let current = state({ step: 'install', authorised: true });
    const waits: number[] = [];
    for (let looked = advance(current, notYet, now); looked.telling?.status === 'ConsentPending'; ) {
      waits.push(looked.waitMs ?? -1);
      expect(looked.telling.nextAttemptAt).toBe(inMs(looked.waitMs ?? 0));
      current = looked.state;
      looked = advance(current, notYet, now);
    }
    expect(waits.slice(0, 5)).toEqual([5, 15, 30, 60, 120].map((seconds) => seconds * SECOND_MS));
    const total = waits.reduce((sum, wait) => sum + wait, 0);
    expect(total).toBeGreaterThan(13 * MINUTE_MS);
    expect(total).toBeLessThanOrEqual(16 * MINUTE_MS);
  });
  it('is authorised anew when it never shows', () => {
    const looks = 11;
    expect(brief(advance(state({ step: 'install', authorised: true, looks }), notYet, now))).toEqual({
      step: 'authorise',
      status: 'ConsentFailure',
      waitMs: MINUTE_MS,
    });
  });
});

describe('failures', () => {
  it.each<[FailureSpan, readonly (number | null)[]]>([
    ['passing', [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, DAY_MS, DAY_MS]],
    ['perhaps', [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, HOUR_MS, null, null]],
    ['forGood', [null]],
  ])('SY-27 that are %s are tried again after %j', (span, delays) => {
    expect(delays.map((_, index) => retryDelayMs(index + 1, span))).toEqual(delays);
  });
  it('SY-27 end after a month of daily tries', () => {
    expect([retryDelayMs(34, 'passing'), retryDelayMs(35, 'passing')]).toEqual([DAY_MS, null]);
  });

  it.each<[Partial<AutomaticState>, Outcome, ReturnType<typeof brief>]>([
    // A first failure waits a minute, where it is.
    [{}, failed('passing'), { step: 'authorise', status: 'ConsentFailure', waitMs: MINUTE_MS }],
    [
      { step: 'install', authorised: true },
      failed('passing'),
      { step: 'install', status: 'ConsentFailure', waitMs: MINUTE_MS },
    ],
    [{}, failed('perhaps'), { step: 'authorise', status: 'ConsentFailure', waitMs: MINUTE_MS }],
    // Microsoft's own wait is the floor, up to a day.
    [{}, failed('passing', 10 * MINUTE_MS), { step: 'authorise', status: 'ConsentFailure', waitMs: 10 * MINUTE_MS }],
    // Nothing was granted: nothing is to be taken back.
    [{}, failed('forGood'), { step: 'ended', status: 'ConsentFailure', waitMs: null }],
    [{ failures: 4 }, failed('perhaps'), { step: 'ended', status: 'ConsentFailure', waitMs: null }],
    [{ failures: 3 }, failed('perhaps'), { step: 'authorise', status: 'ConsentFailure', waitMs: HOUR_MS }],
    // A grant is not left behind by one that ended, nor for an hour or a day.
    [
      { step: 'install', authorised: true },
      failed('forGood'),
      { step: 'withdraw', status: 'ConsentFailure', waitMs: 0 },
    ],
    [
      { step: 'install', authorised: true, failures: 3 },
      failed('passing'),
      { step: 'withdraw', status: 'ConsentFailure', waitMs: 0 },
    ],
    [
      { step: 'install', authorised: true, failures: 4 },
      failed('passing'),
      { step: 'withdraw', status: 'ConsentFailure', waitMs: 0 },
    ],
    [
      { step: 'install', authorised: true, failures: 34 },
      failed('passing'),
      { step: 'withdraw', status: 'ConsentFailure', waitMs: 0 },
    ],
    // The answer may be all that was lost, so what it asked for counts as given.
    [{ failures: 4 }, failed('passing'), { step: 'withdraw', status: 'ConsentFailure', waitMs: 0 }],
    // What it rests on is gone.
    [{}, blocked('gdap'), { step: 'ended', status: 'ConsentFailure', waitMs: null }],
    [{ step: 'install', authorised: true }, blocked('gdap'), { step: 'withdraw', status: 'ConsentFailure', waitMs: 0 }],
    [
      { step: 'install', authorised: true },
      blocked('connection'),
      { step: 'ended', status: 'ConsentFailure', waitMs: null },
    ],
    // Taking back fails: tried four times more, without a word about the consent; then it is noted.
    [{ step: 'withdraw' }, failed('passing'), { step: 'withdraw', status: null, waitMs: MINUTE_MS }],
    [{ step: 'withdraw', withdrawals: 3 }, failed('perhaps'), { step: 'withdraw', status: null, waitMs: HOUR_MS }],
    [{ step: 'withdraw', withdrawals: 4 }, failed('passing'), { step: 'ended', status: null, waitMs: null }],
    [{ step: 'withdraw' }, failed('forGood'), { step: 'ended', status: null, waitMs: null }],
    [{ step: 'withdraw' }, blocked('connection'), { step: 'ended', status: null, waitMs: null }],
    [
      { step: 'withdraw', next: 'authorise', nextAt: inMs(DAY_MS) },
      done,
      { step: 'authorise', status: null, waitMs: DAY_MS },
    ],
    [{ step: 'withdraw', next: 'authorise', nextAt: inMs(-1) }, done, { step: 'authorise', status: null, waitMs: 0 }],
    [{ step: 'ended' }, failed('passing'), { step: 'ended', status: null, waitMs: null }],
  ])('from %j', (change, outcome, expected) => {
    expect(brief(advance(state(change), outcome, now))).toEqual(expected);
  });

  it('says when the next try is, and nothing where there is none', () => {
    expect(advance(state(), failed('passing'), now).telling).toEqual({
      status: 'ConsentFailure',
      explanation,
      nextAttemptAt: inMs(MINUTE_MS),
    });
    expect(advance(state({ step: 'install', authorised: true, failures: 3 }), failed('passing'), now)).toMatchObject({
      telling: { nextAttemptAt: inMs(HOUR_MS) },
      state: { next: 'authorise', nextAt: inMs(HOUR_MS) },
    });
    expect(advance(state(), failed('forGood'), now).telling?.nextAttemptAt).toBeNull();
  });
  it('notes a grant that could not be taken back, and remembers what it waits for', () => {
    expect(advance(state({ step: 'withdraw', authorised: true }), failed('forGood'), now).state).toMatchObject({
      residue: true,
      authorised: true,
    });
    expect(advance(state(), blocked('connection'), now).state.stoppedFor).toBe('connection');
  });
});

describe('another way that was faster', () => {
  it.each([
    [{ step: 'authorise', authorised: false } as const, 'ended'],
    [{ step: 'install', authorised: true } as const, 'withdraw'],
    [{ step: 'ended', authorised: true } as const, 'ended'],
  ])('leaves of %j only what is to be taken back', (change, step) => {
    expect(superseded(state(change)).step).toBe(step);
  });
});

const anyOutcome: fc.Arbitrary<Outcome> = fc.oneof(
  fc.constant(done),
  fc.constant(notYet),
  fc.constantFrom<FailureSpan>('passing', 'perhaps', 'forGood').map((span) => failed(span)),
  fc.constantFrom('gdap' as const, 'connection' as const).map(blocked),
);

describe('any course of events', () => {
  it('fails 35 times at most, and says at each moment either when it goes on or that it has ended', () => {
    fc.assert(
      fc.property(fc.array(anyOutcome, { minLength: 600, maxLength: 600 }), (outcomes) => {
        let at: Advance = { state: state(), waitMs: 0 };
        let nowMs = now;
        for (const outcome of outcomes) {
          if (at.waitMs === null) break;
          nowMs += at.waitMs;
          at = advance(at.state, outcome, nowMs);
          expect(at.waitMs === null).toBe(at.state.step === 'ended');
          if (at.waitMs !== null) expect(at.waitMs).toBeGreaterThanOrEqual(0);
        }
        expect(at.state.failures).toBeLessThanOrEqual(35);
      }),
    );
  });
  it('leaves no grant behind, unless taking it back failed or the connection is gone: and then says so', () => {
    fc.assert(
      fc.property(fc.array(anyOutcome, { maxLength: 80 }), (outcomes) => {
        let at: Advance = { state: state(), waitMs: 0 };
        for (const outcome of outcomes) at = at.waitMs === null ? at : advance(at.state, outcome, now);
        if (at.state.step !== 'ended' || !at.state.authorised) return;
        expect(at.state.residue || at.state.stoppedFor === 'connection').toBe(true);
      }),
    );
  });
});

// Automatic consent of one customer as a state machine: from what a step came to, to what is next and when. Pure.
// ConsentPending while Partner Center authorises and Microsoft passes that on, GrantingApplicationRoles once the roles are
// given, ConsentFailure between tries and after the last. states.md, "Consent status per customer".
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../clock.ts';
import type { Explanation } from '../../errors.ts';
import type { AutomaticState } from './state.ts';

/**
 * How long a failure may last. `passing`: it goes by itself. `perhaps`: it may, as roles that were given just now take a
 * while, but not for days. `forGood`: somebody must act.
 */
export type FailureSpan = 'passing' | 'perhaps' | 'forGood';

export type Outcome =
  | { kind: 'done' }
  /** Microsoft does not show yet what an earlier step did. */
  | { kind: 'notYet'; explanation: Explanation }
  | { kind: 'failed'; span: FailureSpan; explanation: Explanation; retryAfterMs?: number | undefined }
  /** What it rests on is missing: it begins again by itself once that is back. */
  | { kind: 'blocked'; by: 'gdap' | 'connection'; explanation: Explanation };

/** What the consent says from now on. */
export interface Telling {
  status: 'ConsentPending' | 'ConsentFailure';
  explanation: Explanation | null;
  nextAttemptAt: string | null;
}

export interface Advance {
  state: AutomaticState;
  /** Left out where the consent goes on saying what it says. */
  telling?: Telling;
  /** Milliseconds before the next step; 0 at once, null when there is none. */
  waitMs: number | null;
}

/** While Microsoft passes on what was granted: about 15 minutes in all. */
const lookDelaysMs = [5, 15, 30, 60, 120, 120, 120, 120, 120, 120, 60].map((seconds) => seconds * SECOND_MS);
/** After a failure, then daily where that can help. */
const retryDelaysMs = [1, 5, 15, 60].map((minutes) => minutes * MINUTE_MS);
/** A month of daily tries without success ends them. */
const MAX_DAILY = 30;
/** A grant that is not needed for this long is not left in a customer's tenant. */
const LEAVE_GRANT_MS = HOUR_MS;

/** Milliseconds before the next try after the given number of failures (1 for the first); null when there is none. */
export function retryDelayMs(failures: number, span: FailureSpan): number | null {
  if (span === 'forGood') return null;
  const delayMs = retryDelaysMs[failures - 1];
  if (delayMs !== undefined) return delayMs;
  return span === 'passing' && failures <= retryDelaysMs.length + MAX_DAILY ? DAY_MS : null;
}

/** What comes after a step. `nowMs` is when its outcome was known. */
export function advance(state: AutomaticState, outcome: Outcome, nowMs: number): Advance {
  if (state.step === 'ended') return { state, waitMs: null };
  if (state.step === 'withdraw') return afterWithdraw(state, outcome, nowMs);
  switch (outcome.kind) {
    case 'done':
      return afterDone(state);
    case 'notYet':
      return afterLook(state, outcome.explanation, nowMs);
    case 'failed':
      return afterFailure(state, outcome, nowMs);
    case 'blocked':
      return afterBlock(state, outcome);
  }
}

function afterDone(state: AutomaticState): Advance {
  if (state.step === 'authorise') {
    const telling: Telling = { status: 'ConsentPending', explanation: null, nextAttemptAt: null };
    return { state: { ...state, step: 'install', looks: 0, authorised: true }, telling, waitMs: 0 };
  }
  return { state: { ...state, step: 'withdraw', next: 'ended', nextAt: null }, waitMs: 0 };
}

function afterLook(state: AutomaticState, explanation: Explanation, nowMs: number): Advance {
  const waitMs = lookDelaysMs[state.looks];
  if (waitMs === undefined) {
    // Somebody may have taken the grant back meanwhile, another workspace for instance: it is asked for anew.
    const again = { ...state, step: 'authorise' as const, looks: 0 };
    return afterFailure(again, { kind: 'failed', span: 'perhaps', explanation }, nowMs);
  }
  const telling: Telling = { status: 'ConsentPending', explanation: null, nextAttemptAt: isoAfter(nowMs, waitMs) };
  return { state: { ...state, looks: state.looks + 1 }, telling, waitMs };
}

function afterFailure(state: AutomaticState, failure: Extract<Outcome, { kind: 'failed' }>, nowMs: number): Advance {
  const { span, explanation, retryAfterMs = 0 } = failure;
  const failures = state.failures + 1;
  const delayMs = retryDelayMs(failures, span);
  const waitMs = delayMs === null ? null : Math.max(delayMs, Math.min(retryAfterMs, DAY_MS));
  const nextAt = waitMs === null ? null : isoAfter(nowMs, waitMs);
  const telling: Telling = { status: 'ConsentFailure', explanation, nextAttemptAt: nextAt };
  // The answer to an authorisation may be all that was lost.
  const authorised = state.authorised || (state.step === 'authorise' && span === 'passing');
  const failed: AutomaticState = { ...state, failures, looks: 0, authorised };
  if (authorised && (waitMs === null || waitMs >= LEAVE_GRANT_MS)) {
    const next = waitMs === null ? 'ended' : 'authorise';
    return { state: { ...failed, step: 'withdraw', next, nextAt, withdrawals: 0 }, telling, waitMs: 0 };
  }
  if (waitMs === null) return { state: { ...failed, step: 'ended' }, telling, waitMs };
  return { state: failed, telling, waitMs };
}

function afterBlock(state: AutomaticState, { by, explanation }: Extract<Outcome, { kind: 'blocked' }>): Advance {
  const telling: Telling = { status: 'ConsentFailure', explanation, nextAttemptAt: null };
  const stopped: AutomaticState = { ...state, stoppedFor: by, next: 'ended', nextAt: null };
  // Without the connection nothing can be taken back; the next start does it.
  if (by === 'connection' || !state.authorised) return { state: { ...stopped, step: 'ended' }, telling, waitMs: null };
  return { state: { ...stopped, step: 'withdraw', withdrawals: 0 }, telling, waitMs: 0 };
}

/** Taking the grant back changes nothing about the consent: it stands or failed by itself. */
function afterWithdraw(state: AutomaticState, outcome: Outcome, nowMs: number): Advance {
  if (outcome.kind === 'done') return leaveWithdraw({ ...state, authorised: false, residue: false }, nowMs);
  const withdrawals = state.withdrawals + 1;
  const lasting = outcome.kind === 'blocked' || (outcome.kind === 'failed' && outcome.span === 'forGood');
  const waitMs = lasting ? undefined : retryDelaysMs[withdrawals - 1];
  if (waitMs === undefined) return leaveWithdraw({ ...state, withdrawals, residue: true }, nowMs);
  return { state: { ...state, withdrawals }, waitMs };
}

function leaveWithdraw(state: AutomaticState, nowMs: number): Advance {
  if (state.next === 'ended') return { state: { ...state, step: 'ended' }, waitMs: null };
  const waitMs = state.nextAt === null ? 0 : Math.max(0, Date.parse(state.nextAt) - nowMs);
  return { state: { ...state, step: 'authorise', next: 'ended', nextAt: null }, waitMs };
}

/** What is left once another way gave the consent, or took it over: only to take the grant back. */
export function superseded(state: AutomaticState): AutomaticState {
  if (state.step === 'ended') return state;
  return { ...state, step: state.authorised ? 'withdraw' : 'ended', next: 'ended', nextAt: null };
}

function isoAfter(nowMs: number, waitMs: number): string {
  return new Date(nowMs + waitMs).toISOString();
}

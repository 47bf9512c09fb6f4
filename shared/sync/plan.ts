// What a run has to read, from where the tenant's sync stands and the time. Pure.
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../clock.ts';
import type { DatasetName, SyncStateDoc } from './documents.ts';
import type { SyncTrigger } from './messages.ts';
import { stableHash } from './slots.ts';
import { firstUrls } from './wire.ts';

export type SmallDataset = 'organization' | 'licences' | 'subscriptions';
export const smallDatasets: readonly SmallDataset[] = ['organization', 'licences', 'subscriptions'];

export const signInsEveryMs = DAY_MS;
/** What a tenant has no licence for is asked again this often: licences are bought. */
export const unavailableRetryMs = 7 * DAY_MS;
/** A little under the hour, so that a half-hourly run does it each second time. */
const hourlyMs = HOUR_MS - 5 * MINUTE_MS;
/** What was refused is asked again this often: each refusal costs a fresh token and a second call. */
export const refusedRetryMs = 6 * HOUR_MS;
/** Users are read in full this often at most, whatever the delta says; a day less at least, spread over tenants. */
export const fullReadEveryMs = 7 * DAY_MS;

export type UsersPlan =
  | { kind: 'none' }
  /** A first page to ask for: from nothing, from the delta link, or from where the run before stopped. */
  | { kind: 'full' | 'delta' | 'resume'; url: string }
  /** All pages are read; users that were not among them are still to be removed. */
  | { kind: 'sweep' };

export type SignInsPlan = { kind: 'none' } | { kind: 'start' | 'resume'; url: string };

export interface RunPlan {
  small: readonly SmallDataset[];
  users: UsersPlan;
  signIns: SignInsPlan;
  /** Ask, along with the rest, whether the tenant still has the licence that sign-ins need. */
  licenceProbe: boolean;
}

/** A continuing run reads only what the run before left; every other one reads licences and users each time. */
export function planRun(state: SyncStateDoc, trigger: SyncTrigger, nowMs: number): RunPlan {
  const continuing = trigger === 'continue';
  const signIns = planSignIns(state, trigger, nowMs);
  return {
    small: continuing ? [] : smallDatasets,
    users: planUsers(state, continuing, nowMs),
    signIns,
    licenceProbe: !continuing && signIns.kind === 'none' && licenceProbeDue(state, nowMs),
  };
}

/**
 * A kept token works for an hour after the app was removed: a run asks for a fresh one once an hour, so that lost access is
 * told within it. It replaces the one that would end by then, so it costs no further request.
 */
export function freshTokenDue({ freshTokenAt }: SyncStateDoc, nowMs: number): boolean {
  return olderThan(freshTokenAt, hourlyMs, nowMs);
}

/** A tenant whose sign-ins were read is asked hourly: a licence that lapses is told of within the hour, and one that returns. */
export function licenceProbeDue({ datasets: { signIns }, licenceProbedAt }: SyncStateDoc, nowMs: number): boolean {
  if (signIns.asOf === null) return false;
  return olderThan(signIns.checkedAt, hourlyMs, nowMs) && olderThan(licenceProbedAt, hourlyMs, nowMs);
}

/** Whether a plan asks for nothing at all. */
export function isIdle(plan: RunPlan): boolean {
  return plan.small.length === 0 && plan.users.kind === 'none' && plan.signIns.kind === 'none';
}

function planUsers(state: SyncStateDoc, continuing: boolean, nowMs: number): UsersPlan {
  const { usersCheckpoint, usersDeltaLink } = state;
  if (usersCheckpoint?.stage === 'sweeping') return { kind: 'sweep' };
  if (usersCheckpoint?.nextLink) return { kind: 'resume', url: usersCheckpoint.nextLink };
  if (usersDeltaLink === null) return { kind: 'full', url: firstUrls.users };
  if (continuing) return { kind: 'none' };
  return fullReadDue(state, nowMs) ? { kind: 'full', url: firstUrls.users } : { kind: 'delta', url: usersDeltaLink };
}

/** Whether a week has passed since the last full read, less up to a day that differs by tenant. */
export function fullReadDue(state: SyncStateDoc, nowMs: number): boolean {
  if (state.usersFullReadAt === null) return true;
  const earlierMs = stableHash(state.tenantId) % DAY_MS;
  return nowMs - Date.parse(state.usersFullReadAt) >= fullReadEveryMs - earlierMs;
}

function planSignIns(state: SyncStateDoc, trigger: SyncTrigger, nowMs: number): SignInsPlan {
  if (state.signInsCheckpoint) return { kind: 'resume', url: state.signInsCheckpoint.nextLink };
  return signInsDue(state, trigger, nowMs) ? { kind: 'start', url: firstUrls.signIns } : { kind: 'none' };
}

function signInsDue({ datasets: { signIns } }: SyncStateDoc, trigger: SyncTrigger, nowMs: number): boolean {
  const { unavailable, error, checkedAt, asOf } = signIns;
  // Somebody who presses Sync now, or has just consented, may have mended what stood in the way.
  const asked = trigger === 'manual' || trigger === 'consented';
  if (unavailable !== null) return olderThan(checkedAt, unavailableRetryMs, nowMs);
  if (error && !error.explanation.retryHelps && !asked && !olderThan(checkedAt, refusedRetryMs, nowMs)) return false;
  return olderThan(asOf, signInsEveryMs, nowMs);
}

function olderThan(iso: string | null, ageMs: number, nowMs: number): boolean {
  return iso === null || nowMs - Date.parse(iso) >= ageMs;
}

/** An empty answer where data is stored is believed when a run at least this much later gets it again. */
export const emptyConfirmedAfterMs = 5 * 60_000;

/**
 * Whether an empty answer is to be believed: when nothing was stored anyway, or when an earlier run got it too. A
 * momentary fault on the other side must not wipe a customer's licences.
 */
export function believeEmpty(state: SyncStateDoc, name: DatasetName, storedCount: number, nowMs: number): boolean {
  if (storedCount === 0) return true;
  const { emptySince } = state.datasets[name];
  return emptySince !== null && nowMs - Date.parse(emptySince) >= emptyConfirmedAfterMs;
}

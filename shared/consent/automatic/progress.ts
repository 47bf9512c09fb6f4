// How far a batch of automatic consents has come: true numbers, from what is stored of each customer. Pure.
import type { ConsentDoc } from '../documents.ts';
import type { AutomaticFacts } from './plan.ts';
import type { AutomaticBatchDoc } from './state.ts';

/**
 * `waiting`: its relationship is too fresh. `working`: at Microsoft, or on its way there. `retrying`: failed, and tried
 * again by itself. `failed`: somebody must act. `granted`: done, by whatever way in the end.
 */
export type AutomaticStanding = 'waiting' | 'working' | 'retrying' | 'failed' | 'granted';

export interface AutomaticProgress {
  batchId: string;
  startedAt: string;
  startedByName: string;
  /** Customers of the batch, and how many of them are granted or failed. */
  total: number;
  done: number;
  counts: Readonly<Record<AutomaticStanding, number>>;
}

/** Where a customer's consent stands that was begun automatically. */
export function standingOfConsent(consent: ConsentDoc, nowMs: number): AutomaticStanding {
  const { status, automatic, nextAttemptAt } = consent;
  if (status === 'Granted') return 'granted';
  if (status === 'ConsentFailure') return nextAttemptAt === null ? 'failed' : 'retrying';
  if (status !== 'ConsentPending' && status !== 'GrantingApplicationRoles') return 'failed';
  const notBefore = automatic?.step === 'authorise' ? automatic.notBefore : null;
  return notBefore !== null && Date.parse(notBefore) > nowMs ? 'waiting' : 'working';
}

export function progressOf(
  batch: AutomaticBatchDoc,
  all: readonly Pick<AutomaticFacts, 'consent' | 'nowMs'>[],
): AutomaticProgress {
  const counts: Record<AutomaticStanding, number> = { waiting: 0, working: 0, retrying: 0, failed: 0, granted: 0 };
  for (const { consent, nowMs } of all)
    if (consent?.automatic?.batchId === batch.batchId) counts[standingOfConsent(consent, nowMs)] += 1;
  const { batchId, startedAt, startedByName } = batch;
  const done = counts.granted + counts.failed;
  // Customers that were removed since are not waited for.
  return {
    batchId,
    startedAt,
    startedByName,
    done,
    total: done + counts.waiting + counts.working + counts.retrying,
    counts,
  };
}

/** Whether anything of a batch goes on by itself. */
export function batchUnderWay(
  batch: AutomaticBatchDoc,
  all: readonly Pick<AutomaticFacts, 'consent' | 'nowMs'>[],
): boolean {
  const { total, done } = progressOf(batch, all);
  return done < total;
}

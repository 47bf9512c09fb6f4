// Whether a customer may be synced at all, and what its row in a list says. Pure.
import { isDeepStrictEqual } from 'node:util';
import { readinessOf } from '../customers/readiness.ts';
import type { Explanation } from '../errors.ts';
import { type DatasetName, datasetNames, type SyncRowDoc, type SyncStateDoc } from './documents.ts';
import type { SyncFacts } from './facts.ts';

export type SyncPermission = { allowed: true } | { allowed: false; explanation: Explanation };

type Evidence = Pick<SyncFacts, 'customer' | 'gdap' | 'consent' | 'settings'>;

/**
 * A customer may be synced while discovery still finds it, it is ready (GDAP, consent and evidence), and it is mapped
 * where the workspace wants that first.
 */
export function syncPermission(facts: Evidence, nowMs: number): SyncPermission {
  const { customer, gdap, consent, settings } = facts;
  if (!customer || customer.missingSince !== null) return { allowed: false, explanation: customerGone };
  const readiness = readinessOf({
    gdap,
    consent,
    profile: settings.roleProfile,
    nowMs,
    thresholdDays: settings.expiringThresholdDays,
  });
  const [blocker] = readiness.blockers;
  if (!readiness.ready) return { allowed: false, explanation: blocker ? fromBlocker(blocker) : customerGone };
  // Mapping does not exist yet, so with this setting off no customer is mapped.
  if (!settings.syncBeforeMapping) return { allowed: false, explanation: notMapped };
  return { allowed: true };
}

/** What a row says; without `unlicensed` that stays as it was. */
export type RowWords = Pick<SyncRowDoc, 'status' | 'explanation' | 'counts'> & Partial<Pick<SyncRowDoc, 'unlicensed'>>;

/** The row's words from the tenant's state; `Pending` before its first run. */
export function rowWords(state: SyncStateDoc | undefined): RowWords {
  if (!state) return { status: 'Pending', explanation: null, counts: null };
  const { status, explanation, counts } = state;
  return { status, explanation, counts, unlicensed: unlicensedOf(state) };
}

/** Datasets that were read once and that the tenant has no licence for any more. */
export function unlicensedOf({ datasets }: SyncStateDoc): DatasetName[] {
  return datasetNames.filter((name) => datasets[name].asOf !== null && datasets[name].unavailable !== null);
}

/** The row with new words; undefined when it says them already. `statusSince` moves only with the status. */
export function nextRow(
  row: SyncRowDoc | undefined,
  tenantId: string,
  words: RowWords,
  nowIso: string,
): SyncRowDoc | undefined {
  const next: SyncRowDoc = {
    id: `sync:${tenantId}`,
    type: 'sync',
    schemaVersion: 1,
    tenantId,
    ...words,
    unlicensed: words.unlicensed ?? row?.unlicensed ?? [],
    statusSince: row?.status === words.status ? row.statusSince : nowIso,
    firstSyncedAt: row?.firstSyncedAt ?? (words.status === 'Success' ? nowIso : null),
  };
  return row && sameWords(row, next) ? undefined : next;
}

function sameWords(left: SyncRowDoc, right: SyncRowDoc): boolean {
  // A correlation id alone is no news: it differs each time that the same thing goes wrong.
  return (
    left.status === right.status &&
    left.firstSyncedAt === right.firstSyncedAt &&
    left.explanation?.code === right.explanation?.code &&
    left.explanation?.meaning === right.explanation?.meaning &&
    isDeepStrictEqual(left.unlicensed, right.unlicensed) &&
    isDeepStrictEqual(left.counts, right.counts)
  );
}

function fromBlocker({ code, meaning, whatToDo }: { code: string; meaning: string; whatToDo: string }): Explanation {
  return { code, meaning, whoActs: 'msp', whatToDo, retryHelps: false };
}

const customerGone: Explanation = {
  code: 'customer_not_found',
  meaning: 'Microsoft no longer lists this tenant among your customers.',
  whoActs: 'msp',
  whatToDo: 'Check the relationship in Partner Center, then refresh. What was synced is kept.',
  retryHelps: false,
};

const notMapped: Explanation = {
  code: 'not_mapped',
  meaning: 'This customer is not mapped yet, and the workspace syncs customers only once they are.',
  whoActs: 'msp',
  whatToDo: 'Map the customer, or allow syncing before mapping in the settings.',
  retryHelps: false,
};

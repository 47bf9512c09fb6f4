// A tenant's sync state: how it begins, and the small changes that a run makes to it. Pure.
import type { Explanation } from '../errors.ts';
import type { DatasetName, DatasetState, SyncStateDoc } from './documents.ts';

const newDataset: DatasetState = {
  asOf: null,
  count: 0,
  hash: null,
  error: null,
  unavailable: null,
  checkedAt: null,
  emptySince: null,
};

/** The state of a tenant that was never synced. */
export function newSyncState(tenantId: string): SyncStateDoc {
  return {
    id: 'state',
    type: 'syncState',
    schemaVersion: 1,
    tenantId,
    datasets: {
      organization: newDataset,
      licences: newDataset,
      subscriptions: newDataset,
      users: newDataset,
      signIns: newDataset,
    },
    usersDeltaLink: null,
    usersCheckpoint: null,
    usersGeneration: 0,
    usersOfGeneration: 0,
    usersFullReadAt: null,
    signInsCheckpoint: null,
    baselineAt: null,
    freshTokenAt: null,
    licenceProbedAt: null,
    sequence: 0,
    flushedSequence: 0,
    claim: null,
    status: 'Pending',
    lastRunAt: null,
    lastSuccessAt: null,
    explanation: null,
    counts: {
      users: 0,
      licensedDisabledUsers: 0,
      licensedInactiveUsers: null,
      licences: 0,
      unusedSeats: 0,
      unusedPaidSeats: 0,
    },
  };
}

export function withDataset(state: SyncStateDoc, name: DatasetName, change: Partial<DatasetState>): SyncStateDoc {
  return { ...state, datasets: { ...state.datasets, [name]: { ...state.datasets[name], ...change } } };
}

/** The dataset was read, or found unchanged: nothing is wrong with it any more. */
export function datasetRead(
  state: SyncStateDoc,
  name: DatasetName,
  nowIso: string,
  change: Partial<DatasetState> = {},
): SyncStateDoc {
  return withDataset(state, name, {
    asOf: nowIso,
    checkedAt: nowIso,
    error: null,
    unavailable: null,
    emptySince: null,
    ...change,
  });
}

/** The dataset could not be read: its data stays, with what is wrong and since when. */
export function datasetFailed(
  state: SyncStateDoc,
  name: DatasetName,
  nowIso: string,
  explanation: Explanation,
): SyncStateDoc {
  const since = state.datasets[name].error?.since ?? nowIso;
  return withDataset(state, name, { checkedAt: nowIso, error: { explanation, since } });
}

/** The tenant has no licence for the dataset: no failure, and not worth asking at each run. */
export function datasetUnavailable(state: SyncStateDoc, name: DatasetName, nowIso: string, why: string): SyncStateDoc {
  return withDataset(state, name, { checkedAt: nowIso, error: null, unavailable: why });
}

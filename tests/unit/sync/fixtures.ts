// Documents and Graph items for the unit tests of the sync's pure rules.
import type { LicenceDoc, SyncStateDoc, UserDoc } from '../../../shared/sync/documents.ts';
import { newSyncState } from '../../../shared/sync/state.ts';

export const tenantId = '11111111-1111-4111-8111-111111111111';
export const workspaceId = '22222222-2222-4222-8222-222222222222';
export const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
export const nowIso = new Date(nowMs).toISOString();

export function user(change: Partial<UserDoc> = {}): UserDoc {
  const userId = change.userId ?? '33333333-3333-4333-8333-333333333333';
  return {
    id: `user:${userId}`,
    type: 'user',
    schemaVersion: 1,
    userId,
    generation: 1,
    displayName: 'Ada',
    userPrincipalName: 'ada@contoso.com',
    mail: 'ada@contoso.com',
    mobilePhone: null,
    department: 'Bakery',
    officeLocation: null,
    userType: 'Member',
    accountEnabled: true,
    licences: ['sku-1'],
    lastSignInAt: null,
    signInReadAt: null,
    standing: 'active',
    ...change,
  };
}

export function licence(change: Partial<LicenceDoc> = {}): LicenceDoc {
  const skuId = change.skuId ?? 'sku-1';
  return {
    id: `licence:${skuId}`,
    type: 'licence',
    schemaVersion: 1,
    skuId,
    skuPartNumber: 'SPB',
    capabilityStatus: 'Enabled',
    appliesTo: 'User',
    enabled: 10,
    consumed: 7,
    suspended: 0,
    warning: 0,
    lockedOut: 0,
    unused: 3,
    subscriptionIds: ['s-1'],
    ...change,
  };
}

/** A state after a first sync. */
export function syncedState(change: Partial<SyncStateDoc> = {}): SyncStateDoc {
  const state = newSyncState(tenantId);
  const read = { ...state.datasets.users, asOf: nowIso, checkedAt: nowIso };
  return {
    ...state,
    datasets: { organization: read, licences: read, subscriptions: read, users: read, signIns: read },
    usersDeltaLink: 'https://graph.example/v1.0/users/delta?$deltatoken=1',
    usersGeneration: 1,
    usersFullReadAt: nowIso,
    baselineAt: nowIso,
    status: 'Success',
    lastRunAt: nowIso,
    lastSuccessAt: nowIso,
    counts: { ...state.counts, licensedInactiveUsers: 0 },
    ...change,
  };
}

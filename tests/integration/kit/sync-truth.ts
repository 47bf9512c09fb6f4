// Compares what the sync stored with what the simulator says is true, and follows the chain of events.
import { expect } from 'vitest';
import { truthOf } from '../../../infra/local/microsoft/control/truth.ts';
import type { Tenant } from '../../../infra/local/microsoft/world.ts';
import { DAY_MS } from '../../../shared/clock.ts';
import type { Store } from '../../../shared/store/port.ts';
import { listAs, openWorkspaceStore, readAs, type WorkspaceStore } from '../../../shared/store/scoped.ts';
import {
  eventDoc,
  licenceDoc,
  organizationDoc,
  outboxDoc,
  type SyncEvent,
  type SyncStateDoc,
  subscriptionDoc,
  syncStateDoc,
  userDoc,
} from '../../../shared/sync/documents.ts';

export async function storedTenant(store: Store, workspaceId: string, tenantId: string) {
  const directory = openWorkspaceStore(store, workspaceId).directory(tenantId);
  const [organization, licences, subscriptions, users, outbox, state] = await Promise.all([
    readAs(directory, 'organization', organizationDoc),
    listAs(directory, { type: 'licence', limit: 1000 }, licenceDoc),
    listAs(directory, { type: 'subscription', limit: 1000 }, subscriptionDoc),
    listAs(directory, { type: 'user', limit: 1000 }, userDoc),
    listAs(directory, { type: 'outbox', limit: 1000 }, outboxDoc),
    readAs(directory, 'state', syncStateDoc),
  ]);
  return { organization: organization?.doc, licences, subscriptions, users, outbox, state: state?.doc };
}

/** Every dataset equals the truth, and every count equals what it counts. Sign-ins are compared on request. */
export async function expectTruth(
  store: Store,
  workspaceId: string,
  tenant: Tenant,
  { signIns = false }: { signIns?: boolean } = {},
): Promise<SyncStateDoc> {
  const truth = truthOf(tenant);
  const stored = await storedTenant(store, workspaceId, tenant.id);
  expect(stored.organization).toMatchObject({ tenantId: tenant.id, displayName: truth.organization.displayName });
  expect(
    stored.licences
      .map(({ id: _, type: __, schemaVersion: ___, capabilityStatus, appliesTo, subscriptionIds, ...rest }) => rest)
      .sort(by('skuId')),
  ).toEqual(truth.licences.map((licence) => ({ ...licence, unused: Math.max(0, licence.unused) })).sort(by('skuId')));
  expect(
    stored.subscriptions
      .map(({ subscriptionId, type: _, schemaVersion: __, ...rest }) => ({ ...rest, id: subscriptionId }))
      .sort(by('id')),
  ).toEqual(truth.subscriptions.toSorted(by('id')));
  expect(
    stored.users
      .map(
        ({
          userId,
          userPrincipalName,
          displayName,
          mail,
          mobilePhone,
          department,
          officeLocation,
          userType,
          accountEnabled,
          licences,
        }) => ({
          id: userId,
          userPrincipalName,
          displayName,
          mail,
          mobilePhone,
          department,
          officeLocation,
          userType,
          accountEnabled,
          licences,
        }),
      )
      .sort(by('id')),
  ).toEqual(truth.users.toSorted(by('id')));
  const { state } = stored;
  if (!state) throw new Error('There is no sync state.');
  const standing = (wanted: string) => stored.users.filter((user) => user.standing === wanted).length;
  expect(state.counts).toMatchObject({
    users: stored.users.length,
    licensedDisabledUsers: standing('disabled'),
    licences: stored.licences.length,
    unusedSeats: stored.licences.reduce((sum, { unused }) => sum + unused, 0),
  });
  expect(state.counts.licensedInactiveUsers ?? 0).toBe(standing('inactive'));
  expect(state.usersOfGeneration).toBe(stored.users.length);
  expect(state.claim).toBeNull();
  if (signIns && truth.hasEntraP1) expectSignIns(truth.signIns, stored.users);
  return state;
}

function expectSignIns(
  truth: ReturnType<typeof truthOf>['signIns'],
  users: Awaited<ReturnType<typeof storedTenant>>['users'],
): void {
  const told = users.flatMap(({ userId, lastSignInAt }) => (lastSignInAt ? [[userId, lastSignInAt] as const] : []));
  const real = truth.map(
    ({ userId, lastSignInDateTime, lastSuccessfulSignInDateTime }) =>
      [userId, lastSuccessfulSignInDateTime ?? lastSignInDateTime] as const,
  );
  expect(new Map(told)).toEqual(new Map(real));
}

/** A tenant's events of the days from `fromMs` to `toMs`, by sequence. */
export async function eventsOf(
  workspace: WorkspaceStore,
  tenantId: string,
  fromMs: number,
  toMs: number,
): Promise<SyncEvent[]> {
  const events: SyncEvent[] = [];
  for (let day = fromMs; day < toMs + DAY_MS; day += DAY_MS) {
    const partition = workspace.events(new Date(day).toISOString().slice(0, 10));
    const docs = await listAs(partition, { type: 'event', limit: 1000 }, eventDoc);
    events.push(...docs.map(({ event }) => event).filter((event) => event.tenantId === tenantId));
  }
  return events.sort((left, right) => left.sequence - right.sequence);
}

/**
 * The sequence has no gap and no repetition; of each object, each event begins where the one before ended, and the last
 * one ends at what is stored. `start` is what was stored at the baseline.
 */
export function expectChain(
  events: readonly SyncEvent[],
  start: readonly { subject: string; fields: object }[],
  end: readonly { subject: string; fields: object }[],
): void {
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  const known = new Map(
    start.map(({ subject, fields }) => [subject, new Map<string, unknown>(Object.entries(fields))]),
  );
  for (const { kind, subject, changes } of events) {
    if (kind === 'customer.synced') continue;
    const fields = known.get(subject) ?? new Map<string, unknown>();
    expect(kind.endsWith('.added'), `${kind} of ${subject}`).toBe(!known.has(subject));
    for (const [field, { from, to }] of Object.entries(changes)) {
      expect(fields.get(field) ?? null, `${field} of ${subject} before ${kind}`).toEqual(from);
      expect(to).not.toEqual(from);
      fields.set(field, to);
    }
    if (kind.endsWith('.removed')) known.delete(subject);
    else known.set(subject, fields);
  }
  expect([...known.keys()].sort()).toEqual(end.map(({ subject }) => subject).sort());
  for (const { subject, fields } of end) {
    const followed = known.get(subject);
    for (const [field, value] of Object.entries(fields)) {
      expect(followed?.get(field) ?? null, `${field} of ${subject} at the end`).toEqual(value);
    }
  }
}

/** What is stored, as {@link expectChain} compares it. */
export async function chainPoints(store: Store, workspaceId: string, tenantId: string) {
  const { organization, licences, subscriptions, users } = await storedTenant(store, workspaceId, tenantId);
  if (!organization) throw new Error('There is no organisation.');
  const { id: _, type: __, schemaVersion: ___, tenantId: subject, ...fields } = organization;
  return [
    { subject, fields },
    ...licences.map(({ id: _, type: __, schemaVersion: ___, ...fields }) => ({ subject: fields.skuId, fields })),
    ...subscriptions.map(({ id: _, type: __, schemaVersion: ___, ...fields }) => ({
      subject: fields.subscriptionId,
      fields,
    })),
    ...users.map(
      ({ id: _, type: __, schemaVersion: ___, generation, standing, lastSignInAt, signInReadAt, ...fields }) => ({
        subject: fields.userId,
        fields,
      }),
    ),
  ];
}

function by<K extends string>(name: K): (left: Record<K, string>, right: Record<K, string>) => number {
  return (left, right) => (left[name] < right[name] ? -1 : 1);
}

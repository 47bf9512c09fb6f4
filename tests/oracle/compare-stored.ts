// Stored against true: every object and field of every dataset, sign-ins, and the counts that the sync keeps.
import { DAY_MS } from '../../shared/clock.ts';
import { type SyncStateDoc, syncStateDoc, type UserDoc } from '../../shared/sync/documents.ts';
import type { Truth } from './control.ts';
import type { Difference } from './difference.ts';
import { canonical, type Fields, type Objects, objectsOf, same } from './states.ts';
import type { StoredTenant } from './stored.ts';

/** Fields that are the app's own, or the sign-ins', which are compared apart. */
const notOfTruth: ReadonlySet<string> = new Set([
  'id',
  'type',
  'schemaVersion',
  'tenantId',
  'generation',
  'standing',
  'lastSignInAt',
  'signInReadAt',
]);

/** The stored objects of a tenant, in the fields that are compared with the truth. */
export function storedObjects(stored: StoredTenant): Objects {
  const all = [
    ...(stored.organization ? [['organization', stored.organization] as const] : []),
    ...stored.licences.map((doc) => [doc.id, doc] as const),
    ...stored.subscriptions.map((doc) => [doc.id, doc] as const),
    ...stored.users.map((doc) => [doc.id, doc] as const),
  ];
  return new Map(all.map(([key, doc]) => [key, fieldsOf(doc)]));
}

function fieldsOf(doc: object): Fields {
  return Object.fromEntries(Object.entries(doc).filter(([name]) => !notOfTruth.has(name)));
}

export interface CompareOptions {
  /** Whether every dataset has been read after the last change, sign-ins too. */
  settled: boolean;
}

/** Every difference between a tenant's truth and what is stored for it. */
export function compareStored(truth: Truth, stored: StoredTenant, { settled }: CompareOptions): Difference[] {
  const differences = compareObjects(truth.tenantId, objectsOf(truth), storedObjects(stored));
  const { state } = stored;
  if (!state) return [...differences, lacking(truth.tenantId, 'state')];
  differences.push(...compareCounts(truth.tenantId, state, stored));
  if (settled) differences.push(...compareSignIns(truth, state, stored.users), ...compareRest(truth, state, stored));
  return differences;
}

/** Objects that are missing, that should not be there, and fields that differ. */
export function compareObjects(tenant: string, expected: Objects, found: Objects): Difference[] {
  const differences: Difference[] = [];
  const say = (key: string, field: string, wanted: string, is: string) =>
    differences.push({ tenant, dataset: datasetOf(key), object: key, field, expected: wanted, found: is });
  for (const [key, fields] of expected) {
    const is = found.get(key);
    if (!is) say(key, '', 'to be there', 'nothing');
    for (const name of is ? new Set([...Object.keys(fields), ...Object.keys(is)]) : []) {
      if (!same(fields[name], is?.[name])) say(key, name, canonical(fields[name]), canonical(is?.[name]));
    }
  }
  for (const [key, fields] of found) if (!expected.has(key)) say(key, '', 'nothing', canonical(fields));
  return differences;
}

export function datasetOf(key: string): string {
  const [type = ''] = key.split(':');
  return { organization: 'organization', licence: 'licences', subscription: 'subscriptions' }[type] ?? 'users';
}

function compareCounts(tenant: string, state: SyncStateDoc, stored: StoredTenant): Difference[] {
  const standing = (wanted: UserDoc['standing']) => stored.users.filter((user) => user.standing === wanted).length;
  const signInsRead = state.datasets.signIns.asOf !== null || state.signInsCheckpoint !== null;
  const expected = {
    users: stored.users.length,
    licensedDisabledUsers: standing('disabled'),
    licensedInactiveUsers: signInsRead ? standing('inactive') : null,
    licences: stored.licences.length,
    unusedSeats: stored.licences.reduce((sum, { unused }) => sum + unused, 0),
    usersOfGeneration: stored.users.filter(({ generation }) => generation === state.usersGeneration).length,
    'datasets.users.count': stored.users.length,
    'datasets.licences.count': stored.licences.length,
    'datasets.subscriptions.count': stored.subscriptions.length,
    'datasets.organization.count': stored.organization ? 1 : 0,
  };
  const { counts, usersOfGeneration, datasets } = state;
  const found: Record<string, unknown> = {
    ...counts,
    usersOfGeneration,
    'datasets.users.count': datasets.users.count,
    'datasets.licences.count': datasets.licences.count,
    'datasets.subscriptions.count': datasets.subscriptions.count,
    'datasets.organization.count': datasets.organization.count,
  };
  return fieldDifferences(tenant, 'state', expected, found);
}

function compareSignIns({ tenantId, hasEntraP1, signIns }: Truth, state: SyncStateDoc, users: UserDoc[]): Difference[] {
  const { signIns: dataset } = state.datasets;
  const told = new Map(
    signIns.map((each) => [each.userId, each.lastSuccessfulSignInDateTime ?? each.lastSignInDateTime]),
  );
  const differences = hasEntraP1
    ? []
    : fieldDifferences(tenantId, 'signIns', { readable: false }, { readable: dataset.unavailable === null });
  for (const user of users) {
    const expected = {
      lastSignInAt: hasEntraP1 ? (told.get(user.userId) ?? null) : null,
      // As of the newest read of sign-ins or the user's own newest change, whichever wrote it.
      standing: expectedStandings(user, Date.parse(dataset.asOf ?? ''), Date.parse(state.lastRunAt ?? '')).includes(
        user.standing,
      ),
    };
    const found = { lastSignInAt: user.lastSignInAt, standing: true };
    differences.push(...fieldDifferences(tenantId, user.id, expected, found, 'signIns'));
  }
  return differences;
}

/** The standings that a user may have; two where the month ran out between the two times. */
function expectedStandings(user: UserDoc, ...timesMs: number[]): UserDoc['standing'][] {
  if (user.licences.length === 0) return ['unlicensed'];
  if (!user.accountEnabled) return ['disabled'];
  if (user.signInReadAt === null) return ['active'];
  const lastMs = user.lastSignInAt === null ? Number.NEGATIVE_INFINITY : Date.parse(user.lastSignInAt);
  return timesMs
    .filter((time) => !Number.isNaN(time))
    .map((time) => (time - lastMs >= 30 * DAY_MS ? 'inactive' : 'active'));
}

/** After everything is read without trouble nothing is under way, nothing is wrong, and the row says what the state says. */
function compareRest({ tenantId }: Truth, state: SyncStateDoc, { row }: StoredTenant): Difference[] {
  const quiet = {
    status: 'Success',
    explanation: null,
    claim: null,
    usersCheckpoint: null,
    signInsCheckpoint: null,
    errors: [],
  };
  const errors = syncStateDoc.shape.datasets.keyof().options.filter((name) => state.datasets[name].error !== null);
  return [
    ...fieldDifferences(tenantId, 'state', quiet, { ...state, errors }),
    ...fieldDifferences(
      tenantId,
      'row',
      { status: state.status, explanation: null, counts: state.counts },
      { ...(row ?? {}) },
    ),
  ];
}

function fieldDifferences(
  tenant: string,
  object: string,
  expected: Fields,
  found: Fields,
  dataset = 'sync',
): Difference[] {
  return Object.entries(expected)
    .filter(([name, value]) => !same(value, found[name]))
    .map(([field, value]) => ({
      tenant,
      dataset,
      object,
      field,
      expected: canonical(value),
      found: canonical(found[field] ?? null),
    }));
}

function lacking(tenant: string, object: string): Difference {
  return { tenant, dataset: 'sync', object, field: '', expected: 'to be there', found: 'nothing' };
}

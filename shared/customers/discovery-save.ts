// Writes what a discovery learned, only where it changed, and keeps the sync schedule in step with it.
import { isDeepStrictEqual } from 'node:util';
import type { SettingsDoc } from '../access/documents.ts';
import type { App } from '../app.ts';
import type { DiscoveryDoc } from '../connections/documents.ts';
import { leavingDoc } from '../connections/removal/documents.ts';
import { type ConsentDoc, consentDoc } from '../consent/documents.ts';
import { requestVerify } from '../consent/verify.ts';
import { allOfType, listAs, queryAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type SyncRowDoc, syncRowDoc } from '../sync/documents.ts';
import { refreshSchedule } from '../sync/may-sync.ts';
import { customerAfter, type FoundCustomer, type GdapReading, gdapAfter, type Source } from './discovery-plan.ts';
import { type CustomerDoc, customerDoc, type GdapDoc, gdapDoc } from './documents.ts';
import { type AssignmentReading, evidenceOf, type GraphRelationship } from './gdap-read.ts';
import { gdapIsUsable, readinessOf } from './readiness.ts';

/** What the store holds of one connection's customers when a discovery begins. */
export interface Known {
  customers: ReadonlyMap<string, CustomerDoc>;
  gdap: ReadonlyMap<string, GdapDoc>;
}

/** Every customer and GDAP document of the workspace, by tenant id. */
export async function readKnown(workspace: WorkspaceStore): Promise<Known> {
  const customers = new Map<string, CustomerDoc>();
  for await (const { doc } of queryAs(workspace.customers, allOfType('customer'), customerDoc))
    customers.set(doc.tenantId, doc);
  const gdap = new Map<string, GdapDoc>();
  for await (const { doc } of queryAs(workspace.customers, allOfType('gdap'), gdapDoc)) gdap.set(doc.tenantId, doc);
  return { customers, gdap };
}

export interface Learned {
  connectionId: string;
  nowIso: string;
  found: readonly FoundCustomer[];
  /** Sources that answered: only their silence means that a customer is gone. */
  answered: ReadonlySet<Source>;
  relationships: readonly GraphRelationship[];
  assignments: ReadonlyMap<string, AssignmentReading>;
  memberOf: ReadonlySet<string>;
}

/** What a reading of GDAP needs of it. */
type GdapLearned = Pick<Learned, 'connectionId' | 'nowIso' | 'assignments' | 'memberOf'>;

/** Names of so many are kept. */
const LEFT_ALONE_SHOWN = 50;

/**
 * Saves all customers and their GDAP. Customers of another connection are left to it, also while they are being removed
 * from there. Gives the first of those, by name.
 */
export async function saveLearned(
  workspace: WorkspaceStore,
  known: Known,
  learned: Learned,
): Promise<DiscoveryDoc['leftAlone']> {
  const byCustomer = Map.groupBy(learned.relationships, ({ customer }) => customer?.tenantId ?? '');
  const leaving = await listAs(workspace.customers, allOfType('leaving'), leavingDoc);
  const holders = new Map(leaving.map(({ leavingTenantId, connectionId }) => [leavingTenantId, connectionId]));
  for (const { tenantId, connectionId } of known.customers.values()) holders.set(tenantId, connectionId);
  const isOurs = ({ tenantId }: FoundCustomer) =>
    (holders.get(tenantId) ?? learned.connectionId) === learned.connectionId;
  const ours = learned.found.filter(isOurs);
  for (const found of ours) {
    await saveCustomer(
      workspace,
      known.customers.get(found.tenantId),
      customerAfter(known.customers.get(found.tenantId), found, learned),
    );
    await saveGdap(
      workspace,
      known.gdap.get(found.tenantId),
      found.tenantId,
      byCustomer.get(found.tenantId) ?? [],
      learned,
    );
  }
  const foundIds = new Set(learned.found.map(({ tenantId }) => tenantId));
  for (const customer of known.customers.values()) {
    if (customer.connectionId !== learned.connectionId || foundIds.has(customer.tenantId)) continue;
    if (!customer.sources.every((source) => source !== 'single' && learned.answered.has(source))) continue;
    await saveCustomer(workspace, customer, { ...customer, missingSince: customer.missingSince ?? learned.nowIso });
    await saveGdap(workspace, known.gdap.get(customer.tenantId), customer.tenantId, [], learned);
  }
  const others = learned.found.filter((found) => !isOurs(found)).slice(0, LEFT_ALONE_SHOWN);
  return others.map(({ tenantId, name }) => ({ tenantId, name, connectionId: holders.get(tenantId) ?? '' }));
}

async function saveCustomer(
  workspace: WorkspaceStore,
  before: CustomerDoc | undefined,
  after: CustomerDoc,
): Promise<void> {
  if (before && isDeepStrictEqual(before, after)) return;
  await updateDoc(workspace.customers, after.id, customerDoc, (stored) =>
    // Another connection may have taken it since this discovery began.
    stored && stored.connectionId !== after.connectionId ? undefined : after,
  );
}

/** Saves one customer's GDAP where it changed. */
export async function saveGdap(
  workspace: WorkspaceStore,
  before: GdapDoc | undefined,
  tenantId: string,
  relationships: readonly GraphRelationship[],
  learned: GdapLearned,
): Promise<void> {
  const after = gdapAfter(before, readingOf(before, relationships, learned), { tenantId, ...learned });
  if (before && isDeepStrictEqual(before, after)) return;
  await updateDoc(workspace.customers, after.id, gdapDoc, (stored) =>
    stored && stored.connectionId !== after.connectionId ? undefined : after,
  );
}

/** One unreadable relationship makes the customer unreadable: what it holds might be what is missing. */
function readingOf(
  before: GdapDoc | undefined,
  relationships: readonly GraphRelationship[],
  learned: GdapLearned,
): GdapReading {
  for (const { id } of relationships) {
    const reading = learned.assignments.get(id);
    if (reading && !reading.ok && !reading.transient) return { kind: 'failed', explanation: reading.explanation };
  }
  return {
    kind: 'read',
    memberOf: learned.memberOf,
    relationships: relationships.map((relationship) =>
      evidenceOf(
        relationship,
        before?.relationships.find(({ id }) => id === relationship.id),
        learned.assignments.get(relationship.id),
        learned.nowIso,
      ),
    ),
  };
}

/** Refreshes the schedule of each customer whose sync does not fit its readiness: newly ready, or no longer. */
export async function alignSchedules(app: App, workspace: WorkspaceStore, settings: SettingsDoc): Promise<void> {
  const { customers, gdap } = await readKnown(workspace);
  const consents = new Map<string, ConsentDoc>();
  for await (const { doc } of queryAs(workspace.customers, allOfType('consent'), consentDoc))
    consents.set(doc.tenantId, doc);
  const rows = new Map<string, SyncRowDoc>();
  for await (const { doc } of queryAs(workspace.customers, allOfType('sync'), syncRowDoc)) rows.set(doc.tenantId, doc);
  for (const tenantId of customers.keys()) {
    const parts = { gdap: gdap.get(tenantId), consent: consents.get(tenantId), row: rows.get(tenantId) };
    await alignSchedule(app, workspace, settings, { tenantId, ...parts });
  }
}

/** The same for one customer, from its documents. */
export async function alignSchedule(
  app: App,
  workspace: WorkspaceStore,
  settings: SettingsDoc,
  customer: {
    tenantId: string;
    gdap: GdapDoc | undefined;
    consent: ConsentDoc | undefined;
    row: SyncRowDoc | undefined;
  },
): Promise<void> {
  const { tenantId, gdap, consent, row } = customer;
  const { ready, gdap: gdapStatus } = readinessOf({
    gdap,
    consent,
    profile: settings.roleProfile,
    nowMs: app.clock.now(),
    thresholdDays: settings.expiringThresholdDays,
  });
  // GDAP that came back is evidence again: the grant itself is looked at before it counts.
  if (consent?.status === 'Granted' && !consent.evidence && gdapIsUsable(gdapStatus.status))
    await requestVerify(app, workspace.workspaceId, tenantId);
  const syncing = row !== undefined && row.status !== 'Paused';
  if (ready !== syncing) await refreshSchedule(app, workspace.workspaceId, tenantId);
}

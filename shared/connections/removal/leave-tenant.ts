// Takes away what is stored of one customer, step by step; each may be repeated. The customer's own document goes first, and
// `leaving:{tenantId}` stands in for it until the last step, so that a stop anywhere loses no customer and keeps no data.
import type { App } from '../../app.ts';
import { type ConsentDoc, consentDoc, consentLinkDoc } from '../../consent/documents.ts';
import type { FormerCustomerDoc } from '../../contacts/documents.ts';
import type { CustomerDoc } from '../../customers/documents.ts';
import { allOfType, listAs, lookups, readAs, updateDoc, type WorkspaceStore } from '../../store/scoped.ts';
import { syncStateDoc } from '../../sync/documents.ts';
import { type JobName, jobNames } from '../../sync/jobs.ts';
import { flushOutbox } from '../../sync/outbox.ts';
import { leaveSchedule } from '../../sync/schedule.ts';
import { newSyncState } from '../../sync/state.ts';
import { recordStep } from '../../timeline/record.ts';
import { deleteAll } from './delete-all.ts';
import { type LeavingDoc, leavingDoc, leavingDocId, type RemovalDoc } from './documents.ts';
import { keepContacts } from './keep-contacts.ts';
import { grantedAppId, withdrawApp } from './withdraw.ts';

/** From here on it is no customer: nothing new begins for it. Gives what stands in for it. */
export async function beginLeaving(app: App, workspace: WorkspaceStore, customer: CustomerDoc): Promise<LeavingDoc> {
  const { tenantId, connectionId, name, domain } = customer;
  const id = leavingDocId(tenantId);
  const consent = (await readAs(workspace.customers, `consent:${tenantId}`, consentDoc))?.doc;
  const appId = await grantedAppId(app, workspace, consent);
  const before = (await readAs(workspace.customers, id, leavingDoc))?.doc;
  const leaving: LeavingDoc = {
    id,
    type: 'leaving',
    schemaVersion: 1,
    leavingTenantId: tenantId,
    connectionId,
    name,
    domain,
    appId: appId ?? before?.appId ?? null,
    partnerGrant: before?.partnerGrant || mayHoldPartnerGrant(consent),
    app: before?.app ?? null,
    appNote: before?.appNote ?? null,
  };
  await workspace.customers.upsert(leaving);
  await workspace.customers.delete(customer.id);
  return leaving;
}

/** Automatic consent that was stopped on its way leaves it behind, as does one that could not take it back. */
function mayHoldPartnerGrant(consent: ConsentDoc | undefined): boolean {
  return consent?.automatic?.authorised === true || consent?.automatic?.residue === true;
}

/** Jobs whose target is a tenant. */
const tenantJobs: readonly JobName[] = jobNames.filter((job) => !['discover', 'keepAlive', 'look'].includes(job));

/**
 * Takes everything away and keeps the users as contacts. Gives how many contacts there are.
 * @throws MicrosoftError where withdrawing the app failed in passing; StoreError
 */
export async function leaveTenant(
  app: App,
  workspace: WorkspaceStore,
  removal: RemovalDoc,
  leaving: LeavingDoc,
  options: { isLast: boolean },
): Promise<number> {
  const { leavingTenantId: tenantId } = leaving;
  const { workspaceId } = workspace;
  for (const job of tenantJobs) await leaveSchedule(app, { job, workspaceId, target: tenantId });
  const withdrawn = await withdrawOnce(app, workspace, removal, leaving, options);
  await flushOutbox(app, workspaceId, tenantId);
  await resetState(workspace, tenantId);
  const contacts = await keepContacts(workspace.directory(tenantId), removal.requestedAt);
  await forgetConsent(app, workspace, tenantId);
  const { requestedAt: at, requestedBy: by, name: connection } = removal;
  await recordStep(app, workspace, { tenantId, kind: 'customer.removed', by, at, details: { connection, contacts } });
  const former: FormerCustomerDoc = {
    id: `formerCustomer:${tenantId}`,
    type: 'formerCustomer',
    schemaVersion: 1,
    tenantId,
    name: leaving.name,
    domain: leaving.domain,
    connectionName: removal.name,
    removedAt: at,
    contacts,
    connectionId: removal.connectionId,
    app: withdrawn.app ?? 'notThere',
    ...(withdrawn.appNote === null ? {} : { appNote: withdrawn.appNote }),
  };
  await workspace.customers.upsert(former);
  await workspace.customers.delete(leaving.id);
  return contacts;
}

/** What came of it is noted at once: a repetition does not ask Microsoft a second time. */
async function withdrawOnce(
  app: App,
  workspace: WorkspaceStore,
  removal: RemovalDoc,
  leaving: LeavingDoc,
  options: { isLast: boolean },
): Promise<LeavingDoc> {
  if (leaving.app !== null) return leaving;
  const noted = { ...leaving, ...(await withdrawApp(app, workspace, removal, leaving, options)) };
  await workspace.customers.upsert(noted);
  return noted;
}

/**
 * The sync begins anew should the tenant come back, but for the numbers of its events, which never repeat. The new etag
 * turns away a run that is still under way: whatever it writes, it writes by the old one.
 */
async function resetState(workspace: WorkspaceStore, tenantId: string): Promise<void> {
  const hasRow = (await workspace.customers.read(`sync:${tenantId}`)) !== undefined;
  await updateDoc(workspace.directory(tenantId), 'state', syncStateDoc, (state) => {
    const { sequence } = state ?? { sequence: 0 };
    return state || hasRow ? { ...newSyncState(tenantId), sequence, flushedSequence: sequence } : undefined;
  });
}

async function forgetConsent(app: App, { customers }: WorkspaceStore, tenantId: string): Promise<void> {
  const range = allOfType('link').where ?? [];
  const where = [...range, { field: 'tenantId', op: 'eq', value: tenantId } as const];
  const links = await listAs(customers, { type: 'consentLink', where, limit: 1000 }, consentLinkDoc);
  for (const { tokenHash } of links) await lookups(app.store).delete(tokenHash);
  const ids = [...links.map(({ id }) => id), `consent:${tenantId}`, `gdap:${tenantId}`, `sync:${tenantId}`];
  for (const id of ids) await customers.delete(id);
}

/** Types that are the workspace's own record of what happened, not Microsoft's data. */
const keptTypes = new Set(['formerCustomer', 'timeline', 'access', 'leaving']);

/**
 * Deletes what names a tenant that is no customer (any more), of whatever type: what other work wrote while the tenant was
 * leaving. One pass over the workspace's customers.
 */
export async function sweepTenants({ customers }: WorkspaceStore, tenantIds: ReadonlySet<string>): Promise<void> {
  const found: string[] = [];
  for await (const { doc } of customers.queryAll({ limit: 1000 }))
    if (tenantIds.has(String(doc['tenantId'] ?? '')) && !keptTypes.has(doc.type)) found.push(doc.id);
  await deleteAll(customers, found);
}

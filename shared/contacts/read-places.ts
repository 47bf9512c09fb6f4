// Reads which tenants a workspace has contacts of: its customers, with how their sync goes, and those that were removed.
import { customerDoc } from '../customers/documents.ts';
import { listAs, type WorkspaceStore } from '../store/scoped.ts';
import { syncRowDoc } from '../sync/documents.ts';
import { formerCustomerDoc } from './documents.ts';
import { type ContactPlace, comparePlaces } from './places.ts';

/** Every tenant of the workspace that has contacts or may have some, in the order of a search. */
export async function readPlaces(workspace: WorkspaceStore): Promise<ContactPlace[]> {
  const [customers, rows, former] = await Promise.all([
    listAs(workspace.customers, { type: 'customer', limit: 1000 }, customerDoc),
    listAs(workspace.customers, { type: 'sync', limit: 1000 }, syncRowDoc),
    listAs(workspace.customers, { type: 'formerCustomer', limit: 1000 }, formerCustomerDoc),
  ]);
  const rowOf = new Map(rows.map((row) => [row.tenantId, row]));
  const formerOf = new Map(former.map((customer) => [customer.tenantId, customer]));
  const places: ContactPlace[] = [];
  for (const { tenantId, name, domain, missingSince } of customers) {
    const row = rowOf.get(tenantId);
    const kept = formerOf.get(tenantId)?.contacts ?? 0;
    formerOf.delete(tenantId);
    // Without a row nothing was ever read; a first sync under way has a row without counts.
    const users = row ? (row.counts?.users ?? null) : 0;
    const stopped = row?.status === 'Paused' || row?.status === 'AuthError' ? row.statusSince : null;
    const since = missingSince ?? stopped;
    places.push({ tenantId, name, domain, users, kept, state: since === null ? 'synced' : 'paused', since });
  }
  for (const { tenantId, name, domain, contacts } of formerOf.values())
    places.push({ tenantId, name, domain, users: 0, kept: contacts, state: 'paused', since: null });
  return places.sort(comparePlaces);
}

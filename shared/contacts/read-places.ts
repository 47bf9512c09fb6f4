// Reads which tenants a workspace has contacts of: its customers, with how their sync goes, and those that were removed.
import { type CustomerDoc, customerDoc } from '../customers/documents.ts';
import { listAs, readAs, type WorkspaceStore } from '../store/scoped.ts';
import { type SyncRowDoc, syncRowDoc } from '../sync/documents.ts';
import { type FormerCustomerDoc, formerCustomerDoc } from './documents.ts';
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
  const customerIds = new Set(customers.map(({ tenantId }) => tenantId));
  return [
    ...customers.map((customer) => placeOf(customer, rowOf.get(customer.tenantId), formerOf.get(customer.tenantId))),
    ...former.filter(({ tenantId }) => !customerIds.has(tenantId)).map(formerPlace),
  ].sort(comparePlaces);
}

interface FoundPlace {
  place: ContactPlace;
  /** Whether it is a customer now. */
  current: boolean;
  /** What is known of it from before, where its connection was removed. */
  former: FormerCustomerDoc | undefined;
}

/** One of them; undefined when the workspace has neither such a customer nor had one. */
export async function readPlace(workspace: WorkspaceStore, tenantId: string): Promise<FoundPlace | undefined> {
  const [customer, row, former] = await Promise.all([
    readAs(workspace.customers, `customer:${tenantId}`, customerDoc),
    readAs(workspace.customers, `sync:${tenantId}`, syncRowDoc),
    readAs(workspace.customers, `formerCustomer:${tenantId}`, formerCustomerDoc),
  ]);
  if (customer) return { place: placeOf(customer.doc, row?.doc, former?.doc), current: true, former: former?.doc };
  return former && { place: formerPlace(former.doc), current: false, former: former.doc };
}

function placeOf(
  { tenantId, name, domain, missingSince }: CustomerDoc,
  row: SyncRowDoc | undefined,
  former: FormerCustomerDoc | undefined,
): ContactPlace {
  // Without a row nothing was ever read; a first sync under way has a row without counts.
  const users = row ? (row.counts?.users ?? null) : 0;
  const stopped = row?.status === 'Paused' || row?.status === 'AuthError' ? row.statusSince : null;
  const since = missingSince ?? stopped;
  const kept = former?.contacts ?? 0;
  return { tenantId, name, domain, users, kept, state: since === null ? 'synced' : 'paused', since };
}

function formerPlace({ tenantId, name, domain, contacts }: FormerCustomerDoc): ContactPlace {
  return { tenantId, name, domain, users: 0, kept: contacts, state: 'paused', since: null };
}

// Stored customers with users, as a sync leaves them, and contacts that were kept; and a store that says what it was asked.
import type { ContactDoc } from '../../../shared/contacts/documents.ts';
import type { Store } from '../../../shared/store/port.ts';
import type { NewDoc, WorkspaceStore } from '../../../shared/store/scoped.ts';
import type { SyncRowDoc, UserDoc } from '../../../shared/sync/documents.ts';

export interface CountedStore {
  store: Store;
  /** What was asked since the last `reset`. */
  queries: { container: string; pk: string }[];
  reset(): void;
}

export function countedStore(inner: Store): CountedStore {
  const queries: CountedStore['queries'] = [];
  const store: Store = {
    ...inner,
    query: (container, pk, query) => {
      queries.push({ container, pk });
      return inner.query(container, pk, query);
    },
  };
  return { store, queries, reset: () => queries.splice(0) };
}

const departments = ['Finance', 'Sales', 'Support', null];

function person(tenantNumber: number, index: number) {
  const name = `u${String(index).padStart(4, '0')}`;
  return {
    schemaVersion: 1 as const,
    userId: `b0000000-${String(tenantNumber).padStart(4, '0')}-4000-8000-${String(index).padStart(12, '0')}`,
    displayName: `User ${index}`,
    userPrincipalName: `${name}@t${tenantNumber}.example`,
    mail: index % 5 === 4 ? null : `${name}@mail.t${tenantNumber}.example`,
    mobilePhone: index % 3 === 0 ? `+44 7700 9${String(index).padStart(5, '0')}` : null,
    department: departments[index % departments.length] ?? null,
    officeLocation: index % 2 === 0 ? 'London' : null,
    userType: index % 10 === 9 ? 'Guest' : 'Member',
    accountEnabled: index % 7 !== 6,
  };
}

export function user(tenantNumber: number, index: number): UserDoc {
  const fields = person(tenantNumber, index);
  const rest = { generation: 1, licences: [], lastSignInAt: null, signInReadAt: null, standing: 'unlicensed' as const };
  return { ...fields, ...rest, id: `user:${fields.userId}`, type: 'user' };
}

export function keptContact(tenantNumber: number, index: number): ContactDoc {
  const fields = person(tenantNumber, index);
  return { ...fields, id: `contact:${fields.userId}`, type: 'contact', endedAt: '2026-01-15T00:00:00.000Z' };
}

interface StoredCustomer {
  tenantId: string;
  name: string;
  /** Of its sync; null where it never was synced. Success unless told. */
  status?: SyncRowDoc['status'] | null;
  /** Whether its users are counted already. */
  counted?: boolean;
  missingSince?: string | null;
}

export async function putCustomer(
  workspace: WorkspaceStore,
  { tenantId, name, status = 'Success', counted = true, missingSince = null }: StoredCustomer,
  users: readonly UserDoc[],
): Promise<void> {
  const counts = {
    users: users.length,
    licensedDisabledUsers: 0,
    licensedInactiveUsers: null,
    licences: 0,
    unusedSeats: 0,
    unusedPaidSeats: 0,
  };
  const docs: NewDoc[] = [
    {
      id: `customer:${tenantId}`,
      type: 'customer',
      schemaVersion: 1,
      tenantId,
      connectionId: workspace.workspaceId,
      name,
      domain: `${name.replaceAll(' ', '').toLowerCase()}.example`,
      sources: ['gdap'],
      firstSeenAt: '2026-01-01T00:00:00.000Z',
      missingSince,
    },
  ];
  if (status !== null) {
    docs.push({
      id: `sync:${tenantId}`,
      type: 'sync',
      schemaVersion: 1,
      tenantId,
      status,
      statusSince: '2026-02-01T00:00:00.000Z',
      explanation: null,
      firstSyncedAt: counted ? '2026-01-01T00:00:00.000Z' : null,
      counts: counted ? counts : null,
    });
  }
  await write(workspace.customers, docs);
  await write(workspace.directory(tenantId), users);
}

export async function putFormer(
  workspace: WorkspaceStore,
  { tenantId, name }: { tenantId: string; name: string },
  contacts: readonly ContactDoc[],
): Promise<void> {
  const former = {
    id: `formerCustomer:${tenantId}`,
    type: 'formerCustomer',
    schemaVersion: 1,
    tenantId,
    name,
    domain: null,
    connectionName: 'The connection that was removed',
    removedAt: '2026-01-15T00:00:00.000Z',
    contacts: contacts.length,
  };
  await write(workspace.customers, [former]);
  await write(workspace.directory(tenantId), contacts);
}

async function write(partition: WorkspaceStore['customers'], docs: readonly NewDoc[]): Promise<void> {
  if (docs.length === 0) return;
  for (const outcome of await partition.bulkUpsert(docs)) if (!outcome.ok) throw outcome.error;
}

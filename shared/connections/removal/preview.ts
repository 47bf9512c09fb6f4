// What a removal takes and what it keeps, in numbers, before anybody asks for it.
import { consentLinkDoc } from '../../consent/documents.ts';
import { customerDoc } from '../../customers/documents.ts';
import { allOfType, listAs, type WorkspaceStore } from '../../store/scoped.ts';
import { syncRowDoc } from '../../sync/documents.ts';
import type { RemovalCounts } from './documents.ts';

/** Counts for one connection, or for all of them where none is named. */
export async function countWhatGoes(workspace: WorkspaceStore, connectionId?: string): Promise<RemovalCounts> {
  const { customers } = workspace;
  const [all, rows, links, mappings] = await Promise.all([
    listAs(customers, allOfType('customer'), customerDoc),
    listAs(customers, allOfType('sync'), syncRowDoc),
    listAs(customers, { ...allOfType('link'), type: 'consentLink' }, consentLinkDoc),
    countOf(workspace, 'mapping'),
  ]);
  const ours = all.filter((customer) => connectionId === undefined || customer.connectionId === connectionId);
  const tenantIds = new Set(ours.map(({ tenantId }) => tenantId));
  const counts = rows.flatMap((row) => (tenantIds.has(row.tenantId) && row.counts ? [row.counts] : []));
  return {
    customers: ours.length,
    users: counts.reduce((sum, { users }) => sum + users, 0),
    licences: counts.reduce((sum, { licences }) => sum + licences, 0),
    links: links.filter(({ tenantId }) => tenantIds.has(tenantId)).length,
    mappings: mappings.filter((tenantId) => tenantIds.has(tenantId)).length,
  };
}

/** Tenant ids of the documents of a type: mappings come with the distributor and the PSA. */
async function countOf({ customers }: WorkspaceStore, type: string): Promise<string[]> {
  const tenantIds: string[] = [];
  for await (const { doc } of customers.queryAll(allOfType(type))) tenantIds.push(String(doc['tenantId'] ?? ''));
  return tenantIds;
}

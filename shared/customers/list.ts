// Reads the workspace's customers for lists and pages: the rows of one partition, put together in memory.
import { defaultSettings, settingsDoc } from '../access/documents.ts';
import type { App } from '../app.ts';
import { consentDoc } from '../consent/documents.ts';
import { currentConsent } from '../consent/status.ts';
import { allOfType, queryAs, readAs, type WorkspaceStore } from '../store/scoped.ts';
import { syncRowDoc, syncStateDoc } from '../sync/documents.ts';
import { accessDoc, accessDocId } from '../timeline/documents.ts';
import { customerDoc, gdapDoc } from './documents.ts';
import { readinessOf } from './readiness.ts';
import {
  type CustomerRow,
  countPerConnection,
  countRows,
  pageOf,
  type RowCounts,
  type RowQuery,
  rowOf,
  selectRows,
} from './rows.ts';

export interface CustomerList {
  /** One page of at most 100. */
  rows: readonly CustomerRow[];
  counts: RowCounts;
  /** How many customers each connection has, by its id. */
  perConnection: Readonly<Record<string, number>>;
  /** How many the filter leaves. */
  matching: number;
  page: number;
  pages: number;
}

/** A page of customers by filter and order, with the counts of every filter. */
export async function listCustomers(app: App, workspace: WorkspaceStore, query: RowQuery): Promise<CustomerList> {
  const everyone = await allCustomers(app, workspace);
  const all = query.connection ? everyone.filter(({ connectionId }) => connectionId === query.connection) : everyone;
  // The time of the last sync is in each tenant's own partition: looked up for all only where it decides the order.
  const rows = query.sort === 'lastSync' ? await withLastSync(workspace, all) : all;
  const selected = selectRows(rows, query);
  const page = pageOf(selected, query.page);
  const shown = query.sort === 'lastSync' ? page.rows : await withLastSync(workspace, page.rows);
  const counted = { counts: countRows(all), perConnection: countPerConnection(everyone), matching: selected.length };
  return { ...page, rows: shown, ...counted };
}

/** Every customer of the workspace, without the time of the last sync. */
export async function allCustomers(app: App, workspace: WorkspaceStore): Promise<CustomerRow[]> {
  const settings = (await readAs(workspace.workspace, 'settings', settingsDoc))?.doc ?? defaultSettings;
  const collect = async <T extends { tenantId: string }>(documents: AsyncIterable<{ doc: T }>) => {
    const byTenant = new Map<string, T>();
    for await (const { doc } of documents) byTenant.set(doc.tenantId, doc);
    return byTenant;
  };
  const [customers, gdap, consents, syncs, access] = await Promise.all([
    collect(queryAs(workspace.customers, allOfType('customer'), customerDoc)),
    collect(queryAs(workspace.customers, allOfType('gdap'), gdapDoc)),
    collect(queryAs(workspace.customers, allOfType('consent'), consentDoc)),
    collect(queryAs(workspace.customers, allOfType('sync'), syncRowDoc)),
    collect(queryAs(workspace.customers, allOfType('access'), accessDoc)),
  ]);
  const at = { profile: settings.roleProfile, nowMs: app.clock.now(), thresholdDays: settings.expiringThresholdDays };
  return [...customers.values()].map((customer) => {
    const consent = consents.get(customer.tenantId);
    const parts = {
      customer,
      gdap: gdap.get(customer.tenantId),
      consent: consent && currentConsent(consent, at.nowMs),
      sync: syncs.get(customer.tenantId),
      access: access.get(customer.tenantId),
      nowMs: at.nowMs,
    };
    return rowOf({ ...parts, readiness: readinessOf({ ...parts, ...at }) });
  });
}

/** One customer; undefined when this workspace has none of that tenant. */
export async function readCustomer(
  app: App,
  workspace: WorkspaceStore,
  tenantId: string,
): Promise<CustomerRow | undefined> {
  const customer = (await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))?.doc;
  if (!customer) return undefined;
  const [settings, gdap, consent, sync, access] = await Promise.all([
    readAs(workspace.workspace, 'settings', settingsDoc),
    readAs(workspace.customers, `gdap:${tenantId}`, gdapDoc),
    readAs(workspace.customers, `consent:${tenantId}`, consentDoc),
    readAs(workspace.customers, `sync:${tenantId}`, syncRowDoc),
    readAs(workspace.customers, accessDocId(tenantId), accessDoc),
  ]);
  const { roleProfile, expiringThresholdDays } = settings?.doc ?? defaultSettings;
  const nowMs = app.clock.now();
  const current = consent && currentConsent(consent.doc, nowMs);
  const parts = { customer, gdap: gdap?.doc, consent: current, sync: sync?.doc, access: access?.doc, nowMs };
  const readiness = readinessOf({ ...parts, profile: roleProfile, thresholdDays: expiringThresholdDays });
  const [row] = await withLastSync(workspace, [rowOf({ ...parts, readiness })]);
  return row;
}

async function withLastSync(workspace: WorkspaceStore, rows: readonly CustomerRow[]): Promise<CustomerRow[]> {
  return Promise.all(
    rows.map(async (row) => {
      const state = await readAs(workspace.directory(row.tenantId), 'state', syncStateDoc);
      return { ...row, lastSyncAt: state?.doc.lastSuccessAt ?? null };
    }),
  );
}

// What is known of a customer before its sync: read at each run, so that a run stops as soon as its evidence falls.
import { defaultSettings, type SettingsDoc, settingsDoc } from '../access/documents.ts';
import type { App } from '../app.ts';
import { type ConsentDoc, consentDoc } from '../consent/documents.ts';
import { type CustomerDoc, customerDoc, type GdapDoc, gdapDoc } from '../customers/documents.ts';
import { openWorkspaceStore, readAs, type Typed, type WorkspaceStore } from '../store/scoped.ts';
import { type SyncRowDoc, type SyncStateDoc, syncRowDoc, syncStateDoc } from './documents.ts';

export interface SyncFacts {
  workspace: WorkspaceStore;
  customer: CustomerDoc | undefined;
  gdap: GdapDoc | undefined;
  consent: ConsentDoc | undefined;
  settings: SettingsDoc;
  row: Typed<SyncRowDoc> | undefined;
  state: Typed<SyncStateDoc> | undefined;
}

/** Reads everything that a decision about a customer's sync rests on. Throws as `readAs`. */
export async function readFacts(app: Pick<App, 'store'>, workspaceId: string, tenantId: string): Promise<SyncFacts> {
  const workspace = openWorkspaceStore(app.store, workspaceId);
  const [customer, gdap, consent, settings, row, state] = await Promise.all([
    readCustomer(workspace, tenantId),
    readAs(workspace.customers, `gdap:${tenantId}`, gdapDoc),
    readAs(workspace.customers, `consent:${tenantId}`, consentDoc),
    readAs(workspace.workspace, 'settings', settingsDoc),
    readAs(workspace.customers, rowId(tenantId), syncRowDoc),
    readState(workspace, tenantId),
  ]);
  return {
    workspace,
    customer,
    gdap: gdap?.doc,
    consent: consent?.doc,
    settings: settings?.doc ?? defaultSettings,
    row,
    state,
  };
}

/** The tenant's sync state, with the etag that fences writes. */
export function readState(workspace: WorkspaceStore, tenantId: string): Promise<Typed<SyncStateDoc> | undefined> {
  return readAs(workspace.directory(tenantId), 'state', syncStateDoc);
}

export function rowId(tenantId: string): string {
  return `sync:${tenantId}`;
}

/** Reads twice before it says that there is none: one missing read proves nothing under session consistency. */
async function readCustomer(workspace: WorkspaceStore, tenantId: string): Promise<CustomerDoc | undefined> {
  const id = `customer:${tenantId}`;
  const found =
    (await readAs(workspace.customers, id, customerDoc)) ?? (await readAs(workspace.customers, id, customerDoc));
  return found?.doc;
}

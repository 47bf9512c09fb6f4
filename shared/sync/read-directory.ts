// What pages and API read of a synced tenant: what it is, what it holds, and how old each part is.
import type { App } from '../app.ts';
import { productName } from '../microsoft/product-names.ts';
import { listAs, openWorkspaceStore, readAs } from '../store/scoped.ts';
import {
  type LicenceDoc,
  licenceDoc,
  type OrganizationDoc,
  organizationDoc,
  type SubscriptionDoc,
  type SyncStateDoc,
  subscriptionDoc,
} from './documents.ts';
import { readState } from './facts.ts';
import { ofType } from './load-docs.ts';
import { readProductNames } from './product-names.ts';

/** A document under the name that people know its product by. */
export type Named<T> = T & { productName: string };

export interface Directory {
  /** Null before the tenant was first read. */
  organization: OrganizationDoc | null;
  /** Most unused seats first, then by name. */
  licences: readonly Named<LicenceDoc>[];
  /** By name. */
  subscriptions: readonly Named<SubscriptionDoc>[];
  /** Status, counts, and age and error of each dataset; null before the first run. */
  state: Pick<
    SyncStateDoc,
    'status' | 'explanation' | 'lastRunAt' | 'lastSuccessAt' | 'baselineAt' | 'counts' | 'datasets'
  > | null;
}

/** Reads a tenant without its users. The caller has made sure that the customer is the workspace's. */
export async function readDirectory(
  app: Pick<App, 'store' | 'clock'>,
  workspaceId: string,
  tenantId: string,
): Promise<Directory> {
  const workspace = openWorkspaceStore(app.store, workspaceId);
  const directory = workspace.directory(tenantId);
  const [organization, licences, subscriptions, state, names] = await Promise.all([
    readAs(directory, 'organization', organizationDoc),
    listAs(directory, { ...ofType('licence', 'licence:'), limit: 1000 }, licenceDoc),
    listAs(directory, { ...ofType('subscription', 'subscription:'), limit: 1000 }, subscriptionDoc),
    readState(workspace, tenantId),
    readProductNames(app),
  ]);
  const named = <T extends { skuId: string; skuPartNumber: string }>(doc: T): Named<T> => ({
    ...doc,
    productName: productName(doc, names),
  });
  const byName = (left: Named<unknown>, right: Named<unknown>): number =>
    left.productName.localeCompare(right.productName, 'en');
  return {
    organization: organization?.doc ?? null,
    licences: licences.map(named).sort((left, right) => right.unused - left.unused || byName(left, right)),
    subscriptions: subscriptions.map(named).sort(byName),
    state: state ? shown(state.doc) : null,
  };
}

function shown(state: SyncStateDoc): Directory['state'] {
  const { status, explanation, lastRunAt, lastSuccessAt, baselineAt, counts, datasets } = state;
  return { status, explanation, lastRunAt, lastSuccessAt, baselineAt, counts, datasets };
}

// Reads what decides about automatic consent: of one customer, or of all of a workspace.
import { readSettings } from '../../access/settings.ts';
import type { App } from '../../app.ts';
import { type ConnectionDoc, connectionDoc } from '../../connections/documents.ts';
import { connectionDocId, listConnections } from '../../connections/read.ts';
import { customerDoc, gdapDoc } from '../../customers/documents.ts';
import { queryAs, readAs, type WorkspaceStore } from '../../store/scoped.ts';
import { consentDoc } from '../documents.ts';
import { currentConsent } from '../status.ts';
import type { AutomaticFacts } from './plan.ts';

type Needs = Pick<App, 'clock'>;

/** Undefined where the workspace has no such customer. */
export async function factsOf(
  app: Needs,
  workspace: WorkspaceStore,
  tenantId: string,
): Promise<AutomaticFacts | undefined> {
  const customer = (await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))?.doc;
  if (!customer) return undefined;
  const [settings, gdap, consent, connection] = await Promise.all([
    readSettings(workspace),
    readAs(workspace.customers, `gdap:${tenantId}`, gdapDoc),
    readAs(workspace.customers, `consent:${tenantId}`, consentDoc),
    readAs(workspace.workspace, connectionDocId(customer.connectionId), connectionDoc),
  ]);
  const nowMs = app.clock.now();
  return {
    workspaceId: workspace.workspaceId,
    customer,
    gdap: gdap?.doc,
    consent: consent && currentConsent(consent.doc, nowMs),
    connection: connection?.doc,
    settings,
    nowMs,
  };
}

/** Every customer of the workspace, by name. */
export async function allFacts(app: Needs, workspace: WorkspaceStore): Promise<AutomaticFacts[]> {
  const [settings, connections, customers, gdap, consents] = await Promise.all([
    readSettings(workspace),
    listConnections(app, workspace),
    collect(queryAs(workspace.customers, { type: 'customer', limit: 1000 }, customerDoc)),
    collect(queryAs(workspace.customers, { type: 'gdap', limit: 1000 }, gdapDoc)),
    collect(queryAs(workspace.customers, { type: 'consent', limit: 1000 }, consentDoc)),
  ]);
  const byId = new Map<string, ConnectionDoc>(connections.map((connection) => [connection.connectionId, connection]));
  const nowMs = app.clock.now();
  const { workspaceId } = workspace;
  return [...customers.values()]
    .map((customer): AutomaticFacts => {
      const consent = consents.get(customer.tenantId);
      return {
        workspaceId,
        customer,
        gdap: gdap.get(customer.tenantId),
        consent: consent && currentConsent(consent, nowMs),
        connection: byId.get(customer.connectionId),
        settings,
        nowMs,
      };
    })
    .sort((a, b) => a.customer.name.localeCompare(b.customer.name, 'en') || a.customer.id.localeCompare(b.customer.id));
}

async function collect<T extends { tenantId: string }>(documents: AsyncIterable<{ doc: T }>): Promise<Map<string, T>> {
  const byTenant = new Map<string, T>();
  for await (const { doc } of documents) byTenant.set(doc.tenantId, doc);
  return byTenant;
}

// Where a GDAP operation happens: one customer of this workspace, its evidence, and Graph with the token of the connection
// that the customer came by. Nothing of another workspace can be reached from here.

import type { SettingsDoc } from '../access/documents.ts';
import { readSettings } from '../access/settings.ts';
import type { App } from '../app.ts';
import { partnerTokens } from '../connections/partner-tokens.ts';
import { readConnection } from '../connections/read.ts';
import { notFound } from '../errors.ts';
import type { GraphClient } from '../microsoft/microsoft.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type CustomerDoc, customerDoc, type GdapDoc, gdapDoc, type RelationshipEvidence } from './documents.ts';
import { gdapProblem } from './gdap-problems.ts';
import { evidenceOf, type GraphRelationship } from './gdap-read.ts';

export interface GdapPlace {
  app: App;
  workspace: WorkspaceStore;
  workspaceId: string;
  connectionId: string;
  customer: CustomerDoc;
  gdap: GdapDoc | undefined;
  settings: SettingsDoc;
  graph: GraphClient;
}

/**
 * Looks everything up. Microsoft is not asked yet.
 * @throws Problem 404 for no such customer, 409 where GDAP does not apply or nothing is connected
 */
export async function openGdapPlace(app: App, workspace: WorkspaceStore, tenantId: string): Promise<GdapPlace> {
  const customer = (await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))?.doc;
  if (!customer) throw notFound('customer');
  const { connectionId } = customer;
  const [gdap, settings, connection] = await Promise.all([
    readAs(workspace.customers, gdapDocId(tenantId), gdapDoc),
    readSettings(workspace),
    readConnection(app, workspace, connectionId),
  ]);
  if (connection.kind !== 'microsoft_csp' || gdap?.doc.applies === false) throw gdapProblem('gdap_not_applicable');
  if (connection.state !== 'Connected') throw gdapProblem('not_connected');
  const { workspaceId } = workspace;
  const graph = app.microsoft.graph(partnerTokens(app, workspaceId, connectionId).graph);
  return { app, workspace, workspaceId, connectionId, customer, gdap: gdap?.doc, settings, graph };
}

export function gdapDocId(tenantId: string): string {
  return `gdap:${tenantId}`;
}

/** A relationship that is known of this customer. @throws Problem 404 for any other, without asking Microsoft */
export function requireRelationship({ gdap }: GdapPlace, relationshipId: string): RelationshipEvidence {
  const found = gdap?.relationships.find(({ id }) => id === relationshipId);
  if (!found) throw notFound('admin relationship');
  return found;
}

/** Keeps what a write answered, so that pages show it before the next discovery. Of a customer that was never read, nothing. */
export async function keepRelationship(place: GdapPlace, relationship: GraphRelationship): Promise<void> {
  const { app, workspace, customer } = place;
  await updateDoc(workspace.customers, gdapDocId(customer.tenantId), gdapDoc, (doc) => {
    if (!doc?.readAt) return undefined;
    const before = doc.relationships.find(({ id }) => id === relationship.id);
    const nowIso = new Date(app.clock.now()).toISOString();
    const kept = evidenceOf(relationship, before, undefined, nowIso);
    const others = doc.relationships.filter(({ id }) => id !== relationship.id);
    return { ...doc, relationships: [...others, kept].sort((a, b) => a.id.localeCompare(b.id)) };
  });
}

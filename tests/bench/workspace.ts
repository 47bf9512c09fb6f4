// A workspace with connected, consented customers, written straight to the store as connect, discovery and consent do.

import { defaultSettings } from '../../shared/access/documents.ts';
import type { App } from '../../shared/app.ts';
import { DAY_MS } from '../../shared/clock.ts';
import { type ConnectionDoc, connectionDoc } from '../../shared/connections/documents.ts';
import { type ConsentDoc, consentDoc } from '../../shared/consent/documents.ts';
import type { RelationshipEvidence } from '../../shared/customers/documents.ts';
import { type CustomerDoc, customerDoc, type GdapDoc, gdapDoc } from '../../shared/customers/documents.ts';
import { permissionSetVersion } from '../../shared/microsoft/permissions.ts';
import { openWorkspaceStore } from '../../shared/store/scoped.ts';

export const workspaceId = '0f0e0d0c-0b0a-4908-8706-050403020100';
const connectionId = 'a0a1a2a3-a4a5-46a7-88a9-aaabacadaeaf';
const groupId = 'b0b1b2b3-b4b5-46b7-88b9-babbbcbdbebf';
const accountId = 'c0c1c2c3-c4c5-46c7-88c9-cacbcccdcecf';

/** Writes the workspace's documents and, per tenant, those that allow it to be synced. */
export async function writeWorkspace(app: App, tenantIds: readonly string[]): Promise<void> {
  const workspace = openWorkspaceStore(app.store, workspaceId);
  const nowIso = new Date(app.clock.now()).toISOString();
  await workspace.workspace.upsert(connectionDoc.parse(connectionOf(nowIso)));
  await workspace.workspace.upsert(defaultSettings);
  const docs = tenantIds.flatMap((tenantId) => [
    customerDoc.parse(customerOf(tenantId, nowIso)),
    gdapDoc.parse(gdapOf(tenantId, app.clock.now())),
    consentDoc.parse(consentOf(tenantId, nowIso)),
  ]);
  for (let start = 0; start < docs.length; start += 3_000) {
    const outcomes = await workspace.customers.bulkUpsert(docs.slice(start, start + 3_000));
    for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
  }
}

function connectionOf(nowIso: string): ConnectionDoc {
  return {
    id: `connection:${connectionId}`,
    type: 'connection',
    schemaVersion: 1,
    connectionId,
    kind: 'microsoft_csp',
    app: { kind: 'tenantry' },
    name: 'Bench',
    tenantId: workspaceId,
    domain: 'bench.example',
    state: 'Connected',
    reason: null,
    explanation: null,
    stateSince: nowIso,
    checks: [],
    account: { objectId: accountId, username: 'service@bench.example', name: 'Service' },
    createdAt: nowIso,
  };
}

function customerOf(tenantId: string, nowIso: string): CustomerDoc {
  return {
    id: `customer:${tenantId}`,
    type: 'customer',
    schemaVersion: 1,
    tenantId,
    connectionId,
    name: `Customer ${tenantId.slice(0, 8)}`,
    domain: null,
    sources: ['gdap', 'contracts'],
    firstSeenAt: nowIso,
    missingSince: null,
  };
}

function gdapOf(tenantId: string, nowMs: number): GdapDoc {
  return {
    id: `gdap:${tenantId}`,
    type: 'gdap',
    schemaVersion: 1,
    tenantId,
    connectionId,
    applies: true,
    relationships: [relationshipOf(tenantId, nowMs)],
    memberOf: [groupId],
    // No discovery runs here, and a reading counts for three days: this one stays young however far the clock moves.
    readAt: new Date(nowMs + 300 * DAY_MS).toISOString(),
    error: null,
  };
}

function relationshipOf(tenantId: string, nowMs: number): RelationshipEvidence {
  const roles = [...defaultSettings.roleProfile.allOf];
  return {
    id: relationshipId(tenantId),
    name: 'Bench relationship',
    status: 'active',
    etag: '"1"',
    activatedAt: new Date(nowMs - 30 * DAY_MS).toISOString(),
    endAt: new Date(nowMs + 300 * DAY_MS).toISOString(),
    autoExtendDuration: 'PT0S',
    roles,
    assignments: [{ id: `assignment ${tenantId}`, status: 'active', groupId, roles }],
    assignmentsReadAt: new Date(nowMs).toISOString(),
  };
}

function relationshipId(tenantId: string): string {
  return `${tenantId}-${tenantId}`;
}

function consentOf(tenantId: string, nowIso: string): ConsentDoc {
  return {
    id: `consent:${tenantId}`,
    type: 'consent',
    schemaVersion: 1,
    tenantId,
    status: 'Granted',
    statusSince: nowIso,
    method: 'gdapAccount',
    evidence: { kind: 'gdap', relationshipId: relationshipId(tenantId), readAt: nowIso },
    ownAppConnectionId: null,
    permissionSet: permissionSetVersion,
    grantedAt: nowIso,
    linkId: null,
    attempts: 1,
    nextAttemptAt: null,
    explanation: null,
    verifiedAt: nowIso,
  };
}

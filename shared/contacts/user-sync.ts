// Sync customers, then Sync users (MP-11): what the two buttons set going, and how far it is.
import { z } from 'zod';
import { audit } from '../access/audit.ts';
import type { MemberDoc } from '../access/documents.ts';
import { actorOf } from '../access/members.ts';
import { readSettings } from '../access/settings.ts';
import type { App } from '../app.ts';
import type { ConnectionDoc, DiscoveryDoc } from '../connections/documents.ts';
import { listConnections } from '../connections/read.ts';
import { readDiscovery, requestDiscovery } from '../customers/discovery.ts';
import { allCustomers } from '../customers/list.ts';
import { type Explanation, Problem } from '../errors.ts';
import { followUp, maxAttempts } from '../queue/retry.ts';
import { isStoreError } from '../store/port.ts';
import { listAs, openWorkspaceStore, readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type SyncRowDoc, syncRowDoc } from '../sync/documents.ts';
import { rowId } from '../sync/facts.ts';
import type { RunMessage } from '../sync/messages.ts';
import { nextRow } from '../sync/permission.ts';
import {
  customersToSync,
  isReading,
  mayRun,
  progressOf,
  standsInTheWay,
  type UserSyncDoc,
  type UserSyncProgress,
  userSyncDoc,
} from './user-sync-progress.ts';

export const syncUsersMessage = z.object({
  kind: z.literal('syncUsers'),
  workspaceId: z.guid(),
  requestId: z.guid(),
  attempt: z.number().int().min(1),
});
export type SyncUsersMessage = z.infer<typeof syncUsersMessage>;

/** Messages of one send, and rows that are written beside one another. */
const sentAtOnce = 100;
const writtenAtOnce = 16;

export interface SyncStanding {
  /** Of each partner connection that works. A single tenant has no customers to find. */
  customers: readonly { connectionId: string; name: string; underWay: boolean; discovery: DiscoveryDoc | null }[];
  /** The newest; null before the first. */
  users: UserSyncProgress | null;
  /** Why the users cannot be synced now; null when they can. */
  usersBlocked: Explanation | null;
}

/** How far both are. */
export async function readSyncStanding(app: App, workspace: WorkspaceStore): Promise<SyncStanding> {
  const [connections, doc, rows, { syncBeforeMapping }] = await Promise.all([
    withDiscovery(app, workspace),
    readAs(workspace.workspace, 'userSync', userSyncDoc),
    listAs(workspace.customers, { type: 'sync', limit: 1000 }, syncRowDoc),
    readSettings(workspace),
  ]);
  const nowMs = app.clock.now();
  const customers = rows.filter(({ status }) => mayRun.has(status)).length;
  return {
    customers: connections
      .filter(({ connection }) => isPartner(connection))
      .map(({ connection: { connectionId, name }, discovery }) => ({
        connectionId,
        name,
        underWay: isReading(discovery, nowMs),
        discovery: discovery ?? null,
      })),
    users: doc ? progressOf(doc.doc, rows, nowMs) : null,
    usersBlocked: standsInTheWay({ connections, customers, syncBeforeMapping, nowMs }),
  };
}

/**
 * Has the customers of every partner connection read anew. Gives the ids of those connections.
 * @throws Problem 409 when none is connected
 */
export async function syncCustomers(app: App, workspace: WorkspaceStore, by: MemberDoc): Promise<string[]> {
  const connected = (await listConnections(app, workspace)).filter(isPartner);
  if (connected.length === 0) throw new Problem(409, noPartner);
  for (const { connectionId, id } of connected) {
    await requestDiscovery(app, workspace.workspaceId, connectionId);
    await audit(app, workspace, { action: 'discovery.requested', actor: actorOf(by), subject: id });
  }
  return connected.map(({ connectionId }) => connectionId);
}

/**
 * Asks for a sync of every customer that can be synced. While one is under way it goes on with that.
 * @throws Problem 409 with what has to come first
 */
export async function syncUsers(app: App, workspace: WorkspaceStore, by: MemberDoc): Promise<void> {
  const { users, usersBlocked } = await readSyncStanding(app, workspace);
  if (usersBlocked) throw new Problem(409, usersBlocked);
  if (users?.underWay) return;
  const requestId = app.ids.uuid();
  const doc: UserSyncDoc = {
    id: 'userSync',
    type: 'userSync',
    schemaVersion: 1,
    requestId,
    requestedAt: new Date(app.clock.now()).toISOString(),
    requestedBy: by.name,
    status: 'queued',
    total: 0,
    sent: 0,
  };
  await workspace.workspace.upsert(doc);
  const body: SyncUsersMessage = { kind: 'syncUsers', workspaceId: workspace.workspaceId, requestId, attempt: 1 };
  await app.queue.send('discover', [{ messageId: `syncUsers:${requestId}`, body }]);
  await audit(app, workspace, { action: 'sync.requested', actor: actorOf(by), subject: doc.id });
}

/**
 * Works one `syncUsers` message: asks for one run of each customer. May be repeated: a run is asked for once, because its
 * message's id says whose it is. A store that is busy is tried again by a later message.
 */
export async function runSyncUsers(app: App, message: SyncUsersMessage, messageId: string): Promise<void> {
  const { workspaceId, requestId, attempt } = message;
  try {
    await askForAll(app, openWorkspaceStore(app.store, workspaceId), requestId);
  } catch (error) {
    if (!isStoreError(error, 'throttled') && !isStoreError(error, 'unavailable')) throw error;
    app.log('warn', 'Sync users was cut off by the store', { requestId, attempt, error });
    if (attempt >= maxAttempts) return;
    const { retryAfterMs } = error;
    const failed = { attempt, retryAfterMs, nowMs: app.clock.now(), random: () => app.ids.random() };
    await app.queue.send('discover', [followUp({ messageId, body: { ...message, attempt: attempt + 1 } }, failed)]);
  }
}

async function askForAll(app: App, workspace: WorkspaceStore, requestId: string): Promise<void> {
  const update = (change: Partial<UserSyncDoc>) =>
    updateDoc(workspace.workspace, 'userSync', userSyncDoc, (stored) =>
      // Somebody may have begun anew.
      stored?.requestId === requestId && stored.status !== 'sent' ? { ...stored, ...change } : undefined,
    );
  const doc = (await update({ status: 'sending' }))?.doc;
  if (doc?.requestId !== requestId || doc.status === 'sent') return;
  const customers = customersToSync(await allCustomers(app, workspace));
  await update({ total: customers.length });
  for (let start = 0; start < customers.length; start += sentAtOnce) {
    const tenantIds = customers.slice(start, start + sentAtOnce).map(({ tenantId }) => tenantId);
    for (let index = 0; index < tenantIds.length; index += writtenAtOnce)
      await Promise.all(
        tenantIds.slice(index, index + writtenAtOnce).map((tenantId) => markWaiting(app, workspace, tenantId, doc)),
      );
    const messages = tenantIds.map((tenantId) => {
      const { workspaceId } = workspace;
      const body: RunMessage = { kind: 'run', workspaceId, tenantId, trigger: 'manual', attempt: 1 };
      return { messageId: `syncUsers:${requestId}:${tenantId}`, body };
    });
    await app.queue.send('sync', messages);
    await update({ sent: start + tenantIds.length });
  }
  await update({ status: 'sent', sent: customers.length });
}

/** The row says Pending until its run has ended, unless that has happened already. */
async function markWaiting(app: App, workspace: WorkspaceStore, tenantId: string, { requestedAt }: UserSyncDoc) {
  const waits = (row: SyncRowDoc | undefined) => {
    if (row?.status !== 'Success' || row.statusSince > requestedAt) return undefined;
    return nextRow(row, tenantId, { status: 'Pending', explanation: null, counts: row.counts }, requestedAt);
  };
  await updateDoc(workspace.customers, rowId(tenantId), syncRowDoc, waits, { random: () => app.ids.random() });
}

function isPartner({ kind, state }: ConnectionDoc): boolean {
  return kind === 'microsoft_csp' && state === 'Connected';
}

async function withDiscovery(app: App, workspace: WorkspaceStore) {
  const connections: readonly ConnectionDoc[] = await listConnections(app, workspace);
  return Promise.all(
    connections.map(async (connection) => ({
      connection,
      discovery: await readDiscovery(workspace, connection.connectionId),
    })),
  );
}

const noPartner: Explanation = {
  code: 'not_connected',
  meaning: 'No partner tenant is connected, so there are no customers to find.',
  whoActs: 'msp',
  whatToDo: 'Connect your partner tenant under Connections. A single tenant is its own only customer: sync its users.',
  retryHelps: false,
};

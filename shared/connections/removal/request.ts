// Removing a connection: asked for here, worked by the queue. The connection says Removing at once, and nothing can be
// connected in its place until it is gone (SY-41 to SY-46).
import { audit } from '../../access/audit.ts';
import type { MemberDoc } from '../../access/documents.ts';
import { actorOf } from '../../access/members.ts';
import type { App } from '../../app.ts';
import { type FormerCustomerDoc, formerCustomerDoc } from '../../contacts/documents.ts';
import { notFound } from '../../errors.ts';
import { allOfType, listAs, readAs, updateDoc, type WorkspaceStore } from '../../store/scoped.ts';
import { enterSchedule } from '../../sync/schedule.ts';
import { type ConnectionDoc, connectionDoc } from '../documents.ts';
import { connectionDocId, listConnections } from '../read.ts';
import { withState } from '../state.ts';
import { type RemovalCounts, type RemovalDoc, removalDoc, removalDocId } from './documents.ts';
import { countWhatGoes } from './preview.ts';
import { sendRemoval } from './resume.ts';

/** A lost message comes back with the job of this interval. */
const RESUME_MINUTES = 60;

/**
 * Begins the removal of a connection with all its customers; one that is under way already goes on.
 * @throws Problem 404 for no such connection
 */
export async function requestRemoval(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  connectionId: string,
): Promise<RemovalDoc> {
  const id = connectionDocId(connectionId);
  const stored = (await readAs(workspace.workspace, id, connectionDoc))?.doc;
  if (!stored) throw notFound('connection');
  const present = (await readAs(workspace.workspace, removalDocId(connectionId), removalDoc))?.doc;
  const underWay = stored.state === 'Removing' && present !== undefined && present.status !== 'done';
  const removal = underWay ? present : newRemoval(app, by, stored, await countWhatGoes(workspace, connectionId));
  if (!underWay) {
    // The record first: a connection that says Removing always has one.
    await workspace.workspace.upsert(removal);
    await updateDoc(workspace.workspace, id, connectionDoc, (connection) =>
      connection && connection.state !== 'Removing'
        ? withState(connection, { state: 'Removing' }, new Date(app.clock.now()).toISOString())
        : undefined,
    );
    const { customers, users } = removal.counts;
    const entry = { actor: actorOf(by), subject: id, details: { name: stored.name, customers, users } };
    await audit(app, workspace, { action: 'connection.removalRequested', ...entry });
  }
  const target = { workspaceId: workspace.workspaceId, target: connectionId };
  await enterSchedule(app, { job: 'discover', intervalMinutes: RESUME_MINUTES, ...target });
  await sendRemoval(app, workspace.workspaceId, connectionId);
  return removal;
}

/** Begins the removal of every connection: SY-43. Gives one record for each. */
export async function requestRemovalOfAll(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
): Promise<readonly RemovalDoc[]> {
  const removals: RemovalDoc[] = [];
  for (const { connectionId } of await listConnections(app, workspace))
    removals.push(await requestRemoval(app, workspace, by, connectionId));
  return removals;
}

export interface RemovalReport {
  /** Null once it is gone. */
  connection: ConnectionDoc | null;
  /** What goes when it is asked for now; of no meaning while it is under way. */
  preview: RemovalCounts;
  /** The newest removal; null when there was none, or when the connection was made again since. */
  removal: RemovalDoc | null;
  /** Tenants in which somebody has to remove the app by hand. */
  byHand: readonly FormerCustomerDoc[];
}

/** A connection's removal: what it would take, how it goes, or what it left to do. @throws Problem 404 */
export async function readRemoval(workspace: WorkspaceStore, connectionId: string): Promise<RemovalReport> {
  const [connection, removal] = await Promise.all([
    readAs(workspace.workspace, connectionDocId(connectionId), connectionDoc),
    readAs(workspace.workspace, removalDocId(connectionId), removalDoc),
  ]);
  if (!connection && !removal) throw notFound('connection');
  const isRemoved = !connection || connection.doc.state === 'Removing';
  return {
    connection: connection?.doc ?? null,
    preview: await countWhatGoes(workspace, connectionId),
    removal: isRemoved ? (removal?.doc ?? null) : null,
    byHand: isRemoved && removal ? await leftByHand(workspace, removal.doc) : [],
  };
}

/** The newest removals that left something to tell: under way, or ended within a month. Oldest first. */
export async function listRemovals(workspace: WorkspaceStore): Promise<readonly RemovalDoc[]> {
  const removals = await listAs(workspace.workspace, allOfType('removal'), removalDoc);
  return removals.sort((a, b) => a.requestedAt.localeCompare(b.requestedAt));
}

async function leftByHand(
  workspace: WorkspaceStore,
  { connectionId, requestedAt }: RemovalDoc,
): Promise<FormerCustomerDoc[]> {
  const former = await listAs(workspace.customers, allOfType('formerCustomer'), formerCustomerDoc);
  return former
    .filter((one) => one.connectionId === connectionId && one.removedAt === requestedAt && one.app === 'byHand')
    .sort((a, b) => a.name.localeCompare(b.name, 'en'));
}

/** It tells of itself for this long after its end. */
const KEPT_SECONDS = 30 * 86_400;

function newRemoval(app: App, by: MemberDoc, connection: ConnectionDoc, counts: RemovalCounts): RemovalDoc {
  const { connectionId, kind, name, tenantId } = connection;
  return {
    id: removalDocId(connectionId),
    type: 'removal',
    schemaVersion: 1,
    ttl: KEPT_SECONDS,
    removalId: app.ids.uuid(),
    connectionId,
    kind,
    name,
    tenantId,
    app: connection.app.kind,
    status: 'queued',
    requestedAt: new Date(app.clock.now()).toISOString(),
    requestedBy: actorOf(by),
    startedAt: null,
    finishedAt: null,
    counts,
    done: 0,
    total: counts.customers,
    contacts: 0,
  };
}

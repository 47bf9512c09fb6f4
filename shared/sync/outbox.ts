// Moves a tenant's events from its outbox, where they were written with the change itself, to the workspace's events.
import type { App } from '../app.ts';
import { isStoreError } from '../store/port.ts';
import { openWorkspaceStore, type Partition, queryAs, type WorkspaceStore } from '../store/scoped.ts';
import { padded } from './batches.ts';
import { type OutboxDoc, outboxDoc, type SyncEvent } from './documents.ts';

/** Events that go out at once. */
export const chunkSize = 100;

/**
 * Moves everything that the outbox holds, in order, a hundred at a time. An event that was moved before is written over
 * itself: its id is its place in the customer's sequence. Gives how many were moved.
 * @throws StoreError: what is still in the outbox is moved next time.
 */
export async function flushOutbox(app: Pick<App, 'store'>, workspaceId: string, tenantId: string): Promise<number> {
  const workspace = openWorkspaceStore(app.store, workspaceId);
  const directory = workspace.directory(tenantId);
  let moved = 0;
  for (;;) {
    const chunk = await oldest(directory);
    if (chunk.length > 0) await moveEvents(workspace, directory, chunk);
    moved += chunk.length;
    if (chunk.length < chunkSize) return moved;
  }
}

/** Moves these events, which are in the outbox: a hundred at most. @throws StoreError as above */
export async function moveEvents(
  workspace: WorkspaceStore,
  directory: Partition,
  chunk: readonly OutboxDoc[],
): Promise<void> {
  await publish(workspace, chunk);
  await remove(directory, chunk);
}

async function oldest(directory: Partition): Promise<OutboxDoc[]> {
  const docs: OutboxDoc[] = [];
  const where = [
    { field: 'id', op: 'ge', value: 'outbox:' },
    { field: 'id', op: 'lt', value: 'outbox;' },
  ] as const;
  for await (const { doc } of queryAs(directory, { type: 'outbox', where, limit: chunkSize }, outboxDoc)) {
    docs.push(doc);
    if (docs.length === chunkSize) break;
  }
  return docs;
}

async function publish(workspace: WorkspaceStore, chunk: readonly OutboxDoc[]): Promise<void> {
  const days = new Map<string, SyncEvent[]>();
  for (const { event } of chunk) {
    const day = event.at.slice(0, 10);
    days.set(day, [...(days.get(day) ?? []), event]);
  }
  for (const [day, events] of days) {
    const outcomes = await workspace.events(day).bulkUpsert(events.map(eventDocOf));
    for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
  }
}

function eventDocOf(event: SyncEvent) {
  const id = `${event.tenantId}:${padded(event.sequence)}`;
  return { id, type: 'event', schemaVersion: 1, event };
}

async function remove(directory: Partition, chunk: readonly OutboxDoc[]): Promise<void> {
  try {
    await directory.batch(chunk.map(({ id }) => ({ kind: 'delete', id })));
  } catch (error) {
    // Somebody else flushes at the same time and has deleted some already.
    if (!isStoreError(error, 'notFound')) throw error;
    for (const { id } of chunk) await directory.delete(id);
  }
}

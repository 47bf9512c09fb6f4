// Reading a workspace's connections as they stand now.
import type { App } from '../app.ts';
import { notFound } from '../errors.ts';
import { listAs, readAs, type WorkspaceStore } from '../store/scoped.ts';
import { type ConnectionDoc, connectionDoc } from './documents.ts';
import { currentConnection } from './state.ts';

export function connectionDocId(connectionId: string): string {
  return `connection:${connectionId}`;
}

/** All connections, the oldest first. */
export async function listConnections(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
): Promise<readonly ConnectionDoc[]> {
  const stored = await listAs(workspace.workspace, { type: 'connection' }, connectionDoc);
  return stored
    .map((connection) => currentConnection(connection, app.clock.now()))
    .sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id.localeCompare(b.id));
}

/** @throws Problem 404 when the workspace has no such connection. */
export async function readConnection(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
  connectionId: string,
): Promise<ConnectionDoc> {
  const stored = await readAs(workspace.workspace, connectionDocId(connectionId), connectionDoc);
  if (!stored) throw notFound('connection');
  return currentConnection(stored.doc, app.clock.now());
}

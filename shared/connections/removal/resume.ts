// Asks for a removal to go on: at its start, and again wherever something of a removed connection may have turned up.
import type { App } from '../../app.ts';
import { manualMessageId } from '../../queue/retry.ts';
import { readAs, type WorkspaceStore } from '../../store/scoped.ts';
import { connectionDoc } from '../documents.ts';
import { connectionDocId } from '../read.ts';
import { type RemoveMessage, removalDocId } from './documents.ts';

/** Sends the message that the worker of removals takes. Harmless where nothing is left to be done. */
export async function sendRemoval(
  app: Pick<App, 'queue' | 'ids'>,
  workspaceId: string,
  connectionId: string,
): Promise<void> {
  const body: RemoveMessage = { kind: 'remove', workspaceId, connectionId, attempt: 1 };
  await app.queue.send('discover', [{ messageId: manualMessageId(app.ids), body }]);
}

/** Sends it where the connection is being removed, or was: a message that got lost then comes back within the hour. */
export async function resumeRemoval(
  app: Pick<App, 'queue' | 'ids'>,
  { workspace, workspaceId }: WorkspaceStore,
  connectionId: string,
): Promise<void> {
  const connection = (await readAs(workspace, connectionDocId(connectionId), connectionDoc))?.doc;
  if (connection && connection.state !== 'Removing') return;
  if (await workspace.read(removalDocId(connectionId))) await sendRemoval(app, workspaceId, connectionId);
}

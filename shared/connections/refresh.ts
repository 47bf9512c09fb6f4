// The Refresh button of a connection: its customers are read again, everything of them.
import { audit } from '../access/audit.ts';
import type { MemberDoc } from '../access/documents.ts';
import { actorOf } from '../access/members.ts';
import type { App } from '../app.ts';
import { requestDiscovery } from '../customers/discovery.ts';
import { Problem } from '../errors.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { readConnection } from './read.ts';

/** @throws Problem 404 when the workspace has no such connection, 409 unless it is Connected. */
export async function refreshConnection(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  connectionId: string,
): Promise<void> {
  const { state, id, kind } = await readConnection(app, workspace, connectionId);
  if (kind === 'microsoft_single')
    throw new Problem(409, {
      code: 'no_customers_to_read',
      meaning: 'A single tenant has no customers to be read.',
      whoActs: 'msp',
      whatToDo: 'Choose Sync now on its row to read the tenant itself.',
      retryHelps: false,
    });
  if (state !== 'Connected') {
    const whatToDo = 'Connect or reauthorize it first.';
    const words = { meaning: 'The connection is not connected.', whoActs: 'msp', whatToDo, retryHelps: false } as const;
    throw new Problem(409, { code: 'not_connected', ...words });
  }
  await requestDiscovery(app, workspace.workspaceId, connectionId);
  await audit(app, workspace, { action: 'discovery.requested', actor: actorOf(by), subject: id });
}

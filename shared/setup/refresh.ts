// The Refresh of setup: customers and their GDAP are read again, and every consent that is not settled is looked at. G1-18
import type { MemberDoc } from '../access/documents.ts';
import type { App } from '../app.ts';
import { listConnections } from '../connections/read.ts';
import { refreshConnection } from '../connections/refresh.ts';
import { requestRechecks } from '../consent/recheck.ts';
import { Problem } from '../errors.ts';
import type { WorkspaceStore } from '../store/scoped.ts';

/**
 * Asks for both. Gives what was asked for.
 * @throws Problem 409 when nothing is connected
 */
export async function refreshSetup(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
): Promise<{ connections: number; consents: number }> {
  const connected = (await listConnections(app, workspace)).filter(({ state }) => state === 'Connected');
  if (connected.length === 0)
    throw new Problem(409, {
      code: 'not_connected',
      meaning: 'Nothing is connected that could be read again.',
      whoActs: 'msp',
      whatToDo: 'Connect to Microsoft, or choose Reauthorize, first.',
      retryHelps: false,
    });
  const partners = connected.filter(({ kind }) => kind === 'microsoft_csp');
  for (const { connectionId } of partners) await refreshConnection(app, workspace, by, connectionId);
  return { connections: partners.length, consents: await requestRechecks(app, workspace) };
}

// Looks again at every consent that is not settled, for a person who granted some of them elsewhere: G1-18.
import type { App } from '../app.ts';
import { Problem } from '../errors.ts';
import { manualMessageId } from '../queue/retry.ts';
import { openWorkspaceStore, queryAs, type WorkspaceStore } from '../store/scoped.ts';
import { type ConsentStatus, consentDoc } from './documents.ts';
import type { RecheckMessage } from './messages.ts';
import { checkConsent } from './verify.ts';

/** What a look at Microsoft may change. Who is there at this moment comes back by themselves. */
const unsettled = new Set<ConsentStatus>([
  'ConsentPending',
  'GrantingApplicationRoles',
  'ConsentFailure',
  'Revoked',
  'UpgradeNeeded',
]);

/** Asks for a look at each unsettled consent. Gives how many that are. */
export async function requestRechecks(app: Pick<App, 'queue' | 'ids'>, workspace: WorkspaceStore): Promise<number> {
  const { workspaceId } = workspace;
  const messages: { messageId: string; body: RecheckMessage }[] = [];
  for await (const { doc } of queryAs(workspace.customers, { type: 'consent', limit: 1000 }, consentDoc)) {
    if (!unsettled.has(doc.status)) continue;
    const body: RecheckMessage = { kind: 'recheck', workspaceId, tenantId: doc.tenantId, attempt: 1 };
    messages.push({ messageId: manualMessageId(app.ids), body });
  }
  if (messages.length > 0) await app.queue.send('consent', messages);
  return messages.length;
}

/**
 * Works one `recheck` message. A person asked for it and sees what came of it: what fails is not followed up, because
 * confirmations and the daily verification go on by themselves.
 */
export async function runRecheck(app: App, message: RecheckMessage): Promise<void> {
  try {
    await checkConsent(app, openWorkspaceStore(app.store, message.workspaceId), message.tenantId);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    app.log('info', 'consent not looked at again', { tenantId: message.tenantId, code: error.explanation.code });
  }
}

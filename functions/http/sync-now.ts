// Sync now, from the API and from the button alike.
import { audit } from '../../shared/access/audit.ts';
import type { MemberDoc } from '../../shared/access/documents.ts';
import { actorOf } from '../../shared/access/members.ts';
import type { App } from '../../shared/app.ts';
import { notFound, Problem } from '../../shared/errors.ts';
import type { WorkspaceStore } from '../../shared/store/scoped.ts';
import { readFacts } from '../../shared/sync/facts.ts';
import { requestSync } from '../../shared/sync/may-sync.ts';
import { syncPermission } from '../../shared/sync/permission.ts';

/**
 * Asks for a run of one customer. Gives the id of its message.
 * @throws Problem 404 for no such customer, 409 with what stands in the way for one that may not be synced.
 */
export async function syncNow(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  tenantId: string,
): Promise<{ tenantId: string; messageId: string }> {
  const facts = await readFacts(app, workspace.workspaceId, tenantId);
  if (!facts.customer) throw notFound('customer');
  const permission = syncPermission(facts, app.clock.now());
  if (!permission.allowed) throw new Problem(409, permission.explanation);
  const messageId = await requestSync(app, workspace.workspaceId, tenantId, 'manual');
  await audit(app, workspace, { action: 'sync.requested', actor: actorOf(by), subject: `customer:${tenantId}` });
  return { tenantId, messageId };
}

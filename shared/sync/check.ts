// Check again, at a customer's sync: what a person must mend is tried by itself, anything else by a run.
import { notFound, Problem } from '../errors.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { readFacts } from './facts.ts';
import { requestSync } from './may-sync.ts';
import { syncPermission } from './permission.ts';
import { probeTenant } from './probe.ts';
import type { SyncApp } from './run-context.ts';

/** `mended`: Microsoft gives access again and a run is on its way; `still`: it does not; `running`: a run tries it now. */
export type SyncCheck = 'mended' | 'still' | 'running';

/**
 * Tests a customer's sync now. After an Auth error that is a fresh token and one read, as the hourly probe does; a dataset
 * that failed is tried by a run.
 * @throws Problem 404 for no such customer, 409 with what stands in the way for one that may not be synced; MicrosoftError
 * for a failure in passing
 */
export async function checkSync(app: SyncApp, workspace: WorkspaceStore, tenantId: string): Promise<SyncCheck> {
  const { workspaceId } = workspace;
  const facts = await readFacts(app, workspaceId, tenantId);
  if (!facts.customer) throw notFound('customer');
  const permission = syncPermission(facts, app.clock.now());
  if (!permission.allowed) throw new Problem(409, permission.explanation);
  const probed = facts.state?.doc.status === 'AuthError' ? await probeTenant(app, { workspaceId, tenantId }) : 'moot';
  if (probed !== 'moot') return probed;
  await requestSync(app, workspaceId, tenantId, 'manual');
  return 'running';
}

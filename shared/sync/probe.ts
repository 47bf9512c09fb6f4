// The hourly probe of a customer whose sync stopped with AuthError, and the sweep of outboxes that no run empties.
import { z } from 'zod';
import { customerTokens } from '../connections/own-app.ts';
import { isTransient, MicrosoftError } from '../microsoft/microsoft.ts';
import { updateDoc } from '../store/scoped.ts';
import { type SyncStateDoc, syncStateDoc } from './documents.ts';
import { readFacts, readState } from './facts.ts';
import { liftAuthError, refreshSchedule } from './may-sync.ts';
import { flushOutbox } from './outbox.ts';
import { syncPermission } from './permission.ts';
import type { SyncApp } from './run-context.ts';
import { leaveSchedule } from './schedule.ts';

interface Target {
  workspaceId: string;
  tenantId: string;
}

const anyOrganization = z.object({ value: z.array(z.object({ id: z.string() })) });

/**
 * Asks Microsoft for a fresh token and the organisation. If both are given, the customer is back in the schedule and a run
 * is sent; if not, it stays where it is.
 * @throws MicrosoftError only for a failure in passing; StoreError, QueueError
 */
export async function probeTenant(
  app: SyncApp,
  { workspaceId, tenantId }: Target,
): Promise<'mended' | 'still' | 'moot'> {
  const facts = await readFacts(app, workspaceId, tenantId);
  const waits = facts.customer && facts.state?.doc.status === 'AuthError';
  if (!waits || !syncPermission(facts, app.clock.now()).allowed) {
    await leaveSchedule(app, { job: 'probe', workspaceId, target: tenantId });
    await refreshSchedule(app, workspaceId, tenantId);
    return 'moot';
  }
  try {
    const ownAppConnectionId = facts.consent?.ownAppConnectionId ?? null;
    const token = customerTokens(app, facts.workspace, { tenantId, ownAppConnectionId });
    await token.renew();
    await app.microsoft.graph(token).get('/organization?$select=id', anyOrganization);
  } catch (error) {
    const passing: boolean = isTransient(error);
    if (!(error instanceof MicrosoftError) || passing) throw error;
    app.log('info', 'the probe was refused', { tenantId, code: error.code });
    return 'still';
  }
  await liftAuthError(facts.workspace, tenantId);
  await refreshSchedule(app, workspaceId, tenantId);
  return 'mended';
}

/** Empties a tenant's outbox, notes that in its state, and takes the job out of the schedule. @throws StoreError */
export async function sweepOutbox(app: SyncApp, { workspaceId, tenantId }: Target): Promise<number> {
  const { workspace } = await readFacts(app, workspaceId, tenantId);
  const before = (await readState(workspace, tenantId))?.doc;
  const moved = before ? await flushOutbox(app, workspaceId, tenantId) : 0;
  if (before && before.flushedSequence < before.sequence) {
    // What was written after the reading above may still be in the outbox, so only that much is known to be out.
    const note = (state: SyncStateDoc | undefined): SyncStateDoc | undefined =>
      state && state.flushedSequence < before.sequence ? { ...state, flushedSequence: before.sequence } : undefined;
    await updateDoc(workspace.directory(tenantId), 'state', syncStateDoc, note);
  }
  await leaveSchedule(app, { job: 'sweep', workspaceId, target: tenantId });
  return moved;
}

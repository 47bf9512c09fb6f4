// Keeps schedule and row in line with whether a customer may be synced. Called after every change of GDAP or consent.
import type { App } from '../app.ts';
import { MINUTE_MS } from '../clock.ts';
import { manualMessageId, plannedMessageId } from '../queue/retry.ts';
import { updateDoc } from '../store/scoped.ts';
import { type SyncRowDoc, type SyncStateDoc, syncRowDoc, syncStateDoc } from './documents.ts';
import { readFacts, rowId, type SyncFacts } from './facts.ts';
import { jobs, probeIntervalMinutes, sweepIntervalMinutes, watchIntervalMinutes } from './jobs.ts';
import type { RunMessage, SyncTrigger } from './messages.ts';
import { nextRow, type RowWords, rowWords, syncPermission } from './permission.ts';
import { enterSchedule, leaveSchedule } from './schedule.ts';

type Needs = Pick<App, 'store' | 'queue' | 'clock' | 'ids' | 'log'>;

/**
 * Looks at a customer anew: may it sync? Enters or leaves the jobs `sync`, `watch` and `probe`, sets its row to Paused or Pending,
 * and sends the first run when it has just become allowed. Changes nothing for a customer that the workspace has not.
 * @throws StoreError, QueueError
 */
export async function refreshSchedule(app: Needs, workspaceId: string, tenantId: string): Promise<void> {
  const facts = await readFacts(app, workspaceId, tenantId);
  const target = { workspaceId: facts.workspace.workspaceId, target: tenantId };
  if (!facts.customer) {
    await leaveSchedule(app, { job: 'sync', ...target });
    await leaveSchedule(app, { job: 'watch', ...target });
    return;
  }
  const permission = syncPermission(facts, app.clock.now());
  if (!permission.allowed) {
    await pause(app, facts, tenantId, permission.explanation);
    return;
  }
  if (facts.state?.doc.status === 'AuthError' && !(await mended(facts, tenantId))) {
    await enterSchedule(app, { job: 'probe', intervalMinutes: probeIntervalMinutes, ...target });
    await leaveSchedule(app, { job: 'sync', ...target });
    await leaveSchedule(app, { job: 'watch', ...target });
    await writeRow(app, facts, tenantId, () => rowWords(facts.state?.doc));
    return;
  }
  await leaveSchedule(app, { job: 'probe', ...target });
  const intervalMinutes = facts.settings.syncIntervalMinutes;
  await enterSchedule(app, { job: 'sync', intervalMinutes, ...target });
  if (intervalMinutes > watchIntervalMinutes)
    await enterSchedule(app, { job: 'watch', intervalMinutes: watchIntervalMinutes, ...target });
  else await leaveSchedule(app, { job: 'watch', ...target });
  if (!facts.row || facts.row.doc.status === 'Paused' || facts.row.doc.status === 'AuthError') {
    await startFirstRun(app, target.workspaceId, tenantId);
    const counts = facts.state?.doc.counts ?? null;
    await writeRow(app, facts, tenantId, () => ({ status: 'Pending', explanation: null, counts }));
  }
}

/** Asks for a run now. Gives the id of its message. The caller has made sure that the customer is the workspace's. */
export async function requestSync(
  app: Pick<App, 'queue' | 'ids'>,
  workspaceId: string,
  tenantId: string,
  trigger: SyncTrigger,
): Promise<string> {
  const messageId = manualMessageId(app.ids);
  const body: RunMessage = { kind: 'run', workspaceId, tenantId, trigger, attempt: 1 };
  await app.queue.send(jobs.sync.queue, [{ messageId, body }]);
  return messageId;
}

/**
 * Writes the customer's row where its words differ from `words`, which sees the row as it is. Gives undefined to leave it.
 */
export async function writeRow(
  app: Pick<App, 'clock' | 'ids'>,
  facts: SyncFacts,
  tenantId: string,
  words: (row: SyncRowDoc | undefined) => RowWords | undefined,
): Promise<void> {
  const next = (row: SyncRowDoc | undefined): SyncRowDoc | undefined => {
    const wanted = words(row);
    return wanted && nextRow(row, tenantId, wanted, new Date(app.clock.now()).toISOString());
  };
  // Most runs change no word: the row that was read with the other facts says so without a further read.
  if (next(facts.row?.doc) === undefined) return;
  await updateDoc(facts.workspace.customers, rowId(tenantId), syncRowDoc, next, { random: () => app.ids.random() });
}

/** Out of the schedule; the row says why. A customer that was never allowed has no row, and gets none. */
async function pause(
  app: Needs,
  facts: SyncFacts,
  tenantId: string,
  explanation: NonNullable<SyncRowDoc['explanation']>,
): Promise<void> {
  const target = { workspaceId: facts.workspace.workspaceId, target: tenantId };
  await leaveSchedule(app, { job: 'sync', ...target });
  await leaveSchedule(app, { job: 'probe', ...target });
  await leaveSchedule(app, { job: 'watch', ...target });
  const state = facts.state?.doc;
  // No run will empty the outbox any more, so the sweep does.
  if (state && state.sequence > state.flushedSequence) {
    await enterSchedule(app, { job: 'sweep', intervalMinutes: sweepIntervalMinutes, ...target });
  }
  await writeRow(app, facts, tenantId, (row) => row && { status: 'Paused', explanation, counts: row.counts });
}

/**
 * Whether consent was proven (fresh token, `/organization`) after the run that ended in AuthError. If so the state says
 * Pending from now on.
 */
async function mended(facts: SyncFacts, tenantId: string): Promise<boolean> {
  const { state, consent, workspace } = facts;
  const failedAt = state?.doc.lastRunAt;
  if (!state || !failedAt || !consent?.verifiedAt) return false;
  if (Date.parse(consent.verifiedAt) <= Date.parse(failedAt)) return false;
  return await liftAuthError(workspace, tenantId);
}

/** Turns a state of AuthError into Pending; gives true when it is not AuthError any more. */
export async function liftAuthError(workspace: SyncFacts['workspace'], tenantId: string): Promise<boolean> {
  const lift = (state: SyncStateDoc | undefined): SyncStateDoc | undefined =>
    state?.status === 'AuthError' ? { ...state, status: 'Pending', explanation: null } : undefined;
  const now = await updateDoc(workspace.directory(tenantId), 'state', syncStateDoc, lift);
  return now?.doc.status !== 'AuthError';
}

/** Two refreshes within a minute ask for one run. */
async function startFirstRun(app: Needs, workspaceId: string, tenantId: string): Promise<void> {
  const slotMinute = Math.floor(app.clock.now() / MINUTE_MS);
  const messageId = plannedMessageId({ workspaceId, job: 'consented', target: tenantId, slotMinute });
  const body: RunMessage = { kind: 'run', workspaceId, tenantId, trigger: 'consented', attempt: 1 };
  await app.queue.send(jobs.sync.queue, [{ messageId, body }]);
}

// One run of one customer: may it, what is due, read, write behind the fence, and say how it went.
import { customerTokens } from '../connections/own-app.ts';
import { requestVerify } from '../consent/verify.ts';
import type { GraphClient, TokenSource } from '../microsoft/microsoft.ts';
import type { OutgoingMessage } from '../queue/port.ts';
import { followUp, maxAttempts } from '../queue/retry.ts';
import { noteAccess } from '../timeline/note-access.ts';
import type { DirectoryType } from './changes.ts';
import type { DatasetName, SyncStateDoc } from './documents.ts';
import { openDraft } from './draft.ts';
import { readFacts, type SyncFacts } from './facts.ts';
import { usersReader } from './load-docs.ts';
import { refreshSchedule, writeRow } from './may-sync.ts';
import type { RunMessage } from './messages.ts';
import { chunkSize, flushOutbox, moveEvents } from './outbox.ts';
import { baselineReached, outcomeOf, type RunOutcome, sameTrouble, syncedEvent } from './outcome.ts';
import { rowWords, syncPermission, unlicensedOf } from './permission.ts';
import { freshTokenDue, isIdle, planRun } from './plan.ts';
import { type RunLimits, readTenant, runLimits } from './read-tenant.ts';
import { commit, Overtaken, type Run, type SyncApp } from './run-context.ts';
import { newSyncState } from './state.ts';

/** How a run ended; for logs and tests. */
export type RunEnd =
  /** There is no such customer in the workspace, or it may not be synced now. */
  | 'unknown'
  | 'paused'
  /** Nothing was due, or AuthError waits for its probe. */
  | 'idle'
  /** Another run holds the claim, or was faster. */
  | 'busy'
  | 'overtaken'
  /** A further message goes on from the checkpoint. */
  | 'more'
  | RunOutcome['status'];

export interface RunOptions {
  messageId: string;
  limits?: RunLimits;
}

/**
 * Works one `run` message. Follow-ups (a failure in passing, more pages, a manual run that met another) are sent from
 * here, so the message can be completed whatever the end.
 * @throws StoreError, QueueError: the caller follows up; anything else is a bug
 */
export async function runSync(app: SyncApp, message: RunMessage, options: RunOptions): Promise<RunEnd> {
  const facts = await readFacts(app, message.workspaceId, message.tenantId);
  const stop = await reasonToStop(app, facts, message, options);
  if (stop) return stop;
  const run = openRun(app, facts, message);
  await flushFirst(run);
  const plan = planRun(run.stored, message.trigger, run.nowMs);
  if (isIdle(plan)) return 'idle';
  try {
    const end = await readTenant(run, plan, options.limits ?? runLimits);
    return end === 'more' ? await pauseForMore(run, facts) : await conclude(run, facts, message, options);
  } catch (error) {
    if (!(error instanceof Overtaken)) throw error;
    app.log('info', 'run overtaken by another', { tenantId: message.tenantId, runId: run.runId });
    // A person asked for what is true now; the run that was faster may have read before that. Once is enough.
    if (message.trigger !== 'schedule' && message.trigger !== 'continue' && message.attempt === 1) {
      await send(app, again(app, message, options));
    }
    return 'overtaken';
  }
}

async function reasonToStop(
  app: SyncApp,
  facts: SyncFacts,
  message: RunMessage,
  options: RunOptions,
): Promise<RunEnd | undefined> {
  const { workspaceId, tenantId, trigger } = message;
  if (!facts.customer) {
    app.log('warn', 'a run was asked for a customer that the workspace has not', { workspaceId, tenantId });
    await refreshSchedule(app, workspaceId, tenantId);
    return 'unknown';
  }
  if (!syncPermission(facts, app.clock.now()).allowed) {
    await refreshSchedule(app, workspaceId, tenantId);
    await noteAccess(app, facts.workspace, tenantId);
    return 'paused';
  }
  const state = facts.state?.doc;
  const asked = trigger === 'manual' || trigger === 'consented';
  if (state?.status === 'AuthError' && !asked) {
    // It should not be in the schedule; the probe notices when it is mended.
    await refreshSchedule(app, workspaceId, tenantId);
    return 'idle';
  }
  const claimMs = state?.claim ? Date.parse(state.claim.until) - app.clock.now() : 0;
  if (claimMs <= 0) return undefined;
  // The run that holds the claim does a scheduled one's work. Others come back when it must have ended.
  if ((asked || message.attempt > 1) && message.attempt < maxAttempts) {
    await send(app, again(app, message, options, claimMs));
  }
  return 'busy';
}

function openRun(app: SyncApp, facts: SyncFacts, message: RunMessage): Run {
  const { workspaceId } = facts.workspace;
  const { tenantId } = message;
  const nowMs = app.clock.now();
  const stored = facts.state?.doc ?? newSyncState(tenantId);
  const directory = facts.workspace.directory(tenantId);
  const fresh = freshTokenDue(stored, nowMs);
  const nowIso = new Date(nowMs).toISOString();
  const run: Run = {
    app,
    workspaceId,
    tenantId,
    runId: app.ids.uuid(),
    nowMs,
    nowIso,
    directory,
    graph: lazyGraph(app, facts, tenantId, fresh),
    stored,
    etag: facts.state?.etag,
    next: fresh ? { ...stored, freshTokenAt: nowIso } : stored,
    draft: openDraft(
      usersReader(
        directory,
        () => run.stored.counts.users,
        () => run.etag === undefined,
      ),
    ),
    raises: raisesAfter(stored),
    asked: new Map(),
    raised: [],
  };
  return run;
}

/** Graph with the app that the customer has consented to; with a fresh token where one is due. */
function lazyGraph(app: SyncApp, { workspace, consent }: SyncFacts, tenantId: string, fresh: boolean): GraphClient {
  const ownAppConnectionId = consent?.ownAppConnectionId ?? null;
  const token = customerTokens(app, workspace, { tenantId, ownAppConnectionId });
  return app.microsoft.graph(fresh ? freshFirst(token) : token);
}

/** The first token comes from Microsoft, whatever the cache holds. */
function freshFirst(token: TokenSource): TokenSource {
  let first = true;
  return {
    get: () => {
      const renew = first;
      first = false;
      return renew ? token.renew() : token.get();
    },
    renew: () => {
      first = false;
      return token.renew();
    },
  };
}

const datasetOf: Record<DirectoryType, DatasetName> = {
  organization: 'organization',
  licence: 'licences',
  subscription: 'subscriptions',
  user: 'users',
};

function raisesAfter({ baselineAt, datasets }: SyncStateDoc): Run['raises'] {
  return (type) => baselineAt !== null && datasets[datasetOf[type]].asOf !== null;
}

/** What the run before left in the outbox goes out first; that it did is written along with this run's state. */
async function flushFirst(run: Run): Promise<void> {
  if (run.stored.sequence <= run.stored.flushedSequence) return;
  await flushOutbox(run.app, run.workspaceId, run.tenantId);
  run.next = { ...run.next, flushedSequence: run.stored.sequence };
}

async function pauseForMore(run: Run, facts: SyncFacts): Promise<RunEnd> {
  // Without a claim: whichever message comes first goes on from the checkpoint.
  run.next = { ...run.next, status: 'Syncing', claim: null, lastRunAt: run.nowIso };
  await commit(run);
  const { workspaceId, tenantId, runId } = run;
  const body: RunMessage = { kind: 'run', workspaceId, tenantId, trigger: 'continue', attempt: 1 };
  await send(run.app, { messageId: `continue:${runId}`, body });
  await tellRow(run, facts);
  return 'more';
}

async function conclude(run: Run, facts: SyncFacts, message: RunMessage, options: RunOptions): Promise<RunEnd> {
  const before = run.stored;
  const mayPass = message.attempt === 1 && before.status !== 'AuthError';
  const outcome = outcomeOf(run.asked, { mayPass });
  const first = before.baselineAt === null && baselineReached(run.next);
  run.next = {
    ...run.next,
    status: outcome.status,
    explanation: outcome.explanation,
    claim: null,
    lastRunAt: run.nowIso,
    lastSuccessAt: outcome.status === 'Success' ? run.nowIso : run.next.lastSuccessAt,
    baselineAt: first ? run.nowIso : run.next.baselineAt,
  };
  const nothingNew = run.etag !== undefined && outcome.status === 'Pending' && sameTrouble(before, run.next);
  if (!nothingNew) await commit(run, (state) => (first ? syncedEvent(state) : undefined));
  await afterwards(run, facts, outcome);
  if (outcome.retry && message.attempt < maxAttempts) {
    await send(run.app, again(run.app, message, options, outcome.retry.retryAfterMs));
  }
  return outcome.status;
}

/** What follows from the state that is now written; each part is made good by the next run if this one dies here. */
async function afterwards(run: Run, facts: SyncFacts, outcome: RunOutcome): Promise<void> {
  const { app, workspaceId, tenantId } = run;
  await tellEvents(run, facts);
  const was = facts.state?.doc.status;
  if (outcome.status !== 'AuthError') await tellRow(run, facts);
  if (outcome.status === 'AuthError' || was === 'AuthError') await refreshSchedule(app, workspaceId, tenantId);
  // Where the customer removed the app, its consent must be found revoked before somebody else's may bring it back.
  if (outcome.status === 'AuthError') await requestVerify(app, workspaceId, tenantId);
  const licences = unlicensedOf(run.stored).join() !== (facts.row?.doc.unlicensed ?? []).join();
  if (licences || (outcome.status === 'AuthError') !== (was === 'AuthError')) {
    await noteAccess(app, facts.workspace, tenantId);
  }
}

/** What the run has raised goes out: from memory where that is all of the outbox. */
async function tellEvents({ app, workspaceId, tenantId, stored, directory, raised }: Run, facts: SyncFacts) {
  const waiting = stored.sequence - stored.flushedSequence;
  if (waiting === 0) return;
  if (waiting === raised.length && waiting <= chunkSize) await moveEvents(facts.workspace, directory, raised);
  else await flushOutbox(app, workspaceId, tenantId);
}

/** Whoever paused the customer while this ran is right; a pause from before the run has just been found to be over. */
async function tellRow({ app, tenantId, stored }: Run, facts: SyncFacts): Promise<void> {
  const pausedBefore = facts.row?.doc.status === 'Paused';
  await writeRow(app, facts, tenantId, (row) =>
    row?.status === 'Paused' && !pausedBefore ? undefined : rowWords(stored),
  );
}

/** The same message once more, as the worker rule has it. */
function again(app: SyncApp, message: RunMessage, { messageId }: RunOptions, retryAfterMs?: number): OutgoingMessage {
  const body: RunMessage = { ...message, attempt: message.attempt + 1 };
  return followUp(
    { messageId, body },
    { attempt: message.attempt, retryAfterMs, nowMs: app.clock.now(), random: () => app.ids.random() },
  );
}

async function send(app: SyncApp, message: OutgoingMessage): Promise<void> {
  await app.queue.send('sync', [message]);
}

// Starts automatic consent: of customers that a person chose, of all that can, and of those that begin by themselves.
import { type Actor, audit, tenantryActor } from '../../access/audit.ts';
import type { App } from '../../app.ts';
import type { Explanation } from '../../errors.ts';
import { notFound } from '../../errors.ts';
import { manualMessageId } from '../../queue/retry.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../../store/scoped.ts';
import { type ConsentDoc, consentDoc } from '../documents.ts';
import { sendConfirm } from '../grant.ts';
import type { AutomaticMessage } from '../messages.ts';
import { isUnconfirmed, noConsent, withStatus } from '../status.ts';
import { allFacts, factsOf } from './facts.ts';
import { type AutomaticFacts, beginsByItself, isAmongAll, isLost, planAutomatic } from './plan.ts';
import { batchUnderWay } from './progress.ts';
import { explainRefusal } from './refusals.ts';
import { type AutomaticBatchDoc, type AutomaticState, automaticBatchDoc, isWorking } from './state.ts';

/** Nothing is asked of Microsoft here. */
type Needs = Pick<App, 'clock' | 'ids' | 'queue' | 'log'>;

export interface StartReport {
  /** The batch that pages show the progress of; null where nothing was started. */
  batchId: string | null;
  started: readonly string[];
  refused: readonly { tenantId: string; explanation: Explanation }[];
}

/** Some at a time: two thousand customers must be started within the 230 seconds of a request. */
const AT_ONCE = 20;

/**
 * Starts the chosen customers, or all that can. Nothing is asked of Microsoft yet: workers do the rest.
 * @param chosen tenant ids, or `all`; those that cannot are refused one by one, with the reason
 */
export async function startAutomatic(
  app: Needs,
  workspace: WorkspaceStore,
  by: Actor,
  chosen: readonly string[] | 'all',
): Promise<StartReport> {
  const all = await allFacts(app, workspace);
  const byTenant = new Map(all.map((facts) => [facts.customer.tenantId, facts]));
  const wanted =
    chosen === 'all' ? all.filter(isAmongAll).map(({ customer }) => customer.tenantId) : [...new Set(chosen)];
  const batch = await openBatch(app, workspace, by, all);
  const started: string[] = [];
  const refused: { tenantId: string; explanation: Explanation }[] = [];
  for (let from = 0; from < wanted.length; from += AT_ONCE) {
    const some = wanted.slice(from, from + AT_ONCE);
    const ends = await Promise.all(
      some.map((tenantId) => startOne(app, workspace, byTenant.get(tenantId), by, batch.batchId)),
    );
    for (const [index, end] of ends.entries()) {
      const tenantId = some[index] ?? '';
      if (end === 'started') started.push(tenantId);
      else refused.push({ tenantId, explanation: end });
    }
  }
  if (started.length === 0) return { batchId: null, started, refused };
  await keepBatch(workspace, batch, started.length);
  const details = { customers: started.length, refused: refused.length };
  await audit(app, workspace, { action: 'consent.automaticStarted', actor: by, subject: batch.id, details });
  return { batchId: batch.batchId, started, refused };
}

/** A start joins the batch before it while that is under way, so that its progress stays in sight. */
async function openBatch(
  app: Needs,
  workspace: WorkspaceStore,
  by: Actor,
  all: readonly AutomaticFacts[],
): Promise<AutomaticBatchDoc> {
  const stored = (await readAs(workspace.workspace, 'automaticBatch', automaticBatchDoc))?.doc;
  if (stored && batchUnderWay(stored, all)) return stored;
  return {
    id: 'automaticBatch',
    type: 'automaticBatch',
    schemaVersion: 1,
    batchId: app.ids.uuid(),
    startedAt: new Date(app.clock.now()).toISOString(),
    startedBy: by.id,
    startedByName: by.name,
    total: 0,
  };
}

async function keepBatch(workspace: WorkspaceStore, batch: AutomaticBatchDoc, added: number): Promise<void> {
  await updateDoc(workspace.workspace, batch.id, automaticBatchDoc, (stored) => {
    const same = stored?.batchId === batch.batchId ? stored : batch;
    return { ...same, total: same.total + added };
  });
}

async function startOne(
  app: Needs,
  workspace: WorkspaceStore,
  facts: AutomaticFacts | undefined,
  by: Actor,
  batchId: string | null,
): Promise<'started' | Explanation> {
  if (!facts) return notFound('customer').explanation;
  const { tenantId } = facts.customer;
  const runId = app.ids.uuid();
  let refusal: Explanation | undefined;
  let state: AutomaticState | undefined;
  await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) => {
    // As it is at this moment: somebody may have started it, or consented, since the list was read.
    const plan = planAutomatic({ ...facts, consent: stored });
    refusal = plan.may ? undefined : explainRefusal(plan.why);
    if (!plan.may) return undefined;
    state = newState(app, stored?.automatic, { runId, by, batchId, notBeforeMs: plan.notBeforeMs });
    return begun(stored ?? noConsent(tenantId, state.startedAt), state, by);
  });
  if (refusal || !state) return refusal ?? explainRefusal('automatic_under_way');
  await sendAutomatic(app, { workspaceId: workspace.workspaceId, tenantId }, state);
  return 'started';
}

function newState(
  app: Needs,
  before: AutomaticState | null | undefined,
  start: { runId: string; by: Actor; batchId: string | null; notBeforeMs: number | null },
): AutomaticState {
  const nowMs = app.clock.now();
  const notBefore = start.notBeforeMs === null ? null : new Date(start.notBeforeMs).toISOString();
  const startedAt = new Date(nowMs).toISOString();
  return {
    runId: start.runId,
    step: 'authorise',
    attempt: 1,
    dueAt: notBefore ?? startedAt,
    notBefore,
    looks: 0,
    failures: 0,
    withdrawals: 0,
    // What an earlier start left in the tenant is taken back by this one.
    authorised: before?.authorised ?? false,
    next: 'ended',
    nextAt: null,
    stoppedFor: null,
    residue: false,
    startedAt,
    startedBy: start.by.id,
    // What goes on after it had stopped still counts where it was started.
    batchId: start.batchId ?? (before?.stoppedFor ? before.batchId : null),
  };
}

function begun(consent: ConsentDoc, automatic: AutomaticState, by: Actor): ConsentDoc {
  const change: Partial<ConsentDoc> = {
    status: 'ConsentPending',
    method: 'automatic',
    ownAppConnectionId: null,
    by,
    attempts: 0,
    nextAttemptAt: automatic.dueAt,
    explanation: null,
    automatic,
  };
  return withStatus(consent, change, automatic.startedAt);
}

/** Sends the message that works a state next, at the time that it is due. */
export async function sendAutomatic(
  app: Pick<App, 'queue' | 'ids'>,
  of: { workspaceId: string; tenantId: string },
  { runId, attempt, dueAt }: AutomaticState,
): Promise<void> {
  const body: AutomaticMessage = { kind: 'automatic', ...of, attempt, runId };
  await app.queue.send('consent', [{ messageId: manualMessageId(app.ids), body, enqueueAtMs: Date.parse(dueAt) }]);
}

/**
 * Starts what begins by itself, and sends again what was lost: after each discovery, and where the settings that decide it
 * change. Gives how many were started.
 */
export async function alignAutomatic(app: Needs, workspace: WorkspaceStore): Promise<number> {
  let started = 0;
  for (const facts of await allFacts(app, workspace)) if (await alignOne(app, workspace, facts)) started += 1;
  if (started > 0) app.log('info', 'automatic consent began by itself', { customers: started });
  return started;
}

/** The same for one customer; nothing for one that the workspace has not. */
export async function alignAutomaticOf(app: Needs, workspace: WorkspaceStore, tenantId: string): Promise<boolean> {
  const facts = await factsOf(app, workspace, tenantId);
  return facts !== undefined && alignOne(app, workspace, facts);
}

async function alignOne(app: Needs, workspace: WorkspaceStore, facts: AutomaticFacts): Promise<boolean> {
  const { consent, customer, nowMs } = facts;
  const of = { workspaceId: workspace.workspaceId, tenantId: customer.tenantId };
  const state = consent?.automatic;
  if (consent && isLost(consent, nowMs)) {
    if (isWorking(state)) await sendAutomatic(app, of, { ...state, dueAt: new Date(nowMs).toISOString() });
    else if (isUnconfirmed(consent)) await sendConfirm(app, of, { attempt: consent.attempts + 1, waitMs: 0 });
    return false;
  }
  if (!beginsByItself(facts)) return false;
  return (await startOne(app, workspace, facts, tenantryActor, null)) === 'started';
}

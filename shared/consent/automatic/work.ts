// Works automatic consent of one customer: one step after another, as far as it goes at once. Every step may be repeated,
// and what is stored says which is next, so that a crash between any two loses nothing.
import { audit } from '../../access/audit.ts';
import type { App } from '../../app.ts';
import { SECOND_MS } from '../../clock.ts';
import { openWorkspaceStore, updateDoc, type WorkspaceStore } from '../../store/scoped.ts';
import { noteAccess } from '../../timeline/note-access.ts';
import { recordStep } from '../../timeline/record.ts';
import { type ConsentDoc, consentDoc, type Evidence } from '../documents.ts';
import { gdapEvidence } from '../evidence.ts';
import { actorOfConsent, sendConfirm } from '../grant.ts';
import type { AutomaticMessage } from '../messages.ts';
import { isUnconfirmed, withStatus } from '../status.ts';
import { factsOf } from './facts.ts';
import { type Advance, advance, type Outcome, superseded } from './machine.ts';
import { type AutomaticFacts, standingOf } from './plan.ts';
import { explainRefusal } from './refusals.ts';
import { sendAutomatic } from './start.ts';
import { type AutomaticState, isWorking } from './state.ts';
import { takeStep } from './steps.ts';

/** More than any way through the steps has without a wait. */
const MOST_STEPS = 10;
/** The roles take a moment to reach the token service. */
const FIRST_LOOK_MS = 5 * SECOND_MS;

/**
 * Works one `automatic` message until it has to wait or is done. A message of another start, or of an attempt that was
 * worked already, does nothing. Failures of Microsoft are recorded on the consent, with the next try where there is one.
 */
export async function runAutomatic(app: App, message: AutomaticMessage): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const facts = await factsOf(app, workspace, message.tenantId);
    const state = facts?.consent?.automatic;
    if (!facts?.consent || !isWorking(state) || state.runId !== message.runId || message.attempt < state.attempt)
      return;
    const turn: Turn = { app, workspace, facts, consent: facts.consent, state: { ...state, attempt: message.attempt } };
    if (message.attempt === 1 && steps === 0) await recordStart(turn);
    if (!(await goOn(turn))) return;
  }
  app.log('error', 'automatic consent takes more steps than it has', { tenantId: message.tenantId });
}

interface Turn {
  app: App;
  workspace: WorkspaceStore;
  facts: AutomaticFacts;
  consent: ConsentDoc;
  state: AutomaticState;
}

/** One step. Gives whether the next one may follow at once. */
async function goOn(turn: Turn): Promise<boolean> {
  const { app, consent, state } = turn;
  if (state.step !== 'withdraw' && !isOurs(consent)) {
    const left = superseded(state);
    return keep(turn, { state: left, waitMs: left.step === 'ended' ? null : 0 });
  }
  if (state.step === 'authorise' && Date.parse(state.notBefore ?? state.dueAt) > app.clock.now()) {
    return keep(turn, { state, waitMs: Date.parse(state.notBefore ?? state.dueAt) - app.clock.now() });
  }
  const { outcome, evidence } = await outcomeOfStep(turn);
  const next = advance(state, outcome, app.clock.now());
  if (outcome.kind === 'failed' || outcome.kind === 'blocked') {
    const { code } = outcome.explanation;
    app.log('info', 'a step of automatic consent failed', { tenantId: consent.tenantId, step: state.step, code });
  }
  if (state.step !== 'install' || outcome.kind !== 'done' || !evidence) return keep(turn, next);
  // Asked for before it is written down: what a crash leaves is a step that is done once more.
  const { workspaceId, customer } = turn.facts;
  await sendConfirm(app, { workspaceId, tenantId: customer.tenantId }, { attempt: 1, waitMs: FIRST_LOOK_MS });
  return keep(turn, next, evidence);
}

/** Whether the consent is still this way's to make: another one may have been faster. */
function isOurs(consent: ConsentDoc): boolean {
  return consent.method === 'automatic' && isUnconfirmed(consent);
}

async function outcomeOfStep({
  app,
  workspace,
  facts,
  state,
}: Turn): Promise<{ outcome: Outcome; evidence?: Evidence }> {
  const { step } = state;
  const { workspaceId, customer } = facts;
  const { tenantId, connectionId } = customer;
  const place = { app, workspaceId, connectionId, tenantId };
  if (step === 'ended') return { outcome: { kind: 'done' } };
  if (facts.connection?.state !== 'Connected') return { outcome: blocked('connection', 'automatic_connection') };
  const standing = standingOf(facts);
  if (step === 'withdraw') {
    const outcome = await takeStep(place, step);
    // Without a relationship nobody lets us in again soon: the next start takes it back.
    const lasts = 'why' in standing && outcome.kind === 'failed' && outcome.span === 'perhaps';
    return { outcome: lasts ? { ...outcome, span: 'forGood' } : outcome };
  }
  if ('why' in standing) return { outcome: blocked('gdap', standing.why) };
  if (step === 'authorise') return { outcome: await takeStep(place, step) };
  // Nothing is granted on the strength of what was true an hour ago.
  const evidence = await gdapEvidence(app, workspace, tenantId);
  if (!evidence) {
    const explanation = explainRefusal('automatic_unread');
    return { outcome: { kind: 'failed', span: 'passing', explanation } };
  }
  return { outcome: await takeStep(place, step), evidence };
}

function blocked(by: 'gdap' | 'connection', code: Parameters<typeof explainRefusal>[0]): Outcome {
  return { kind: 'blocked', by, explanation: explainRefusal(code) };
}

/**
 * Writes what is next, and sends its message first where it has to wait: one that is sent twice does nothing the second
 * time. Gives whether the next step may follow at once.
 */
async function keep(turn: Turn, next: Advance, evidence?: Evidence): Promise<boolean> {
  const { app, workspace, facts, state: before } = turn;
  const { tenantId } = facts.customer;
  const nowMs = app.clock.now();
  const waits = next.waitMs !== null && next.waitMs > 0;
  const state: AutomaticState = {
    ...next.state,
    attempt: before.attempt + (waits ? 1 : 0),
    dueAt: new Date(nowMs + (next.waitMs ?? 0)).toISOString(),
  };
  if (waits) await sendAutomatic(app, { workspaceId: workspace.workspaceId, tenantId }, state);
  let previous: ConsentDoc | undefined;
  const updated = await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) => {
    previous = stored;
    const own = stored?.automatic;
    if (!stored || own?.runId !== state.runId || own.step !== before.step) return undefined;
    const at = new Date(nowMs).toISOString();
    if (before.step === 'withdraw') return { ...stored, automatic: state };
    // While this step was at Microsoft another way may have given the consent: that stands.
    if (!isOurs(stored)) return { ...stored, automatic: { ...superseded(state), dueAt: at } };
    return withStatus(stored, { ...tellingOf(next, evidence, nowMs), automatic: state }, at);
  });
  if (previous && updated) await tellChange(turn, previous, updated.doc);
  return next.waitMs === 0 && updated?.doc.automatic?.runId === state.runId;
}

/** What the consent says after the step: what the machine says, or that the roles are given and are being confirmed. */
function tellingOf(next: Advance, evidence: Evidence | undefined, nowMs: number): Partial<ConsentDoc> {
  if (!evidence) return next.telling ?? {};
  const nextAttemptAt = new Date(nowMs + FIRST_LOOK_MS).toISOString();
  return { status: 'GrantingApplicationRoles', evidence, attempts: 0, nextAttemptAt, explanation: null };
}

async function tellChange({ app, workspace }: Turn, before: ConsentDoc, after: ConsentDoc): Promise<void> {
  if (after.status === before.status) return;
  if (after.status === 'ConsentFailure') {
    const details = { code: after.explanation?.code ?? null, nextAttemptAt: after.nextAttemptAt };
    const entry = { actor: actorOfConsent(after), subject: after.id, details };
    await audit(app, workspace, { action: 'consent.failed', ...entry });
  }
  await noteAccess(app, workspace, after.tenantId);
}

async function recordStart({ app, workspace, consent, state }: Turn): Promise<void> {
  const { tenantId } = consent;
  const started = { tenantId, kind: 'consent.started' as const, by: actorOfConsent(consent), at: state.startedAt };
  await recordStep(app, workspace, { ...started, details: { method: 'automatic' } });
}

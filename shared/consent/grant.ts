// From "Microsoft says yes" to Granted: pending with evidence first, then proof, then everything that follows from it.
// Each step may be repeated, so that a crash between any two loses nothing: the queued confirmation finishes the work.
import { type Actor, audit } from '../access/audit.ts';
import type { App } from '../app.ts';
import type { Explanation } from '../errors.ts';
import { permissionSetVersion } from '../microsoft/permissions.ts';
import { withAttempt } from '../queue/retry.ts';
import { openWorkspaceStore, readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { lookIntervalMinutes } from '../sync/jobs.ts';
import { refreshSchedule } from '../sync/may-sync.ts';
import { enterSchedule } from '../sync/schedule.ts';
import { noteAccess } from '../timeline/note-access.ts';
import { type ConsentDoc, consentDoc, consentLinkDoc, type Evidence } from './documents.ts';
import { readGdap } from './evidence.ts';
import type { ConfirmMessage } from './messages.ts';
import { type Proof, proveConsent } from './prove.ts';
import {
  confirmDelayMs,
  evidenceForNewGrant,
  isInstalling,
  isUnconfirmed,
  noConsent,
  standingEvidence,
  unprovenStatus,
  withStatus,
} from './status.ts';

const VERIFY_MINUTES = 1440;

/**
 * Records that consent was given at Microsoft, with the evidence for it, asks for confirmations, and tries the first
 * one at once. Gives the consent as it is then: Granted, or pending.
 */
export async function beginConfirmation(
  app: App,
  workspace: WorkspaceStore,
  given: {
    tenantId: string;
    linkId: string | null;
    evidence: Evidence;
    by?: Actor | null;
    ownAppConnectionId?: string | null;
  },
): Promise<ConsentDoc> {
  const { tenantId, linkId, evidence, by = null, ownAppConnectionId = null } = given;
  const nowMs = app.clock.now();
  const at = new Date(nowMs).toISOString();
  const delayMs = confirmDelayMs(1) ?? 0;
  await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) => {
    const change = {
      status: 'ConsentPending',
      method: methodOf(evidence, ownAppConnectionId),
      evidence,
      ownAppConnectionId,
      // The customer's link that another way passed by is used up by the grant all the same.
      linkId: linkId ?? stored?.linkId ?? null,
      by,
      attempts: 0,
      nextAttemptAt: new Date(nowMs + delayMs).toISOString(),
      explanation: null,
    } as const;
    return withStatus(stored ?? noConsent(tenantId, at), change, at);
  });
  await sendConfirm(app, { workspaceId: workspace.workspaceId, tenantId }, { attempt: 1, waitMs: delayMs });
  await confirmOnce(app, workspace, tenantId, 0);
  return (await readAs(workspace.customers, `consent:${tenantId}`, consentDoc))?.doc ?? noConsent(tenantId, at);
}

/** Asks for an attempt to confirm a consent. Of two messages with one attempt the second does nothing. */
export async function sendConfirm(
  app: Pick<App, 'queue' | 'clock'>,
  of: { workspaceId: string; tenantId: string },
  { attempt, waitMs }: { attempt: number; waitMs: number },
): Promise<void> {
  const nowMs = app.clock.now();
  const body: ConfirmMessage = { kind: 'confirm', ...of, attempt };
  const messageId = withAttempt(`confirm:${of.workspaceId}:${of.tenantId}:${nowMs}`, attempt);
  await app.queue.send('consent', [{ messageId, body, enqueueAtMs: nowMs + waitMs }]);
}

/**
 * Works one `confirm` message: proves the grant, or records the failed attempt and asks for the next. A message of
 * an older attempt changes nothing.
 */
export async function runConfirm(app: App, message: ConfirmMessage, messageId: string): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  const consent = (await readAs(workspace.customers, `consent:${message.tenantId}`, consentDoc))?.doc;
  // Which link began it does not matter: one that replaced it meanwhile must not end the confirmation.
  if (!consent) return;
  if (consent.status === 'Granted') return followGrant(app, workspace, consent);
  if (!isUnconfirmed(consent) || isInstalling(consent) || consent.attempts !== message.attempt - 1) return;
  const proof = await confirmOnce(app, workspace, message.tenantId, message.attempt);
  if (proof.kind === 'proven') return;
  const delayMs = confirmDelayMs(message.attempt + 1);
  if (delayMs === null) return;
  // A next message that was sent before a crash is dropped as a duplicate: its id holds the attempt.
  const body = { ...message, attempt: message.attempt + 1 };
  const waitMs = Math.max(delayMs, proof.kind === 'unanswered' ? (proof.retryAfterMs ?? 0) : 0);
  const next = { messageId: withAttempt(messageId, body.attempt), body, enqueueAtMs: app.clock.now() + waitMs };
  await app.queue.send('consent', [next]);
  await countAttempt(app, workspace, message.tenantId, message.attempt, app.clock.now() + waitMs);
}

async function countAttempt(app: App, workspace: WorkspaceStore, tenantId: string, attempt: number, nextMs: number) {
  await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) =>
    stored && stored.attempts < attempt
      ? { ...stored, attempts: attempt, nextAttemptAt: new Date(nextMs).toISOString() }
      : undefined,
  );
  app.log('info', 'consent is not confirmed yet', { tenantId, attempt });
}

/** One try. Gives the proof; the consent's status and words follow it. */
async function confirmOnce(
  app: App,
  workspace: WorkspaceStore,
  tenantId: string,
  attempt: number,
): Promise<Proof | { kind: 'noEvidence' }> {
  const gdap = await readGdap(workspace, tenantId);
  const asked = (await readAs(workspace.customers, `consent:${tenantId}`, consentDoc))?.doc;
  const ownAppConnectionId = asked?.ownAppConnectionId ?? null;
  const proof = await proveConsent(app, workspace, { tenantId, ownAppConnectionId });
  const nowMs = app.clock.now();
  let before: ConsentDoc | undefined;
  let evidence: Evidence | null = null;
  const updated = await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) => {
    // Begun anew with another app meanwhile: what was found is not about that one.
    if (stored && stored.ownAppConnectionId !== ownAppConnectionId) return undefined;
    before = stored;
    evidence = evidenceForNewGrant(standingEvidence(stored?.evidence ?? null, gdap, nowMs), nowMs);
    return stored && afterAttempt(stored, { proof, evidence, attempt, nowMs });
  });
  if (before && updated) await tellAttempt(app, workspace, before, updated.doc);
  return evidence === null ? { kind: 'noEvidence' } : proof;
}

/**
 * The consent after an attempt to confirm it; undefined where that is not its to change: it was granted, revoked or begun
 * anew since. Pure.
 */
export function afterAttempt(
  consent: ConsentDoc,
  found: { proof: Proof; evidence: Evidence | null; attempt: number; nowMs: number },
): ConsentDoc | undefined {
  const { proof, evidence, attempt, nowMs } = found;
  const at = new Date(nowMs).toISOString();
  if (!isUnconfirmed(consent)) return undefined;
  if (proof.kind === 'proven' && evidence) return grantedBy(consent, evidence, at);
  const status = unprovenStatus(consent, { rolesMissing: proof.kind === 'rolesMissing', attempt, nowMs });
  const explanation = proof.kind === 'proven' || !evidence ? evidenceEnded : proof.explanation;
  const nextAttemptAt = confirmDelayMs(attempt + 1) === null ? null : consent.nextAttemptAt;
  return withStatus(consent, { status, explanation, nextAttemptAt }, at);
}

async function tellAttempt(app: App, workspace: WorkspaceStore, before: ConsentDoc, after: ConsentDoc): Promise<void> {
  if (after.status === before.status) return;
  if (after.status === 'Granted') {
    await auditGrant(app, workspace, after);
    await followGrant(app, workspace, after);
  }
  if (after.status === 'ConsentFailure') {
    const entry = {
      actor: actorOfConsent(after),
      subject: after.id,
      details: { code: after.explanation?.code ?? null },
    };
    await audit(app, workspace, { action: 'consent.failed', ...entry });
  }
  await noteAccess(app, workspace, after.tenantId);
}

/** The document of a grant that was proven just now. */
export function grantedBy(consent: ConsentDoc, evidence: Evidence | null, at: string): ConsentDoc {
  const isNew = consent.status !== 'Granted';
  const change: Partial<ConsentDoc> = {
    status: 'Granted',
    evidence,
    permissionSet: permissionSetVersion,
    grantedAt: isNew ? at : consent.grantedAt,
    attempts: 0,
    nextAttemptAt: null,
    explanation: null,
    verifiedAt: at,
  };
  return withStatus(consent, change, at);
}

/** By which of the four ways a consent came. */
export function methodOf(evidence: Evidence, ownAppConnectionId: string | null): NonNullable<ConsentDoc['method']> {
  if (ownAppConnectionId !== null) return 'ownApp';
  return evidence.kind === 'gdap' ? 'gdapAccount' : 'customerAdmin';
}

/** What a grant sets going: its link is used up, it is verified daily, and the tenant may be synced. */
export async function followGrant(app: App, workspace: WorkspaceStore, consent: ConsentDoc): Promise<void> {
  const { tenantId, linkId } = consent;
  const at = new Date(app.clock.now()).toISOString();
  if (linkId)
    await updateDoc(workspace.customers, `link:${linkId}`, consentLinkDoc, (link) =>
      link?.status === 'open' ? { ...link, status: 'used' as const, usedAt: at } : undefined,
    );
  const { workspaceId } = workspace;
  await enterSchedule(app, { job: 'verify', intervalMinutes: VERIFY_MINUTES, workspaceId, target: tenantId });
  await enterSchedule(app, { job: 'look', intervalMinutes: lookIntervalMinutes, workspaceId, target: workspaceId });
  await refreshSchedule(app, workspaceId, tenantId);
}

export async function auditGrant(app: App, workspace: WorkspaceStore, consent: ConsentDoc): Promise<void> {
  const details = { method: consent.method, evidence: consent.evidence?.kind ?? null, linkId: consent.linkId };
  const entry = { actor: actorOfConsent(consent), subject: consent.id, details };
  await audit(app, workspace, { action: 'consent.granted', ...entry });
}

/** Who gave, or began, a consent. */
export function actorOfConsent({ evidence, by }: ConsentDoc): Actor {
  if (by) return by;
  if (evidence?.kind === 'adminSignIn') return { id: `customer:${evidence.objectId}`, name: evidence.username };
  return { id: 'customer', name: 'Somebody at Microsoft through the consent link' };
}

export const evidenceEnded: Explanation = {
  code: 'evidence_ended',
  meaning: 'What proved your authority over this tenant, an admin relationship or a sign-in there, no longer stands.',
  whoActs: 'msp',
  whatToDo: 'Renew the relationship and refresh, or ask an administrator of the customer to open a new consent link.',
  retryHelps: false,
};

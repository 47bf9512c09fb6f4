// Whether a grant still stands: daily by the schedule, or now by a person. What was withdrawn stays withdrawn until somebody
// consents again; what only could not be asked is asked later.
import { audit, tenantryActor } from '../access/audit.ts';
import type { App } from '../app.ts';
import { noteGuestAccount } from '../customers/guest-account.ts';
import { notFound } from '../errors.ts';
import { followUp, manualMessageId, maxAttempts } from '../queue/retry.ts';
import { openWorkspaceStore, readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { refreshSchedule } from '../sync/may-sync.ts';
import { leaveSchedule } from '../sync/schedule.ts';
import { noteAccess } from '../timeline/note-access.ts';
import { type ConsentDoc, consentDoc, type Evidence } from './documents.ts';
import { gdapEvidence, readGdap } from './evidence.ts';
import { auditGrant, evidenceEnded, followGrant, grantedBy, methodOf } from './grant.ts';
import type { VerifyMessage } from './messages.ts';
import { type Proof, proveConsent } from './prove.ts';
import { currentConsent, evidenceForNewGrant, standingEvidence, withStatus } from './status.ts';
import { upgradeWords } from './upgrade.ts';

/**
 * Works one `verify` message. Does nothing unless the consent is Granted or UpgradeNeeded; a transient failure is
 * followed up by a later message.
 */
export async function runVerify(app: App, message: VerifyMessage, messageId: string): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  const consent = (await readAs(workspace.customers, `consent:${message.tenantId}`, consentDoc))?.doc;
  // A customer that was removed is in the schedule only because something was under way for it then.
  if (!consent)
    return leaveSchedule(app, { job: 'verify', workspaceId: workspace.workspaceId, target: message.tenantId });
  if (!isVerified(consent)) return;
  // A relationship that was renewed speaks for the workspace again.
  const fresh = consent.evidence === null ? await gdapEvidence(app, workspace, message.tenantId) : null;
  const proof = await verifyNow(app, workspace, consent, fresh);
  if (proof.kind !== 'unanswered' || !proof.transient || message.attempt >= maxAttempts) return;
  const body = { ...message, attempt: message.attempt + 1 };
  const { retryAfterMs } = proof;
  const failed = { attempt: message.attempt, retryAfterMs, nowMs: app.clock.now(), random: () => app.ids.random() };
  await app.queue.send('consent', [followUp({ messageId, body }, failed)]);
}

/** Asks for a look at a consent now: after a run that Microsoft refused for want of consent. */
export async function requestVerify(app: Pick<App, 'queue' | 'ids'>, workspaceId: string, tenantId: string) {
  const body: VerifyMessage = { kind: 'verify', workspaceId, tenantId, attempt: 1 };
  await app.queue.send('consent', [{ messageId: manualMessageId(app.ids), body }]);
}

/**
 * Looks at a customer's consent now, for a person who granted it and wants to see it (G1-18). Gives it as it is then. A
 * consent that this workspace never asked for stays as it is: that the app is installed proves nothing.
 * @throws Problem 404 for no such customer.
 */
export async function checkConsent(app: App, workspace: WorkspaceStore, tenantId: string): Promise<ConsentDoc | null> {
  if (!(await workspace.customers.read(`customer:${tenantId}`))) throw notFound('customer');
  const stored = (await readAs(workspace.customers, `consent:${tenantId}`, consentDoc))?.doc;
  if (!stored) return null;
  if (stored.status === 'NotRequested') return stored;
  const fresh = await gdapEvidence(app, workspace, tenantId);
  await verifyNow(app, workspace, stored, fresh);
  const now = (await readAs(workspace.customers, `consent:${tenantId}`, consentDoc))?.doc ?? stored;
  // A sync that stopped with AuthError may go on once the grant was seen to work.
  if (now.status === 'Granted') await refreshSchedule(app, workspace.workspaceId, tenantId);
  return currentConsent(now, app.clock.now());
}

function isVerified({ status }: ConsentDoc): boolean {
  return status === 'Granted' || status === 'UpgradeNeeded';
}

async function verifyNow(
  app: App,
  workspace: WorkspaceStore,
  before: ConsentDoc,
  fresh: Evidence | null,
): Promise<Proof> {
  const { tenantId } = before;
  const gdap = await readGdap(workspace, tenantId);
  const proof = await proveConsent(app, workspace, before);
  const nowMs = app.clock.now();
  const at = new Date(nowMs).toISOString();
  let previous = before;
  const updated = await updateDoc(workspace.customers, before.id, consentDoc, (stored) => {
    // Another journey may have moved it meanwhile: what was found then is not about this one.
    if (!stored || stored.status !== before.status || stored.linkId !== before.linkId) return undefined;
    if (stored.ownAppConnectionId !== before.ownAppConnectionId) return undefined;
    previous = stored;
    const standing = standingEvidence(stored.evidence, gdap, nowMs);
    const evidence = isVerified(stored) ? standing : evidenceForNewGrant(standing, nowMs);
    return afterProof(stored, proof, evidence ?? fresh, at);
  });
  if (updated) {
    await follow(app, workspace, previous, updated.doc);
    if (updated.doc !== previous) await noteAccess(app, workspace, tenantId);
  }
  await noteGuestAccount(workspace, tenantId);
  return proof;
}

/** The consent after a look at it; undefined where nothing was learned. Pure. */
export function afterProof(
  consent: ConsentDoc,
  proof: Proof,
  evidence: Evidence | null,
  at: string,
): ConsentDoc | undefined {
  if (proof.kind === 'unanswered') return undefined;
  if (proof.kind === 'proven' && evidence) {
    const method = consent.method ?? methodOf(evidence, consent.ownAppConnectionId);
    return { ...grantedBy(consent, evidence, at), method };
  }
  // While a grant is still on its way, not finding it is no news.
  if (!isVerified(consent)) return undefined;
  // The tenant's grant remains; what is lost is this workspace's authority to use it.
  if (proof.kind === 'proven')
    return withStatus(consent, { evidence: null, explanation: evidenceEnded, verifiedAt: at }, at);
  if (proof.kind === 'rolesMissing')
    return withStatus(consent, { status: 'UpgradeNeeded', explanation: upgradeWords(consent, proof) }, at);
  const { explanation } = proof;
  // An old sign-in must not speak for a grant that somebody makes later, for another workspace perhaps.
  return withStatus(consent, { status: 'Revoked', evidence: null, explanation, nextAttemptAt: null }, at);
}

async function follow(app: App, workspace: WorkspaceStore, before: ConsentDoc, after: ConsentDoc): Promise<void> {
  if (after.status === 'Granted' && after.evidence) {
    if (before.status !== 'Granted') await auditGrant(app, workspace, after);
    if (before.status !== 'Granted' || !before.evidence) await followGrant(app, workspace, after);
    return;
  }
  const { workspaceId } = workspace;
  if (after.status === 'Revoked') await leaveSchedule(app, { job: 'verify', workspaceId, target: after.tenantId });
  const lost = before.status !== after.status || (before.evidence !== null && after.evidence === null);
  if (!lost) return;
  await refreshSchedule(app, workspaceId, after.tenantId);
  const details = { status: after.status, code: after.explanation?.code ?? null };
  await audit(app, workspace, { action: 'consent.revoked', actor: tenantryActor, subject: after.id, details });
}

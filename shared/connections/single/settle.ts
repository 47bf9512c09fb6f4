// After the administrator's sign-in: looks at the tenant with the app's own token, and takes it or says why not. Microsoft may
// need minutes to let the app in, so a look that finds nothing yet is followed by a later one.
import { z } from 'zod';
import { type Actor, audit } from '../../access/audit.ts';
import type { App } from '../../app.ts';
import { beginConfirmation } from '../../consent/grant.ts';
import { type CustomerDoc, customerDoc, type GdapDoc } from '../../customers/documents.ts';
import type { Explanation } from '../../errors.ts';
import { isTransient, MicrosoftError } from '../../microsoft/microsoft.ts';
import { withAttempt } from '../../queue/retry.ts';
import { openWorkspaceStore, readAs, updateDoc, type WorkspaceStore } from '../../store/scoped.ts';
import { refreshSchedule } from '../../sync/may-sync.ts';
import { type AuthFailedReason, type ConnectionDoc, connectionDoc } from '../documents.ts';
import { connectionDocId, listConnections } from '../read.ts';
import { explainReason, reasonOf } from '../reasons.ts';
import { leavingDocId } from '../removal/documents.ts';
import { failedWith, withState } from '../state.ts';
import { type SettleSingleMessage, type SingleSignInDoc, singleSignInDoc, singleSignInId } from './documents.ts';
import { isOwnTenant, lookDelayMs, refusalOfLook, type TenantLook } from './rules.ts';

type Failure = { reason: AuthFailedReason; explanation: Explanation };

/** Looks at once; where Microsoft does not let the app in yet, a message looks again. Gives the connection as it is then. */
export async function settleNow(app: App, workspace: WorkspaceStore, before: ConnectionDoc): Promise<ConnectionDoc> {
  const { connectionId } = before;
  const body: SettleSingleMessage = {
    kind: 'settleSingle',
    workspaceId: workspace.workspaceId,
    connectionId,
    attempt: 1,
  };
  const nowMs = app.clock.now();
  const messageId = `settle:${connectionId}:${nowMs}`;
  // Sent first: whatever happens from here on, somebody looks.
  await app.queue.send('discover', [{ messageId, body, enqueueAtMs: nowMs + (lookDelayMs(1) ?? 0) }]);
  const signIn = (await readAs(workspace.workspace, singleSignInId(connectionId), singleSignInDoc))?.doc;
  const outcome = signIn && (await settle(app, workspace, signIn));
  if (outcome?.kind === 'refused') return outcome.connection;
  return (await readAs(workspace.workspace, connectionDocId(connectionId), connectionDoc))?.doc ?? before;
}

/**
 * Works one `settleSingle` message. Does nothing when no sign-in waits. What was not there yet is looked for again, until
 * the last look says why the connection failed.
 */
export async function runSettleSingle(app: App, message: SettleSingleMessage, messageId: string): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  const signIn = (await readAs(workspace.workspace, singleSignInId(message.connectionId), singleSignInDoc))?.doc;
  if (!signIn) return;
  const outcome = await settle(app, workspace, signIn);
  if (outcome.kind !== 'waiting') return;
  const delayMs = lookDelayMs(message.attempt + 1);
  if (delayMs !== null) {
    const body = { ...message, attempt: message.attempt + 1 };
    const enqueueAtMs = app.clock.now() + Math.max(delayMs, outcome.retryAfterMs ?? 0);
    await app.queue.send('discover', [{ messageId: withAttempt(messageId, body.attempt), body, enqueueAtMs }]);
    return;
  }
  const { explanation } = outcome;
  await giveUp(app, workspace, signIn, { reason: reasonOf(explanation.code), explanation });
}

type Outcome =
  | { kind: 'connected' }
  /** The connection as it failed; the stored one may keep working. */
  | { kind: 'refused'; connection: ConnectionDoc }
  /** Removed meanwhile. */
  | { kind: 'gone' }
  | { kind: 'waiting'; explanation: Explanation; retryAfterMs: number | undefined };

/** One look, and what follows from it. Each step may be repeated. */
async function settle(app: App, workspace: WorkspaceStore, signIn: SingleSignInDoc): Promise<Outcome> {
  const { tenantId, connectionId } = signIn;
  const stored = (await readAs(workspace.workspace, connectionDocId(connectionId), connectionDoc))?.doc;
  if (!stored || stored.state === 'Removing') {
    await workspace.workspace.delete(singleSignInId(connectionId));
    return { kind: 'gone' };
  }
  const seen = await lookAt(app, signIn);
  if (seen.kind === 'failed') return giveUp(app, workspace, signIn, seen);
  if (seen.kind === 'waiting') return seen;
  const connections = await listConnections(app, workspace);
  const isOwn = isOwnTenant(tenantId, workspace.workspaceId, connections);
  const reason = refusalOfLook(seen.look, { tenantId, isOwn });
  if (reason) return giveUp(app, workspace, signIn, { reason, explanation: explainReason(reason) });
  if (!(await takeTenant(app, workspace, signIn, seen)))
    return giveUp(app, workspace, signIn, { reason: 'tenant_held', explanation: explainReason('tenant_held') });
  await connect(app, workspace, signIn, seen.domain);
  return { kind: 'connected' };
}

const organizations = z.object({
  value: z.array(
    z.object({
      id: z.string().toLowerCase(),
      displayName: z.string().nullish(),
      partnerTenantType: z.string().nullish(),
      verifiedDomains: z.array(z.object({ name: z.string(), isDefault: z.boolean().nullish() })).nullish(),
    }),
  ),
});
const directoryUser = z.object({ userType: z.string().nullish(), userPrincipalName: z.string() });

type Seen =
  | { kind: 'seen'; look: TenantLook; name: string | null; domain: string | null }
  | ({ kind: 'failed' } & Failure)
  | Extract<Outcome, { kind: 'waiting' }>;

/** `/organization` and the account that signed in, by the app's own token: neither can be told by who signed in. */
async function lookAt(app: App, { tenantId, account }: SingleSignInDoc): Promise<Seen> {
  try {
    const token = app.microsoft.customerToken(tenantId);
    await token.renew();
    const graph = app.microsoft.graph(token);
    const path = '/organization?$select=id,displayName,partnerTenantType,verifiedDomains';
    const [organization] = (await graph.get(path, organizations)).value;
    const user = await graph
      .get(`/users/${encodeURIComponent(account.objectId)}?$select=id,userType,userPrincipalName`, directoryUser)
      .catch((error: unknown) => {
        if (error instanceof MicrosoftError && error.kind === 'notFound') return null;
        throw error;
      });
    const domain = organization?.verifiedDomains?.find(({ isDefault }) => isDefault)?.name ?? null;
    const look: TenantLook = {
      tenantId: organization?.id ?? '',
      partnerTenantType: organization?.partnerTenantType ?? null,
      account: user && { userType: user.userType ?? null, userPrincipalName: user.userPrincipalName },
    };
    return { kind: 'seen', look, name: organization?.displayName || null, domain };
  } catch (error) {
    if (!(error instanceof MicrosoftError)) throw error;
    // Not let in yet: the grant is still on its way, or Microsoft is busy.
    const passing = ['consent', 'permission'].includes(error.kind) || isTransient(error);
    const { explanation, retryAfterMs } = error;
    return passing ? { kind: 'waiting', explanation, retryAfterMs } : { kind: 'failed', ...reasonOfError(error) };
  }
}

/** Makes the tenant a customer. Gives false when another connection has it, or is being taken away from it. */
async function takeTenant(
  app: App,
  workspace: WorkspaceStore,
  { tenantId, connectionId }: SingleSignInDoc,
  { name, domain }: { name: string | null; domain: string | null },
): Promise<boolean> {
  if (await workspace.customers.read(leavingDocId(tenantId))) return false;
  const at = isoNow(app);
  const customer = await updateDoc(workspace.customers, `customer:${tenantId}`, customerDoc, (stored) => {
    if (stored && stored.connectionId !== connectionId) return undefined;
    const after: CustomerDoc = {
      id: `customer:${tenantId}`,
      type: 'customer',
      schemaVersion: 1,
      tenantId,
      connectionId,
      name: name ?? stored?.name ?? domain ?? tenantId,
      domain: domain ?? stored?.domain ?? null,
      sources: ['single'],
      firstSeenAt: stored?.firstSeenAt ?? at,
      missingSince: null,
    };
    return after;
  });
  if (customer?.doc.connectionId !== connectionId) return false;
  await workspace.customers.upsert(noGdap(tenantId, connectionId, at));
  return true;
}

/** GDAP does not apply to a tenant that its own administrator connected: SY-20. */
function noGdap(tenantId: string, connectionId: string, readAt: string): GdapDoc {
  return {
    id: `gdap:${tenantId}`,
    type: 'gdap',
    schemaVersion: 1,
    tenantId,
    connectionId,
    applies: false,
    relationships: [],
    memberOf: [],
    readAt,
    error: null,
  };
}

async function connect(
  app: App,
  workspace: WorkspaceStore,
  { tenantId, connectionId, account, roles, at: signedInAt, by }: SingleSignInDoc,
  domain: string | null,
): Promise<void> {
  const { objectId, username } = account;
  const evidence = { kind: 'adminSignIn', objectId, username, roles, at: signedInAt } as const;
  await beginConfirmation(app, workspace, { tenantId, linkId: null, evidence, by });
  // A consent that was granted all along says nothing new, and a sync that stopped may go on.
  await refreshSchedule(app, workspace.workspaceId, tenantId);
  const id = connectionDocId(connectionId);
  const at = isoNow(app);
  await updateDoc(workspace.workspace, id, connectionDoc, (stored) =>
    stored && stored.state !== 'Removing'
      ? { ...withState(stored, { state: 'Connected', account }, at), domain: domain ?? stored.domain }
      : undefined,
  );
  await workspace.workspace.delete(singleSignInId(connectionId));
  const details = { account: account.username, tenantId };
  await audit(app, workspace, { action: 'connection.connected', actor: by, subject: id, details });
}

async function giveUp(
  app: App,
  workspace: WorkspaceStore,
  { connectionId, by }: SingleSignInDoc,
  failure: Failure,
): Promise<Outcome> {
  const stored = (await readAs(workspace.workspace, connectionDocId(connectionId), connectionDoc))?.doc;
  await workspace.workspace.delete(singleSignInId(connectionId));
  if (!stored) return { kind: 'gone' };
  return { kind: 'refused', connection: await failSingle(app, workspace, by, stored, failure) };
}

/**
 * Records why connecting failed. A connection that works stays Connected; what is given back says AuthFailed either way, so
 * that the one who tried learns why.
 */
export async function failSingle(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  before: ConnectionDoc,
  { reason, explanation }: Failure,
): Promise<ConnectionDoc> {
  const at = isoNow(app);
  await updateDoc(workspace.workspace, before.id, connectionDoc, (stored) =>
    stored && stored.state !== 'Connected' && stored.state !== 'Removing'
      ? failedWith(stored, reason, at, explanation)
      : undefined,
  );
  const details = { reason, code: explanation.code };
  await audit(app, workspace, { action: 'connection.failed', actor: by, subject: before.id, details });
  return failedWith(before, reason, at, explanation);
}

/** An error of Microsoft as a reason: its own words, but where the reason is about accounts of other tenants. */
export function reasonOfError(error: MicrosoftError): Failure {
  const reason = reasonOf(error.code);
  if (reason !== 'wrong_tenant') return { reason, explanation: error.explanation };
  const { correlationId } = error.explanation;
  return { reason: 'foreign_account', explanation: explainReason('foreign_account', correlationId) };
}

function isoNow(app: Pick<App, 'clock'>): string {
  return new Date(app.clock.now()).toISOString();
}

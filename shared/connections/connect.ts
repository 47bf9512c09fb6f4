// Connecting the partner tenant: the journey to Microsoft, the checks on return, and Reauthorize. states.md, "Connection".
import { z } from 'zod';
import { audit } from '../access/audit.ts';
import type { MemberDoc } from '../access/documents.ts';
import { finishFlow } from '../access/flow-state.ts';
import { actorOf } from '../access/members.ts';
import { plainName } from '../access/plain-name.ts';
import { requiredQuery } from '../access/redirect-query.ts';
import type { App } from '../app.ts';
import { notFound, Problem } from '../errors.ts';
import { explainRedirectError } from '../microsoft/catalogue.ts';
import { MicrosoftError } from '../microsoft/microsoft.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { completeConnection, failConnection } from './complete.ts';
import { connectRedirectUri, type Departure, departTo, graphScopes } from './depart.ts';
import { type ConnectionDoc, connectionDoc } from './documents.ts';
import { holderOf, tenantHeld } from './holders.ts';
import { registrationOf } from './own-app.ts';
import { connectionDocId, listConnections } from './read.ts';
import { alreadyConnected, currentConnection, partnerConnectionId, withState } from './state.ts';

export const connectInput = z.object({
  name: plainName(100, 'Give the connection a name.'),
  /** The box that says the prerequisites are met; a form sends `on`. */
  prerequisites: z.literal(['on', 'true', true], 'Tick the box once the prerequisites are met.'),
});

const payloadSchema = z.object({ workspaceId: z.guid(), connectionId: z.guid() });

/**
 * Begins to connect the workspace's own tenant as a partner. Gives where to send the browser.
 * @throws Problem 409 when it is connected already.
 */
export async function startConnect(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  request: { name: string; cookieHeader: string | null },
): Promise<Departure> {
  const connectionId = partnerConnectionId(workspace.workspaceId);
  await requireFree(app, workspace, workspace.workspaceId, connectionId);
  const begun = await updateDoc(workspace.workspace, connectionDocId(connectionId), connectionDoc, (stored) => {
    const at = isoNow(app);
    if (!stored) return newConnection(workspace.workspaceId, connectionId, request.name, at);
    const { state } = currentConnection(stored, app.clock.now());
    if (state === 'Connected' || state === 'Removing') throw alreadyConnected(state);
    return { ...withState(stored, { state: 'Authorizing' }, at), name: request.name };
  });
  const subject = connectionDocId(connectionId);
  await audit(app, workspace, { action: 'connection.started', actor: actorOf(by), subject });
  if (!begun) throw notFound('connection');
  return departTo(app, workspace, begun.doc, request.cookieHeader);
}

/** @throws Problem 409 where another connection of the workspace holds the tenant. */
async function requireFree(app: App, workspace: WorkspaceStore, tenantId: string, connectionId: string): Promise<void> {
  const holder = holderOf(await listConnections(app, workspace), tenantId, connectionId);
  if (holder) throw tenantHeld(holder);
}

/** What is wrong with an own app is told before the journey begins. @throws Problem 409 */
async function requireRegistration(app: App, workspace: WorkspaceStore, connection: ConnectionDoc): Promise<void> {
  try {
    await registrationOf(app, workspace, connection);
  } catch (error) {
    if (error instanceof MicrosoftError) throw new Problem(409, error.explanation, { cause: error });
    throw error;
  }
}

/**
 * Begins to sign in again for a connection. One that works keeps working until the new sign-in has passed all checks.
 * @throws Problem 404 when the workspace has no such connection, 409 while it is being removed, where another one holds
 * its tenant, and where its own app registration is not complete.
 */
export async function startReauthorize(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  request: { connectionId: string; cookieHeader: string | null },
): Promise<Departure> {
  const subject = connectionDocId(request.connectionId);
  const before = (await readAs(workspace.workspace, subject, connectionDoc))?.doc;
  if (before?.kind === 'microsoft_csp' && before.tenantId)
    await requireFree(app, workspace, before.tenantId, request.connectionId);
  if (before) await requireRegistration(app, workspace, before);
  const begun = await updateDoc(workspace.workspace, subject, connectionDoc, (stored) => {
    if (!stored) throw notFound('connection');
    if (stored.state === 'Removing') throw alreadyConnected(stored.state);
    return stored.state === 'Connected' ? undefined : withState(stored, { state: 'Authorizing' }, isoNow(app));
  });
  const details = { reauthorize: true };
  await audit(app, workspace, { action: 'connection.started', actor: actorOf(by), subject, details });
  if (!begun) throw notFound('connection');
  return departTo(app, workspace, begun.doc, request.cookieHeader);
}

/**
 * Ends the journey: redeems the code, checks the account and stores its refresh token if all is well. Gives the
 * connection as it is then; a failed check or an error of Microsoft is a state of it, with its reason.
 * @throws Problem 400 when the answer is not one to a journey of this workspace; nothing is stored then.
 */
export async function finishConnect(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  answer: { query: URLSearchParams; cookieHeader: string | null },
): Promise<ConnectionDoc> {
  const state = answer.query.get('state') ?? undefined;
  const flow = await finishFlow(app, { purpose: 'connect', state, cookieHeader: answer.cookieHeader }, payloadSchema);
  if (flow.payload.workspaceId !== workspace.workspaceId) throw notFound('connection');
  const subject = connectionDocId(flow.payload.connectionId);
  const before = (await readAs(workspace.workspace, subject, connectionDoc))?.doc;
  if (!before) throw notFound('connection');

  const refused = explainRedirectError(answer.query);
  if (refused && declined.has(refused.code)) return cancel(app, workspace, before, refused);
  if (refused) return failConnection(app, workspace, by, before, refused);
  const code = requiredQuery(answer.query, 'code');
  await updateDoc(workspace.workspace, subject, connectionDoc, (stored) =>
    stored && stored.state !== 'Connected' ? withState(stored, { state: 'AuthPending' }, isoNow(app)) : undefined,
  );
  try {
    const redemption = await app.microsoft.redeemCode({
      app: await registrationOf(app, workspace, before),
      tenant: before.tenantId ?? workspace.workspaceId,
      redirectUri: connectRedirectUri(app, before),
      scopes: graphScopes(app),
      code,
      codeVerifier: flow.codeVerifier,
      nonce: flow.nonce,
    });
    return await completeConnection(app, workspace, by, before, redemption);
  } catch (error) {
    if (error instanceof MicrosoftError) return failConnection(app, workspace, by, before, error);
    throw error;
  }
}

/** Whoever closes Microsoft's page, or does not accept what it asks for, has changed nothing. */
const declined = new Set(['access_denied', 'AADSTS65004']);

/** Back to where it was: not connected, or connected as before. */
async function cancel(
  app: App,
  workspace: WorkspaceStore,
  before: ConnectionDoc,
  { explanation }: MicrosoftError,
): Promise<ConnectionDoc> {
  const updated = await updateDoc(workspace.workspace, before.id, connectionDoc, (stored) =>
    stored && stored.state !== 'Connected'
      ? withState(stored, { state: 'NotConnected', explanation: { ...explanation, whoActs: 'msp' } }, isoNow(app))
      : undefined,
  );
  return updated?.doc ?? before;
}

function newConnection(workspaceId: string, connectionId: string, name: string, at: string): ConnectionDoc {
  return {
    id: connectionDocId(connectionId),
    type: 'connection',
    schemaVersion: 1,
    connectionId,
    kind: 'microsoft_csp',
    app: { kind: 'tenantry' },
    name,
    tenantId: workspaceId,
    domain: null,
    state: 'Authorizing',
    reason: null,
    explanation: null,
    stateSince: at,
    checks: [],
    account: null,
    createdAt: at,
  };
}

function isoNow(app: Pick<App, 'clock'>): string {
  return new Date(app.clock.now()).toISOString();
}

// Connecting a single tenant: a sign-in of a Global Administrator of that very tenant, then admin consent of the customer app
// there. What comes back is looked at by settle.ts before anything is taken.
import { z } from 'zod';
import { audit } from '../../access/audit.ts';
import type { HostCookie } from '../../access/cookies.ts';
import type { MemberDoc } from '../../access/documents.ts';
import { finishFlow, startFlow } from '../../access/flow-state.ts';
import { actorOf } from '../../access/members.ts';
import { requiredQuery } from '../../access/redirect-query.ts';
import type { App } from '../../app.ts';
import { DAY_MS, SECOND_MS } from '../../clock.ts';
import { customerDoc } from '../../customers/documents.ts';
import { type Explanation, notFound, Problem } from '../../errors.ts';
import { explainRedirectError } from '../../microsoft/catalogue.ts';
import { MicrosoftError, type SignedInAccount } from '../../microsoft/microsoft.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../../store/scoped.ts';
import { type ConnectionDoc, connectionDoc } from '../documents.ts';
import { connectionDocId, listConnections, readConnection } from '../read.ts';
import { leavingDocId } from '../removal/documents.ts';
import { alreadyConnected, currentConnection, withState } from '../state.ts';
import { type SingleSignInDoc, singleSignInDoc, singleSignInId } from './documents.ts';
import { isOwnTenant, refusalOfSignIn, refusalOfTenant, type SingleInput, singleConnectionId } from './rules.ts';
import { failSingle, reasonOfError, settleNow } from './settle.ts';

const about = { workspaceId: z.guid(), connectionId: z.guid(), tenantId: z.guid() };
const payloadSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('signIn'), ...about }),
  /** Who has signed in travels along, sealed: it counts only once the tenant has consented. */
  z.object({
    step: z.literal('consent'),
    ...about,
    signedIn: singleSignInDoc.pick({ account: true, roles: true, at: true }),
  }),
]);
type Payload = z.infer<typeof payloadSchema>;
type About = Omit<Extract<Payload, { step: 'signIn' }>, 'step'>;

export interface SingleDeparture {
  connectionId: string;
  /** Microsoft's page. */
  location: string;
  cookie: HostCookie;
}

/**
 * Begins to connect the tenant of a domain.
 * @throws Problem 400 for a domain that no tenant has, 409 where the tenant may not be connected this way (SY-13) or is
 *   connected already; MicrosoftError when Microsoft does not say whose domain it is
 */
export async function startSingle(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  request: SingleInput & { cookieHeader: string | null },
): Promise<SingleDeparture> {
  const { name, domain } = request;
  const tenantId = await app.microsoft.tenantOfDomain(domain);
  const refused = await refusalHere(app, workspace, { ...request, tenantId });
  if (refused || !tenantId) throw refused ?? notFound('tenant');
  const connectionId = singleConnectionId(workspace.workspaceId, tenantId);
  const id = connectionDocId(connectionId);
  await updateDoc(workspace.workspace, id, connectionDoc, (stored) => {
    const at = isoNow(app);
    if (!stored) return newSingle({ connectionId, name, tenantId, domain, at });
    const { state } = currentConnection(stored, app.clock.now());
    if (state === 'Connected' || state === 'Removing') throw alreadyConnected(state);
    return { ...withState(stored, { state: 'Authorizing' }, at), name, domain };
  });
  const details = { kind: 'microsoft_single', tenantId };
  await audit(app, workspace, { action: 'connection.started', actor: actorOf(by), subject: id, details });
  return depart(app, workspace, { connectionId, tenantId, cookieHeader: request.cookieHeader });
}

/**
 * Begins to sign in again for a single connection, at the tenant that it was made for: SY-40. One that works keeps working.
 * @throws Problem 404 for no such connection, 409 while it is being removed
 */
export async function reauthorizeSingle(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  request: { connectionId: string; cookieHeader: string | null },
): Promise<SingleDeparture> {
  const { connectionId, cookieHeader } = request;
  const subject = connectionDocId(connectionId);
  const updated = await updateDoc(workspace.workspace, subject, connectionDoc, (stored) => {
    if (stored?.kind !== 'microsoft_single') throw notFound('connection');
    if (stored.state === 'Removing') throw alreadyConnected(stored.state);
    return stored.state === 'Connected' ? undefined : withState(stored, { state: 'Authorizing' }, isoNow(app));
  });
  const tenantId = updated?.doc.tenantId;
  if (!tenantId) throw notFound('connection');
  const details = { reauthorize: true };
  await audit(app, workspace, { action: 'connection.started', actor: actorOf(by), subject, details });
  return depart(app, workspace, { connectionId, tenantId, cookieHeader });
}

async function refusalHere(
  app: App,
  workspace: WorkspaceStore,
  asked: { tenantId: string | null; ownTenant: boolean },
): Promise<Problem | undefined> {
  const { tenantId, ownTenant } = asked;
  if (!tenantId) return refusalOfTenant({ ...asked, isOwn: false, heldBy: undefined, leaving: false });
  const [connections, customer, leaving] = await Promise.all([
    listConnections(app, workspace),
    readAs(workspace.customers, `customer:${tenantId}`, customerDoc),
    workspace.customers.read(leavingDocId(tenantId)),
  ]);
  const own = singleConnectionId(workspace.workspaceId, tenantId);
  const holder = customer?.doc.connectionId === own ? undefined : customer?.doc.connectionId;
  const heldBy = holder && (connections.find(({ connectionId }) => connectionId === holder)?.name ?? 'another one');
  const isOwn = isOwnTenant(tenantId, workspace.workspaceId, connections);
  return refusalOfTenant({ tenantId, ownTenant, isOwn, heldBy, leaving: leaving !== undefined });
}

async function depart(
  app: App,
  { workspaceId }: WorkspaceStore,
  { connectionId, tenantId, cookieHeader }: { connectionId: string; tenantId: string; cookieHeader: string | null },
): Promise<SingleDeparture> {
  const payload: Payload = { step: 'signIn', workspaceId, connectionId, tenantId };
  const flow = await startFlow(app, { purpose: 'single', payload, cookieHeader });
  const location = await app.microsoft.authorizeUrl({
    app: 'customer',
    // By name, so that Microsoft itself refuses accounts that have nothing to do there.
    tenant: tenantId,
    redirectUri: singleRedirectUri(app),
    scopes: signInScopes,
    state: flow.state,
    nonce: flow.nonce,
    codeChallenge: flow.codeChallenge,
    // Whoever connects is mostly signed in as somebody else.
    prompt: 'select_account',
  });
  return { connectionId, location, cookie: flow.cookie };
}

export type SingleArrival =
  /** Microsoft's consent page comes next. */
  | { kind: 'goOn'; location: string; cookie: HostCookie }
  /** As the connection is now; what failed says why, also where the stored one keeps working. */
  | { kind: 'ended'; connection: ConnectionDoc };

interface Answer {
  query: URLSearchParams;
  cookieHeader: string | null;
}

/**
 * Takes either answer of Microsoft: to the sign-in, then to the consent page.
 * @throws Problem 400 or 404 when the answer is not one to a journey of this workspace; nothing is stored then
 */
export async function finishSingle(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  answer: Answer,
): Promise<SingleArrival> {
  const state = answer.query.get('state') ?? undefined;
  const { cookieHeader } = answer;
  const flow = await finishFlow(app, { purpose: 'single', state, cookieHeader }, payloadSchema);
  const { payload } = flow;
  if (payload.workspaceId !== workspace.workspaceId) throw notFound('connection');
  const before = await readConnection(app, workspace, payload.connectionId);
  if (before.state === 'Removing') throw alreadyConnected(before.state);
  const error = explainRedirectError(answer.query);
  try {
    if (payload.step === 'signIn') {
      if (error) throw error;
      const signedIn = await whoSignedIn(app, payload, { ...flow, code: requiredQuery(answer.query, 'code') });
      const refused = refusalOfSignIn(signedIn, payload.tenantId);
      if (refused) return ended(await failSingle(app, workspace, actorOf(by), before, refused));
      return askForConsent(app, payload, signedIn, cookieHeader);
    }
    // Microsoft may still be creating the app's entry in the tenant: the grant is made, and the look will tell.
    if (error && error.code !== 'AADSTS650051') throw error;
    if (!error) requireConsent(answer.query, payload.tenantId);
    await saveSignIn(app, workspace, by, payload);
    return ended(await settleNow(app, workspace, before));
  } catch (failure) {
    if (!(failure instanceof MicrosoftError)) throw failure;
    return ended(await refuse(app, workspace, by, before, failure));
  }
}

/** `openid profile` is enough: who, where, and (by the registration's setting) which directory roles. */
const signInScopes = ['openid', 'profile'] as const;

async function whoSignedIn(
  app: App,
  { tenantId }: About,
  proof: { code: string; codeVerifier: string; nonce: string },
): Promise<SignedInAccount> {
  const { code, codeVerifier, nonce } = proof;
  const redirectUri = singleRedirectUri(app);
  const asked = { app: 'customer', tenant: tenantId, redirectUri, scopes: signInScopes } as const;
  return (await app.microsoft.redeemCode({ ...asked, code, codeVerifier, nonce })).account;
}

async function askForConsent(
  app: App,
  { workspaceId, connectionId, tenantId }: About,
  { objectId, username, name, roles }: SignedInAccount,
  cookieHeader: string | null,
): Promise<SingleArrival> {
  const signedIn = { account: { objectId, username, name }, roles: [...roles], at: isoNow(app) };
  const payload: Payload = { step: 'consent', workspaceId, connectionId, tenantId, signedIn };
  const flow = await startFlow(app, { purpose: 'single', payload, cookieHeader });
  const redirectUri = singleRedirectUri(app);
  const location = app.microsoft.adminConsentUrl({ tenantId, redirectUri, state: flow.state });
  return { kind: 'goOn', location, cookie: flow.cookie };
}

/** Proves nothing, as anybody can write it; but what says another tenant is no answer to this question. */
function requireConsent(query: URLSearchParams, tenantId: string): void {
  const consented = requiredQuery(query, 'admin_consent').toLowerCase() === 'true';
  if (!consented || requiredQuery(query, 'tenant').toLowerCase() !== tenantId) throw otherTenant();
}

/** The sign-in is kept until the tenant has been looked at: Microsoft may take minutes to let the app in. */
async function saveSignIn(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  { connectionId, tenantId, signedIn }: Extract<Payload, { step: 'consent' }>,
): Promise<void> {
  const signIn: SingleSignInDoc = {
    id: singleSignInId(connectionId),
    type: 'singleSignIn',
    schemaVersion: 1,
    ttl: DAY_MS / SECOND_MS,
    connectionId,
    tenantId,
    ...signedIn,
    by: actorOf(by),
  };
  await workspace.workspace.upsert(signIn);
  await updateDoc(workspace.workspace, connectionDocId(connectionId), connectionDoc, (stored) =>
    stored && stored.state !== 'Connected' && stored.state !== 'Removing'
      ? withState(stored, { state: 'AuthPending' }, isoNow(app))
      : undefined,
  );
}

/** Who cancelled is back where they were; anything else is the reason why it failed. */
async function refuse(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  before: ConnectionDoc,
  error: MicrosoftError,
): Promise<ConnectionDoc> {
  if (error.code !== 'access_denied' && error.code !== 'AADSTS65004')
    return failSingle(app, workspace, actorOf(by), before, reasonOfError(error));
  const explanation: Explanation = { ...error.explanation, whoActs: 'msp' };
  const at = isoNow(app);
  const updated = await updateDoc(workspace.workspace, before.id, connectionDoc, (stored) =>
    stored && stored.state !== 'Connected' && stored.state !== 'Removing'
      ? withState(stored, { state: 'NotConnected', explanation }, at)
      : undefined,
  );
  return updated?.doc.state === 'Connected'
    ? withState(updated.doc, { state: 'NotConnected' }, at)
    : (updated?.doc ?? before);
}

function ended(connection: ConnectionDoc): SingleArrival {
  return { kind: 'ended', connection };
}

/** One address for both answers; the state says which it is. */
export function singleRedirectUri({ config }: Pick<App, 'config'>): string {
  return `${config.publicUrl}/connect/single/callback`;
}

function newSingle(facts: {
  connectionId: string;
  name: string;
  tenantId: string;
  domain: string;
  at: string;
}): ConnectionDoc {
  const { connectionId, name, tenantId, domain, at } = facts;
  return {
    id: connectionDocId(connectionId),
    type: 'connection',
    schemaVersion: 1,
    connectionId,
    kind: 'microsoft_single',
    app: { kind: 'tenantry' },
    name,
    tenantId,
    domain,
    state: 'Authorizing',
    reason: null,
    explanation: null,
    stateSince: at,
    checks: [],
    account: null,
    createdAt: at,
  };
}

function otherTenant(): Problem {
  return new Problem(400, {
    code: 'consent_answer_refused',
    meaning: 'The answer is not for the tenant that is being connected.',
    whoActs: 'msp',
    whatToDo: 'Start again and consent with an administrator of that tenant.',
    retryHelps: true,
  });
}

function isoNow(app: Pick<App, 'clock'>): string {
  return new Date(app.clock.now()).toISOString();
}

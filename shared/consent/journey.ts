// The customer's way to Microsoft and back. Nothing in a redirect's query is trusted: the state says which link began it,
// evidence says that this workspace may have the tenant, and a fresh token says that the grant is there.
import { z } from 'zod';
import type { HostCookie } from '../access/cookies.ts';
import { finishFlow, startFlow } from '../access/flow-state.ts';
import { requiredQuery } from '../access/redirect-query.ts';
import type { App } from '../app.ts';
import { type Explanation, notFound, Problem } from '../errors.ts';
import { explainRedirectError } from '../microsoft/catalogue.ts';
import { MicrosoftError } from '../microsoft/microsoft.ts';
import { openWorkspaceStore, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type ConsentLinkDoc, consentDoc } from './documents.ts';
import { gdapEvidence, signInEvidence } from './evidence.ts';
import { beginConfirmation } from './grant.ts';
import { consentResultPath, findLink } from './landing.ts';
import { linkStatus, readLink } from './links.ts';
import { mayBegin, noConsent, withStatus } from './status.ts';

const payloadSchema = z.object({ workspaceId: z.guid(), tenantId: z.guid(), linkId: z.guid() });
type Payload = z.infer<typeof payloadSchema>;

interface Departure {
  /** Microsoft's page, or a page of ours as a path. */
  location: string;
  cookie?: HostCookie;
}
interface Answer {
  query: URLSearchParams;
  cookieHeader: string | null;
}

/**
 * Begins the journey, in answer to the button on the landing page. Gives Microsoft's consent page of that very tenant.
 * @throws Problem 404 for an address that is no open link.
 */
export async function startConsent(
  app: App,
  request: { token: string; cookieHeader: string | null },
): Promise<Departure> {
  const found = await findLink(app, request.token);
  if (!found || linkStatus(found.link, app.clock.now()) !== 'open') throw notFound('open consent link');
  const { workspace, link } = found;
  const { tenantId, linkId } = link;
  const payload: Payload = { workspaceId: workspace.workspaceId, tenantId, linkId };
  const flow = await startFlow(app, { purpose: 'consent', payload, cookieHeader: request.cookieHeader });
  const at = isoNow(app);
  await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) => {
    const consent = stored ?? noConsent(tenantId, at);
    if (!mayBegin(consent)) return undefined;
    // Each departure starts the hour anew, and wants evidence of its own.
    const change = { status: 'InProgress', linkId, evidence: null, explanation: null } as const;
    return { ...withStatus(consent, change, at), statusSince: at };
  });
  const redirectUri = consentRedirectUri(app);
  const location = app.microsoft.adminConsentUrl({ tenantId, redirectUri, state: flow.state });
  return { location, cookie: flow.cookie };
}

/**
 * Takes Microsoft's answer to the consent page. Gives the result page, or a sign-in at the tenant where no GDAP speaks
 * for this workspace.
 * @throws Problem 400 or 404 for an answer that is not one to this journey; nothing is stored then.
 */
export async function finishConsent(app: App, answer: Answer): Promise<Departure> {
  const { workspace, link } = await openAnswer(app, 'consent', answer);
  const { tenantId } = link;
  const error = explainRedirectError(answer.query, { quote: false });
  // Microsoft may still be creating the app's entry in the tenant: the grant is made, and proof will tell.
  if (error && error.code !== 'AADSTS650051') return refuseConsent(app, workspace, link, error.explanation);
  if (!error) {
    if (requiredQuery(answer.query, 'tenant').toLowerCase() !== tenantId.toLowerCase()) throw otherTenant();
    if (requiredQuery(answer.query, 'admin_consent').toLowerCase() !== 'true') throw otherTenant();
  }
  const evidence = await gdapEvidence(app, workspace, tenantId);
  if (!evidence) return askForSignIn(app, workspace, link, answer);
  await beginConfirmation(app, workspace, { tenantId, linkId: link.linkId, evidence });
  return {
    location: await consentResultPath(app, { workspaceId: workspace.workspaceId, tenantId, explanation: null }),
  };
}

/**
 * Takes the administrator's sign-in at the customer's tenant as evidence.
 * @throws Problem 400 or 404 for an answer that is not one to this journey; nothing is stored then.
 */
export async function finishEvidenceSignIn(app: App, answer: Answer): Promise<Departure> {
  const { workspace, link, nonce, codeVerifier } = await openAnswer(app, 'consentEvidence', answer);
  const { tenantId, linkId } = link;
  const refused = explainRedirectError(answer.query, { quote: false });
  if (refused) return refuseConsent(app, workspace, link, refused.explanation);
  try {
    const { account } = await app.microsoft.redeemCode({
      app: 'customer',
      tenant: tenantId,
      redirectUri: evidenceRedirectUri(app),
      scopes: evidenceScopes,
      code: requiredQuery(answer.query, 'code'),
      codeVerifier,
      nonce,
    });
    const evidence = signInEvidence(account, tenantId, isoNow(app));
    if (!evidence) return refuseConsent(app, workspace, link, notAnAdministrator);
    await beginConfirmation(app, workspace, { tenantId, linkId, evidence });
  } catch (error) {
    if (error instanceof MicrosoftError) return refuseConsent(app, workspace, link, error.explanation);
    throw error;
  }
  return {
    location: await consentResultPath(app, { workspaceId: workspace.workspaceId, tenantId, explanation: null }),
  };
}

/** The state of an answer, and its link as it is now: one that was revoked or used meanwhile is good for nothing. */
async function openAnswer(app: App, purpose: 'consent' | 'consentEvidence', { query, cookieHeader }: Answer) {
  const state = query.get('state') ?? undefined;
  const { payload, nonce, codeVerifier } = await finishFlow(app, { purpose, state, cookieHeader }, payloadSchema);
  const workspace = openWorkspaceStore(app.store, payload.workspaceId);
  const link = (await readLink(workspace, payload.linkId))?.doc;
  // One that ran out while its visitor was at Microsoft still counts: the state lives 15 minutes.
  if (link?.status !== 'open' || link.tenantId !== payload.tenantId) throw notFound('open consent link');
  return { workspace, link, nonce, codeVerifier };
}

/** `openid profile` is enough: who, where, and (by the registration's setting) which directory roles. */
const evidenceScopes = ['openid', 'profile'] as const;

async function askForSignIn(app: App, workspace: WorkspaceStore, link: ConsentLinkDoc, answer: Answer) {
  const { tenantId, linkId } = link;
  const payload: Payload = { workspaceId: workspace.workspaceId, tenantId, linkId };
  const flow = await startFlow(app, { purpose: 'consentEvidence', payload, cookieHeader: answer.cookieHeader });
  const location = await app.microsoft.authorizeUrl({
    app: 'customer',
    tenant: tenantId,
    redirectUri: evidenceRedirectUri(app),
    scopes: evidenceScopes,
    state: flow.state,
    nonce: flow.nonce,
    codeChallenge: flow.codeChallenge,
  });
  return { location, cookie: flow.cookie };
}

/** Records why it did not work, unless a grant or its confirmation would be hidden by it. */
async function refuseConsent(
  app: App,
  workspace: WorkspaceStore,
  { tenantId, linkId }: ConsentLinkDoc,
  explanation: Explanation,
): Promise<Departure> {
  const at = isoNow(app);
  // Whoever declined has not failed: the link still stands.
  const declined = ['access_denied', 'AADSTS65004'].includes(explanation.code);
  await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) => {
    const consent = stored ?? noConsent(tenantId, at);
    if (!mayBegin(consent)) return undefined;
    const status = declined ? 'NotRequested' : 'ConsentFailure';
    return withStatus(consent, { status, explanation, linkId, evidence: null, attempts: 0, nextAttemptAt: null }, at);
  });
  return { location: await consentResultPath(app, { workspaceId: workspace.workspaceId, tenantId, explanation }) };
}

export function consentRedirectUri({ config }: Pick<App, 'config'>): string {
  return `${config.publicUrl}/consent/callback`;
}

export function evidenceRedirectUri({ config }: Pick<App, 'config'>): string {
  return `${config.publicUrl}/consent/sign-in-callback`;
}

function otherTenant(): Problem {
  return new Problem(400, {
    code: 'consent_answer_refused',
    meaning: 'The answer is not for the organisation that this link was made for.',
    whoActs: 'customer',
    whatToDo: 'Open the link again and consent with an administrator of that organisation.',
    retryHelps: true,
  });
}

const notAnAdministrator: Explanation = {
  code: 'not_an_administrator',
  meaning: 'The account that signed in is not an administrator who may consent for this organisation.',
  whoActs: 'customer',
  whatToDo:
    'Open the link again with a Global Administrator, Privileged Role Administrator or Application Administrator.',
  retryHelps: true,
};

function isoNow(app: Pick<App, 'clock'>): string {
  return new Date(app.clock.now()).toISOString();
}

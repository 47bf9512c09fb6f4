// The way to Microsoft and back, by a customer's link or by a step of a run through GDAP. Nothing in a redirect's query is
// trusted: the state says what began it, evidence says that this workspace may have the tenant, and a fresh token says that
// the grant is there.
import { z } from 'zod';
import type { Actor } from '../access/audit.ts';
import type { HostCookie } from '../access/cookies.ts';
import { finishFlow, startFlow } from '../access/flow-state.ts';
import { requiredQuery } from '../access/redirect-query.ts';
import type { App } from '../app.ts';
import { ownAppOfCustomer, ownAppRedirectUri, readOwnApp } from '../connections/own-app.ts';
import { type Explanation, notFound, Problem } from '../errors.ts';
import { explainRedirectError } from '../microsoft/catalogue.ts';
import { MicrosoftError, type OwnApp } from '../microsoft/microsoft.ts';
import { openWorkspaceStore, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { noteAccess } from '../timeline/note-access.ts';
import { noRelationship, noteAnswer } from './campaign-steps.ts';
import { actorSchema, consentDoc, type Evidence } from './documents.ts';
import { gdapEvidence, signInEvidence } from './evidence.ts';
import { beginConfirmation } from './grant.ts';
import { consentResultPath, findLink } from './landing.ts';
import { noteDeparture, noteRefusal } from './link-visits.ts';
import { linkStatus, readLink } from './links.ts';
import { mayBegin, noConsent, withStatus } from './status.ts';

/** A step of a run through GDAP: which run, and who of the MSP takes it. */
const stepSchema = z.object({ campaignId: z.guid(), by: actorSchema });
const payloadSchema = z.object({
  workspaceId: z.guid(),
  tenantId: z.guid(),
  /** Null for a step of a run: no link began it. */
  linkId: z.guid().nullable(),
  /** The connection whose own app registration is consented to; null for Tenantry's customer app. */
  ownAppConnectionId: z.guid().nullable().default(null),
  step: stepSchema.exactOptional(),
});

/** What is under way: for which tenant of whose, and what began it. */
interface Journey extends Omit<z.infer<typeof payloadSchema>, 'workspaceId'> {
  workspace: WorkspaceStore;
}

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
  await noteDeparture(app, workspace, link.linkId);
  const { tenantId, linkId } = link;
  const ownAppConnectionId = await ownAppOfCustomer(workspace, tenantId);
  return depart(app, { workspace, tenantId, linkId, ownAppConnectionId }, request.cookieHeader);
}

/** Begins the journey of a run's step, for an Admin who consents with the partner's account. Gives Microsoft's page. */
export async function startStep(
  app: App,
  workspace: WorkspaceStore,
  request: { tenantId: string; campaignId: string; by: Actor; cookieHeader: string | null },
): Promise<Departure> {
  const { tenantId, campaignId, by } = request;
  const ownAppConnectionId = await ownAppOfCustomer(workspace, tenantId);
  const step = { campaignId, by };
  return depart(app, { workspace, tenantId, linkId: null, ownAppConnectionId, step }, request.cookieHeader);
}

async function depart(app: App, journey: Journey, cookieHeader: string | null): Promise<Departure> {
  const { workspace, tenantId, linkId, step } = journey;
  const ownApp = await ownAppFor(app, journey);
  const flow = await startFlow(app, { purpose: 'consent', payload: payloadOf(journey), cookieHeader });
  const at = isoNow(app);
  await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) => {
    const consent = stored ?? noConsent(tenantId, at);
    if (!mayBegin(consent)) return undefined;
    // Each departure starts the hour anew, and wants evidence of its own. A link that a step passes by stays the customer's.
    const begunBy = { linkId: linkId ?? consent.linkId, by: step?.by ?? null };
    const change = { status: 'InProgress', evidence: null, explanation: null, ...begunBy } as const;
    return { ...withStatus(consent, change, at), statusSince: at };
  });
  const redirectUri = consentRedirectUri(app, journey.ownAppConnectionId);
  const asked = { tenantId, redirectUri, state: flow.state, ...(ownApp ? { ownApp } : {}) };
  return { location: app.microsoft.adminConsentUrl(asked), cookie: flow.cookie };
}

/** @throws Problem 409 for the customer, who cannot mend an app of the MSP */
async function ownAppFor(app: App, { workspace, ownAppConnectionId }: Journey): Promise<OwnApp | undefined> {
  if (ownAppConnectionId === null) return undefined;
  try {
    return await readOwnApp(app, workspace, ownAppConnectionId);
  } catch (error) {
    if (error instanceof MicrosoftError) throw new Problem(409, appNotUsable, { cause: error });
    throw error;
  }
}

function payloadOf({ workspace, ...journey }: Journey): z.infer<typeof payloadSchema> {
  return { ...journey, workspaceId: workspace.workspaceId };
}

/**
 * Takes Microsoft's answer to the consent page. Gives the result page, the run that goes on, or a sign-in at the tenant
 * where no GDAP speaks for this workspace.
 * @throws Problem 400 or 404 for an answer that is not one to this journey; nothing is stored then.
 */
export async function finishConsent(app: App, answer: Answer): Promise<Departure> {
  const { journey } = await openAnswer(app, 'consent', answer);
  const { workspace, tenantId } = journey;
  const error = explainRedirectError(answer.query, { quote: false });
  // Microsoft may still be creating the app's entry in the tenant: the grant is made, and proof will tell.
  if (error && error.code !== 'AADSTS650051') return refuseConsent(app, journey, error.explanation);
  if (!error) {
    if (requiredQuery(answer.query, 'tenant').toLowerCase() !== tenantId.toLowerCase()) throw otherTenant();
    if (requiredQuery(answer.query, 'admin_consent').toLowerCase() !== 'true') throw otherTenant();
  }
  const evidence = await gdapEvidence(app, workspace, tenantId);
  if (evidence) return confirm(app, journey, evidence);
  // The partner's own account is nobody in the customer's tenant: a sign-in there could prove nothing.
  return journey.step ? refuseConsent(app, journey, noRelationship) : askForSignIn(app, journey, answer);
}

/**
 * Takes the administrator's sign-in at the customer's tenant as evidence.
 * @throws Problem 400 or 404 for an answer that is not one to this journey; nothing is stored then.
 */
export async function finishEvidenceSignIn(app: App, answer: Answer): Promise<Departure> {
  const { journey, nonce, codeVerifier } = await openAnswer(app, 'consentEvidence', answer);
  const { tenantId } = journey;
  const refused = explainRedirectError(answer.query, { quote: false });
  if (refused) return refuseConsent(app, journey, refused.explanation);
  try {
    const { account } = await app.microsoft.redeemCode({
      app: (await ownAppFor(app, journey)) ?? 'customer',
      tenant: tenantId,
      redirectUri: evidenceRedirectUri(app, journey.ownAppConnectionId),
      scopes: evidenceScopes,
      code: requiredQuery(answer.query, 'code'),
      codeVerifier,
      nonce,
    });
    const evidence = signInEvidence(account, tenantId, isoNow(app));
    if (evidence) return await confirm(app, journey, evidence);
    // Entra names a role of everybody's where the registration asks for roles at all: without any it does not.
    const untold = journey.ownAppConnectionId !== null && account.roles.length === 0;
    return await refuseConsent(app, journey, untold ? rolesUntold : notAnAdministrator);
  } catch (error) {
    if (error instanceof MicrosoftError) return refuseConsent(app, journey, error.explanation);
    throw error;
  }
}

async function confirm(app: App, journey: Journey, evidence: Evidence): Promise<Departure> {
  const { workspace, tenantId, linkId, step, ownAppConnectionId } = journey;
  await beginConfirmation(app, workspace, { tenantId, linkId, evidence, by: step?.by ?? null, ownAppConnectionId });
  return arrive(app, journey, null);
}

/** Where the journey ends: the page with its result, or the run that it was a step of. */
async function arrive(app: App, journey: Journey, explanation: Explanation | null): Promise<Departure> {
  const { workspace, tenantId, step } = journey;
  if (!step) {
    return { location: await consentResultPath(app, { workspaceId: workspace.workspaceId, tenantId, explanation }) };
  }
  await noteAnswer(app, workspace, { campaignId: step.campaignId, tenantId, by: step.by, explanation });
  return { location: `/consents/${step.campaignId}?after=${tenantId}` };
}

/** The state of an answer, and what it began with as it is now: a link that was revoked or used is good for nothing. */
async function openAnswer(app: App, purpose: 'consent' | 'consentEvidence', { query, cookieHeader }: Answer) {
  const state = query.get('state') ?? undefined;
  const { payload, nonce, codeVerifier } = await finishFlow(app, { purpose, state, cookieHeader }, payloadSchema);
  const { workspaceId, ...rest } = payload;
  const journey: Journey = { ...rest, workspace: openWorkspaceStore(app.store, workspaceId) };
  if (journey.linkId !== null) await requireOpenLink(journey.workspace, journey.linkId, journey.tenantId);
  else if (!(await journey.workspace.customers.read(`customer:${journey.tenantId}`))) throw notFound('customer');
  return { journey, nonce, codeVerifier };
}

/** One that ran out while its visitor was at Microsoft still counts: the state lives 15 minutes. */
async function requireOpenLink(workspace: WorkspaceStore, linkId: string, tenantId: string): Promise<void> {
  const link = (await readLink(workspace, linkId))?.doc;
  if (link?.status !== 'open' || link.tenantId !== tenantId) throw notFound('open consent link');
}

/** `openid profile` is enough: who, where, and (by the registration's setting) which directory roles. */
const evidenceScopes = ['openid', 'profile'] as const;

async function askForSignIn(app: App, journey: Journey, answer: Answer): Promise<Departure> {
  const purpose = 'consentEvidence';
  const flow = await startFlow(app, { purpose, payload: payloadOf(journey), cookieHeader: answer.cookieHeader });
  const location = await app.microsoft.authorizeUrl({
    app: (await ownAppFor(app, journey)) ?? 'customer',
    tenant: journey.tenantId,
    redirectUri: evidenceRedirectUri(app, journey.ownAppConnectionId),
    scopes: evidenceScopes,
    state: flow.state,
    nonce: flow.nonce,
    codeChallenge: flow.codeChallenge,
  });
  return { location, cookie: flow.cookie };
}

/** Records why it did not work, unless a grant or its confirmation would be hidden by it. */
async function refuseConsent(app: App, journey: Journey, explanation: Explanation): Promise<Departure> {
  const { workspace, tenantId, linkId } = journey;
  const at = isoNow(app);
  // Whoever declined has not failed: the link still stands.
  const declined = ['access_denied', 'AADSTS65004'].includes(explanation.code);
  await updateDoc(workspace.customers, `consent:${tenantId}`, consentDoc, (stored) => {
    const consent = stored ?? noConsent(tenantId, at);
    if (!mayBegin(consent)) return undefined;
    const status = declined ? 'NotRequested' : 'ConsentFailure';
    const ended = { evidence: null, attempts: 0, nextAttemptAt: null, linkId: linkId ?? consent.linkId };
    return withStatus(consent, { status, explanation, ...ended }, at);
  });
  if (linkId) await noteRefusal(app, workspace, linkId, explanation);
  await noteAccess(app, workspace, tenantId);
  return arrive(app, journey, explanation);
}

function consentRedirectUri(app: Pick<App, 'config'>, ownAppConnectionId: string | null): string {
  return ownAppConnectionId === null
    ? `${app.config.publicUrl}/consent/callback`
    : ownAppRedirectUri(app, ownAppConnectionId);
}

function evidenceRedirectUri(app: Pick<App, 'config'>, ownAppConnectionId: string | null): string {
  return ownAppConnectionId === null
    ? `${app.config.publicUrl}/consent/sign-in-callback`
    : ownAppRedirectUri(app, ownAppConnectionId);
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

const rolesUntold: Explanation = {
  code: 'own_app_roles_untold',
  meaning:
    'The app of your IT provider does not let Microsoft say which roles you have, so your authority is not proven.',
  whoActs: 'msp',
  whatToDo:
    'Your IT provider adds the groups claim with “Directory roles” to the ID token of its app registration; then open the link again.',
  retryHelps: true,
};

const appNotUsable: Explanation = {
  code: 'own_app_unusable',
  meaning: 'The app of your IT provider is not set up completely, so it cannot ask for your consent.',
  whoActs: 'msp',
  whatToDo: 'Tell your IT provider, and open the link again when they have mended it.',
  retryHelps: true,
};

function isoNow(app: Pick<App, 'clock'>): string {
  return new Date(app.clock.now()).toISOString();
}

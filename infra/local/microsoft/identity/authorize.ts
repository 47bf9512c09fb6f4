// GET and POST /{tenant}/oauth2/v2.0/authorize: the authorization code flow up to the code.
// https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
import { randomBytes, randomUUID } from 'node:crypto';
import type { SimContext, SimRequest, SimResponse } from '../http.ts';
import { type AppRegistration, type AuthorizationCode, PERSONAL_TENANT_ID, type Tenant } from '../world.ts';
import { answerApp, declined, errorFields, failurePage, registeredRedirect, withHeaders } from './answer-app.ts';
import { consentRight, grantDelegated, missingScopes, wholeAsk } from './consent.ts';
import { type Admission, admit, findApp, isSharedEndpoint, namedTenant } from './directory.ts';
import { AadstsFailure, errorDetails } from './errors.ts';
import { consentPage, needsAdminPage } from './pages.ts';
import { type AskedScope, describePermission, parseScopes } from './scopes.ts';
import { type Browser, type SignedIn, signIn } from './sign-in.ts';

const CODE_LIFETIME_MS = 10 * 60_000;

/** A request whose app and redirect address are in order: from here on errors go to the app. */
interface Ask {
  app: AppRegistration;
  tenant: Tenant | null;
  segment: string;
  redirectUri: string;
  responseMode: 'query' | 'form_post';
  query: URLSearchParams;
}

/** Handles one step of the interactive flow. */
export async function authorize(request: SimRequest, context: SimContext, segment: string): Promise<SimResponse> {
  let ask: Ask;
  try {
    ask = readAsk(request, context, segment);
  } catch (error) {
    if (error instanceof AadstsFailure) return failurePage(context, error);
    throw error;
  }
  const browser: Browser = { headers: {} };
  try {
    return withHeaders(await proceed(request, context, ask, browser), browser.headers);
  } catch (error) {
    if (!(error instanceof AadstsFailure)) throw error;
    // Somebody who is not admitted is told so here; the app never learns of it.
    const toldHere = error.code === 50020 || error.code === 50034 || error.code === 50057;
    const answer = toldHere
      ? await failurePage(context, error)
      : await toApp(ask, errorFields(error, context.clock.now()));
    return withHeaders(answer, browser.headers);
  }
}

function readAsk(request: SimRequest, context: SimContext, segment: string): Ask {
  const { query } = request;
  const tenant = isSharedEndpoint(segment) ? null : namedTenant(context.world, segment);
  const app = findApp(context.world, query.get('client_id'), tenant);
  return {
    app,
    tenant,
    segment: segment.toLowerCase(),
    redirectUri: registeredRedirect(app, query.get('redirect_uri')),
    responseMode: query.get('response_mode') === 'form_post' ? 'form_post' : 'query',
    query,
  };
}

async function proceed(request: SimRequest, context: SimContext, ask: Ask, browser: Browser): Promise<SimResponse> {
  const asked = checkParameters(ask);
  const form = request.method === 'POST' ? request.form() : new URLSearchParams();
  if (form.get('step') === 'cancel' || form.get('answer') === 'cancel') throw declined();
  if (form.get('step') === 'return') throw new AadstsFailure(90094);
  const prompt = ask.query.get('prompt');
  const outcome = await signIn(request, context, {
    tenant: ask.tenant,
    prompt,
    loginHint: ask.query.get('login_hint'),
  });
  if ('page' in outcome) return outcome.page;
  const { signedIn } = outcome;
  browser.headers = signedIn.headers;
  const admission = admitTo(context, ask, signedIn);
  const missing = missingScopes(ask.app, asked, admission);
  if (missing.length > 0 || prompt === 'consent') {
    const listed = missing.length > 0 ? missing : wholeAsk(ask.app, asked);
    const answer = await askConsent(context, ask, signedIn, admission, listed, form);
    if (answer) return answer;
  }
  const code = issueCode(context, ask, admission, signedIn, asked);
  return toApp(ask, [
    ['code', code],
    ['session_state', randomUUID()],
  ]);
}

/** Checks what concerns the app itself. @throws AadstsFailure that goes to the app */
function checkParameters(ask: Ask): AskedScope[] {
  const { query } = ask;
  const responseType = query.get('response_type');
  if (!responseType) throw new AadstsFailure(900144, ['response_type']);
  if (responseType !== 'code') throw new AadstsFailure(70005, [responseType]);
  const mode = query.get('response_mode');
  if (mode !== null && mode !== 'query' && mode !== 'form_post') {
    throw new AadstsFailure(70005, [`code with response_mode ${mode}`]);
  }
  const method = query.get('code_challenge_method');
  if (query.has('code_challenge') && method !== null && method !== 'S256' && method !== 'plain') {
    throw new AadstsFailure(501481);
  }
  const scope = query.get('scope');
  if (!scope) throw new AadstsFailure(900144, ['scope']);
  return parseScopes(scope);
}

function admitTo(context: SimContext, ask: Ask, signedIn: SignedIn): Admission {
  const { world, clock } = context;
  const home = world.tenants.get(signedIn.account.tenantId);
  if (!home) throw new AadstsFailure(90002, [signedIn.account.tenantId]);
  const personal = home.id === PERSONAL_TENANT_ID;
  const refusedHere = personal
    ? ask.segment === 'organizations' || !ask.app.allowsPersonalAccounts
    : ask.segment === 'consumers';
  if (refusedHere) {
    throw new AadstsFailure(50020, [signedIn.upn, personal ? 'live.com' : home.id, ask.segment, ask.app.appId]);
  }
  return admit(world, signedIn.account, ask.tenant ?? home, ask.app.appId, clock.now());
}

/** Shows the consent page, or acts on its answer. @returns null when the flow may go on */
async function askConsent(
  context: SimContext,
  ask: Ask,
  signedIn: SignedIn,
  admission: Admission,
  scopes: AskedScope[],
  form: URLSearchParams,
): Promise<SimResponse | null> {
  const right = consentRight(admission, { scopes, roles: [] });
  if (ask.query.get('prompt') === 'none') throw consentRequired(ask.app.appId);
  if (right === 'none') {
    if (admission.kind === 'partner') throw consentRequired(ask.app.appId);
    const details = errorDetails(new AadstsFailure(90094), context.clock.now());
    return needsAdminPage({ upn: signedIn.upn, appName: ask.app.displayName, details });
  }
  if (form.get('step') === 'consent' && form.get('answer') === 'accept') {
    const forAll = right === 'organisation' && form.get('organisation') === 'yes';
    grantDelegated(context, admission.tenant, ask.app.appId, scopes, forAll ? null : admission.user.id);
    return null;
  }
  return consentPage({
    upn: signedIn.upn,
    appName: ask.app.displayName,
    publisher: ask.app.publisherName ?? 'unverified',
    permissions: scopes.map(({ resourceAppId, scope }) => ({
      name: scope,
      description: describePermission(resourceAppId, scope),
      kind: 'delegated',
    })),
    organisation: null,
    mayConsentForOrganisation: right === 'organisation',
  });
}

function consentRequired(appId: string): AadstsFailure {
  return new AadstsFailure(65001, [appId], { error: 'consent_required' });
}

function issueCode(
  context: SimContext,
  ask: Ask,
  admission: Admission,
  signedIn: SignedIn,
  asked: AskedScope[],
): string {
  const challenge = ask.query.get('code_challenge');
  const method = ask.query.get('code_challenge_method') === 'S256' ? 'S256' : 'plain';
  const code: AuthorizationCode = {
    code: `0.${randomBytes(48).toString('base64url')}`,
    appId: ask.app.appId,
    redirectUri: ask.redirectUri,
    tenantId: admission.tenant.id,
    homeTenantId: signedIn.account.tenantId,
    userId: signedIn.account.userId,
    scopes: asked.map(({ resourceAppId, scope }) => `${resourceAppId}/${scope}`),
    nonce: ask.query.get('nonce'),
    codeChallenge: challenge,
    codeChallengeMethod: challenge === null ? null : method,
    mfa: signedIn.mfa,
    expiresMs: context.clock.now() + CODE_LIFETIME_MS,
    redeemed: false,
  };
  context.world.codes.set(code.code, code);
  context.changed();
  return code.code;
}

function toApp(ask: Ask, fields: [string, string][]): Promise<SimResponse> {
  const state = ask.query.get('state');
  const all: [string, string][] = state === null ? fields : [...fields, ['state', state]];
  const { redirectUri, responseMode } = ask;
  return answerApp({ redirectUri, responseMode, fields: all });
}

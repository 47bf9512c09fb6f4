// GET and POST /{tenant}/v2.0/adminconsent and /{tenant}/adminconsent: consent for a whole organisation.
// https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
import type { SimContext, SimRequest, SimResponse } from '../http.ts';
import { type AppRegistration, PERSONAL_TENANT_ID, type Tenant } from '../world.ts';
import { answerApp, declined, errorFields, failurePage, registeredRedirect, withHeaders } from './answer-app.ts';
import { consentRight, grantForOrganisation, staticPermissions, type Wanted } from './consent.ts';
import { type Admission, admit, findApp, isSharedEndpoint, namedTenant } from './directory.ts';
import { AadstsFailure, errorDetails } from './errors.ts';
import { consentPage, needsAdminPage } from './pages.ts';
import { describePermission, parseScopes } from './scopes.ts';
import { type Browser, type SignedIn, signIn } from './sign-in.ts';

interface Ask {
  version: 'v1' | 'v2';
  app: AppRegistration;
  tenant: Tenant | null;
  redirectUri: string;
  query: URLSearchParams;
}

/** Handles one step of the admin consent flow. */
export async function adminConsent(
  request: SimRequest,
  context: SimContext,
  segment: string,
  version: 'v1' | 'v2',
): Promise<SimResponse> {
  let ask: Ask;
  try {
    const tenant = isSharedEndpoint(segment) ? null : namedTenant(context.world, segment);
    const app = findApp(context.world, request.query.get('client_id'), tenant);
    const redirectUri = registeredRedirect(app, request.query.get('redirect_uri'));
    ask = { version, app, tenant, redirectUri, query: request.query };
  } catch (error) {
    if (error instanceof AadstsFailure) return failurePage(context, error);
    throw error;
  }
  const browser: Browser = { headers: {} };
  try {
    return withHeaders(await proceed(request, context, ask, browser), browser.headers);
  } catch (error) {
    if (!(error instanceof AadstsFailure)) throw error;
    const toldHere = error.code === 50020 || error.code === 50034 || error.code === 50057;
    const answer = toldHere
      ? await failurePage(context, error)
      : await toApp(ask, errorFields(error, context.clock.now()));
    return withHeaders(answer, browser.headers);
  }
}

async function proceed(request: SimRequest, context: SimContext, ask: Ask, browser: Browser): Promise<SimResponse> {
  const wanted = wantedPermissions(ask);
  const form = request.method === 'POST' ? request.form() : new URLSearchParams();
  if (form.get('step') === 'cancel' || form.get('answer') === 'cancel') throw declined();
  if (form.get('step') === 'return') throw new AadstsFailure(90094);
  // The admin consent page always shows who is about to consent; an account that is signed in is taken.
  const outcome = await signIn(request, context, { tenant: ask.tenant, prompt: null, loginHint: null });
  if ('page' in outcome) return outcome.page;
  const { signedIn } = outcome;
  browser.headers = signedIn.headers;
  const admission = admitTo(context, ask, signedIn);
  if (consentRight(admission, wanted) !== 'organisation') {
    const details = errorDetails(new AadstsFailure(90094), context.clock.now());
    return needsAdminPage({ upn: signedIn.upn, appName: ask.app.displayName, details });
  }
  if (form.get('step') === 'consent' && form.get('answer') === 'accept') {
    if (admission.tenant.refusesConsent) {
      throw new AadstsFailure(650052, ['https://graph.microsoft.com', admission.tenant.displayName]);
    }
    grantForOrganisation(context, admission.tenant, ask.app.appId, wanted);
    return toApp(ask, successFields(ask, admission.tenant.id));
  }
  return reviewPage(ask, signedIn, admission, wanted);
}

/** v1 always asks for the whole manifest; v2 for what `scope` says, where `.default` is the whole manifest. */
function wantedPermissions(ask: Ask): Wanted {
  if (ask.version === 'v1') return staticPermissions(ask.app);
  const scope = ask.query.get('scope');
  if (!scope) throw new AadstsFailure(900144, ['scope']);
  const asked = parseScopes(scope);
  if (asked.some((one) => one.scope === '.default')) return staticPermissions(ask.app);
  return { scopes: asked, roles: [] };
}

function admitTo(context: SimContext, ask: Ask, signedIn: SignedIn): Admission {
  const home = context.world.tenants.get(signedIn.account.tenantId);
  if (!home) throw new AadstsFailure(90002, [signedIn.account.tenantId]);
  if (home.id === PERSONAL_TENANT_ID) {
    throw new AadstsFailure(50020, [
      signedIn.upn,
      'live.com',
      ask.tenant?.displayName ?? 'organizations',
      ask.app.appId,
    ]);
  }
  return admit(context.world, signedIn.account, ask.tenant ?? home, ask.app.appId, context.clock.now());
}

async function reviewPage(ask: Ask, signedIn: SignedIn, admission: Admission, wanted: Wanted): Promise<SimResponse> {
  return consentPage({
    upn: signedIn.upn,
    appName: ask.app.displayName,
    publisher: ask.app.publisherName ?? 'unverified',
    permissions: [
      ...wanted.roles.map(({ resourceAppId, role }) => ({
        name: role,
        description: describePermission(resourceAppId, role),
        kind: 'application' as const,
      })),
      ...wanted.scopes.map(({ resourceAppId, scope }) => ({
        name: scope,
        description: describePermission(resourceAppId, scope),
        kind: 'delegated' as const,
      })),
    ],
    organisation: admission.tenant.displayName,
    mayConsentForOrganisation: false,
  });
}

function successFields(ask: Ask, tenantId: string): [string, string][] {
  if (ask.version === 'v1') return [['tenant', tenantId]];
  return [
    ['tenant', tenantId],
    ['scope', ask.query.get('scope') ?? ''],
  ];
}

/** v2 puts `admin_consent=True` on errors too; v1 only on success, and last. */
function toApp(ask: Ask, fields: [string, string][]): Promise<SimResponse> {
  const state = ask.query.get('state');
  const all: [string, string][] = [...fields];
  if (ask.version === 'v2') all.unshift(['admin_consent', 'True']);
  if (state !== null) all.push(['state', state]);
  const failed = fields.some(([name]) => name === 'error');
  if (ask.version === 'v1' && !failed) all.push(['admin_consent', 'True']);
  return answerApp({ redirectUri: ask.redirectUri, responseMode: 'query', fields: all });
}

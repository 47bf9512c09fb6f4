// The simulated identity platform's routes.
import { jsonResponse, type SimContext, type SimHandler, type SimRequest, type SimResponse } from '../http.ts';
import { adminConsent } from './admin-consent.ts';
import { authorize } from './authorize.ts';
import { openIdConfiguration, signingKeys } from './metadata.ts';
import { signedOutPage } from './pages.ts';
import { signOut } from './sign-in.ts';
import { tokenEndpoint } from './token-endpoint.ts';

type Route = (request: SimRequest, context: SimContext, segment: string) => SimResponse | Promise<SimResponse>;

/** By method and what follows the tenant in the path. Pages post back to the address they were shown at. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET v2.0/.well-known/openid-configuration': (_request, context, segment) => openIdConfiguration(context, segment),
  'GET discovery/v2.0/keys': (_request, context) => signingKeys(context),
  'GET oauth2/v2.0/authorize': authorize,
  'POST oauth2/v2.0/authorize': authorize,
  'GET v2.0/adminconsent': (request, context, segment) => adminConsent(request, context, segment, 'v2'),
  'POST v2.0/adminconsent': (request, context, segment) => adminConsent(request, context, segment, 'v2'),
  'GET adminconsent': (request, context, segment) => adminConsent(request, context, segment, 'v1'),
  'POST adminconsent': (request, context, segment) => adminConsent(request, context, segment, 'v1'),
  'POST oauth2/v2.0/token': tokenEndpoint,
  'GET oauth2/v2.0/logout': (request, context) => logOut(request, context),
};

/** The handler of the login origin. */
export function createIdentityHandler(): SimHandler {
  return async (request, context) => {
    const [, segment = '', ...rest] = request.path.split('/');
    const route = ROUTES[`${request.method} ${rest.join('/').toLowerCase()}`];
    if (route) return route(request, context, segment);
    return jsonResponse(404, {
      error: 'not_found',
      error_description: `${request.method} ${request.path} is not here`,
    });
  };
}

/** Signs the browser out; goes back only to an address that some app registered. */
async function logOut(request: SimRequest, context: SimContext): Promise<SimResponse> {
  const headers = signOut(request, context);
  const target = request.query.get('post_logout_redirect_uri') ?? '';
  if (target && isKnownAddress(context, target)) return { status: 302, headers: { location: target, ...headers } };
  return signedOutPage(headers);
}

function isKnownAddress(context: SimContext, target: string): boolean {
  if (!URL.canParse(target)) return false;
  const { origin } = new URL(target);
  return [...context.world.apps.values()].some((app) => app.redirectUris.some((uri) => new URL(uri).origin === origin));
}

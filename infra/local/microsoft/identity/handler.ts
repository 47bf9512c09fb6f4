// The simulated identity platform's routes.
import { jsonResponse, type SimContext, type SimHandler, type SimRequest, type SimResponse } from '../http.ts';
import { adminConsent } from './admin-consent.ts';
import { authorize } from './authorize.ts';
import { openIdConfiguration, signingKeys } from './metadata.ts';
import { signedOutPage } from './pages.ts';
import { signOut } from './sign-in.ts';
import { tokenEndpoint } from './token-endpoint.ts';

/** The handler of the login origin. */
export function createIdentityHandler(): SimHandler {
  return async (request, context) => {
    const [, segment = '', ...rest] = request.path.split('/');
    const route = rest.join('/').toLowerCase();
    const tenant = decodeURIComponent(segment);
    if (request.method === 'GET' && route === 'v2.0/.well-known/openid-configuration') {
      return openIdConfiguration(context, tenant);
    }
    if (request.method === 'GET' && route === 'discovery/v2.0/keys') return signingKeys(context);
    if (route === 'oauth2/v2.0/authorize') return authorize(request, context, tenant);
    if (route === 'v2.0/adminconsent') return adminConsent(request, context, tenant, 'v2');
    if (route === 'adminconsent') return adminConsent(request, context, tenant, 'v1');
    if (request.method === 'POST' && route === 'oauth2/v2.0/token') return tokenEndpoint(request, context, tenant);
    if (route === 'oauth2/v2.0/logout') return logOut(request, context);
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

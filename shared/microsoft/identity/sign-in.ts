// People signing in: addresses of Microsoft's pages, and the redemption of what comes back from them.

import { type Clock, SECOND_MS } from '../../clock.ts';
import { findingError } from '../catalogue.ts';
import type { AuthorizationRequest, CodeRedemption, Microsoft, RefreshedTokens } from '../microsoft.ts';
import type { Origins } from '../origins.ts';
import { validateIdToken } from './id-token.ts';
import type { Registrations } from './registrations.ts';
import type { SigningKeys } from './signing-keys.ts';
import type { Exchanger } from './token-exchange.ts';

export interface SignInTools {
  registrations: Registrations;
  exchanger: Exchanger;
  keys: SigningKeys;
  origins: Origins;
  clock: Clock;
}

/**
 * The authorize address, with PKCE (S256), a nonce and `response_mode=query`.
 * https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export async function authorizeUrl(request: AuthorizationRequest, tools: SignInTools): Promise<string> {
  const client = tools.exchanger.client(tools.registrations.of(request.app), request.tenant);
  const url = await client.getAuthCodeUrl({
    scopes: [...request.scopes],
    redirectUri: request.redirectUri,
    responseMode: 'query',
    state: request.state,
    nonce: request.nonce,
    codeChallenge: request.codeChallenge,
    codeChallengeMethod: 'S256',
    ...(request.prompt ? { prompt: request.prompt } : {}),
    ...(request.loginHint ? { loginHint: request.loginHint } : {}),
  });
  const { pathname, searchParams } = new URL(url);
  // MSAL adds `offline_access`; people should grant no more than was asked for.
  searchParams.set('scope', request.scopes.join(' '));
  // MSAL knows https only; the configured origin may be http on loopback.
  return `${tools.origins.login}${pathname}?${searchParams}`;
}

/**
 * The v2.0 admin consent page.
 * https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
 */
export function adminConsentUrl(
  request: Parameters<Microsoft['adminConsentUrl']>[0],
  { registrations, origins }: Pick<SignInTools, 'registrations' | 'origins'>,
): string {
  const query = new URLSearchParams({
    client_id: registrations.of(request.ownApp ?? 'customer').clientId,
    scope: `${origins.graphResource}/.default`,
    redirect_uri: request.redirectUri,
    state: request.state,
  });
  return `${origins.login}/${encodeURIComponent(request.tenantId)}/v2.0/adminconsent?${query}`;
}

/** Ends the session at Microsoft too. https://learn.microsoft.com/entra/identity-platform/v2-protocols-oidc#send-a-sign-out-request */
export function signOutUrl(returnTo: string, origins: Origins): string {
  return `${origins.login}/organizations/oauth2/v2.0/logout?${new URLSearchParams({ post_logout_redirect_uri: returnTo })}`;
}

/** Redeems a code and validates the id_token that comes with the tokens. @throws MicrosoftError */
export async function redeemCode(
  request: Parameters<Microsoft['redeemCode']>[0],
  tools: SignInTools,
): Promise<CodeRedemption> {
  const app = tools.registrations.of(request.app);
  const answer = await tools.exchanger.exchange(
    app,
    request.tenant,
    (client) =>
      client.acquireTokenByCode({
        code: request.code,
        codeVerifier: request.codeVerifier,
        redirectUri: request.redirectUri,
        scopes: [...request.scopes],
      }),
    request.scopes,
  );
  if (!answer.id_token) throw findingError('entra', 'id_token_invalid', { cause: new Error('there is none') });
  const expected = { clientId: app.clientId, nonce: request.nonce, tenant: request.tenant };
  const account = await validateIdToken(answer.id_token, expected, tools);
  return { account, accessToken: answer.access_token, refreshToken: answer.refresh_token ?? null };
}

/**
 * Uses a refresh token of the partner app, or of the MSP's own, for one resource.
 * https://learn.microsoft.com/entra/identity-platform/refresh-tokens
 * @throws MicrosoftError
 */
export async function refresh(
  request: Parameters<Microsoft['refresh']>[0],
  { registrations, exchanger, origins, clock }: SignInTools,
): Promise<RefreshedTokens> {
  const resource = request.resource === 'graph' ? origins.graphResource : origins.partnerCenterResource;
  const askedAtMs = clock.now();
  const app = registrations.of(request.ownApp ?? 'partner');
  const answer = await exchanger.exchange(app, request.tenantId, (client) =>
    client.acquireTokenByRefreshToken({ refreshToken: request.refreshToken, scopes: [`${resource}/.default`] }),
  );
  return {
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? request.refreshToken,
    expiresAtMs: askedAtMs + answer.expires_in * SECOND_MS,
  };
}

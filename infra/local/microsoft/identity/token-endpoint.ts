// POST /{tenant}/oauth2/v2.0/token: authorization code, refresh token, client credentials.
import { createHash } from 'node:crypto';
import type { SimContext, SimRequest, SimResponse } from '../http.ts';
import { type AppRegistration, GRAPH_APP_ID, type ServicePrincipal, type Tenant } from '../world.ts';
import { assertionAudiences, type ProofLevel, proveClient } from './client-proof.ts';
import { grantedScopes, missingScopes } from './consent.ts';
import { type AccountRef, type Admission, admit, findApp, isSharedEndpoint, namedTenant } from './directory.ts';
import { AadstsFailure, tokenError } from './errors.ts';
import { answerAppGrant, answerUserGrant, REFRESH_IDLE_MS } from './issue.ts';
import { type AskedScope, OIDC_SCOPES, parseScopes } from './scopes.ts';

interface TokenAsk {
  context: SimContext;
  form: URLSearchParams;
  app: AppRegistration;
  proof: ProofLevel;
  /** The tenant that the address names; null on the shared endpoints. */
  tenant: Tenant | null;
}

/** Answers one token request; refusals are answers too. */
export async function tokenEndpoint(request: SimRequest, context: SimContext, segment: string): Promise<SimResponse> {
  try {
    const form = request.form();
    const tenant = isSharedEndpoint(segment) ? null : namedTenant(context.world, segment);
    const grantType = form.get('grant_type');
    if (!grantType) throw new AadstsFailure(900144, ['grant_type']);
    if (grantType === 'client_credentials' && !tenant) throw new AadstsFailure(9001023);
    const app = findApp(context.world, form.get('client_id'), tenant);
    const audiences = assertionAudiences(
      context.origins.login,
      tenant ? [segment.toLowerCase(), tenant.id] : [segment],
    );
    const proof = await proveClient(request, form, app, context, audiences);
    const ask: TokenAsk = { context, form, app, proof, tenant };
    if (grantType === 'authorization_code') return redeemCode(ask);
    if (grantType === 'refresh_token') return refresh(ask);
    if (grantType === 'client_credentials' && tenant) return clientCredentials(ask, tenant);
    throw new AadstsFailure(70003, [grantType]);
  } catch (error) {
    if (!(error instanceof AadstsFailure)) throw error;
    return tokenError(error, context.clock.now(), request.headers['client-request-id']);
  }
}

function redeemCode(ask: TokenAsk): SimResponse {
  const { context, form, app } = ask;
  const code = context.world.codes.get(form.get('code') ?? '');
  if (!form.get('code')) throw new AadstsFailure(900144, ['code']);
  if (code?.appId !== app.appId) throw new AadstsFailure(70000);
  if (code.redeemed) throw new AadstsFailure(54005);
  if (context.clock.now() >= code.expiresMs) throw new AadstsFailure(70008);
  if (ask.tenant && ask.tenant.id !== code.tenantId) throw new AadstsFailure(700005);
  const redirectUri = form.get('redirect_uri') ?? '';
  if (redirectUri !== code.redirectUri) throw new AadstsFailure(500112, [redirectUri, code.redirectUri]);
  checkVerifier(code.codeChallenge, code.codeChallengeMethod, form.get('code_verifier'));
  const stored = code.scopes.map(storedScope);
  const answer = forUser(ask, {
    account: { tenantId: code.homeTenantId, userId: code.userId },
    tenant: namedTenant(context.world, code.tenantId),
    scopes: chosenScopes(ask, stored),
    oidcScopes: oidcNames(stored),
    refreshScopes: oidcNames(stored).includes('offline_access') ? code.scopes : null,
    mfa: code.mfa,
    nonce: code.nonce,
  });
  code.redeemed = true;
  context.changed();
  return answer;
}

function checkVerifier(challenge: string | null, method: 'S256' | 'plain' | null, verifier: string | null): void {
  if (challenge === null && verifier === null) return;
  const made =
    method === 'S256'
      ? createHash('sha256')
          .update(verifier ?? '')
          .digest('base64url')
      : verifier;
  if (challenge === null || verifier === null || made !== challenge) throw new AadstsFailure(501481);
}

function refresh(ask: TokenAsk): SimResponse {
  const { context, form, app } = ask;
  if (!form.get('refresh_token')) throw new AadstsFailure(900144, ['refresh_token']);
  const token = context.world.refreshTokens.get(form.get('refresh_token') ?? '');
  if (token?.appId !== app.appId) throw new AadstsFailure(70000);
  if (token.revoked) throw new AadstsFailure(50173);
  const nowMs = context.clock.now();
  if (nowMs - token.lastUsedMs > REFRESH_IDLE_MS)
    throw new AadstsFailure(700082, [new Date(token.issuedMs).toISOString()]);
  const stored = token.scopes.map(storedScope);
  const chosen = chosenScopes(ask, stored);
  const answer = forUser(ask, {
    account: { tenantId: token.homeTenantId, userId: token.userId },
    tenant: ask.tenant ?? namedTenant(context.world, token.homeTenantId),
    scopes: chosen,
    oidcScopes: oidcNames(chosen),
    refreshScopes: token.scopes,
    mfa: token.mfa,
    nonce: null,
  });
  token.lastUsedMs = nowMs;
  context.changed();
  return answer;
}

function clientCredentials(ask: TokenAsk, tenant: Tenant): SimResponse {
  const { context, form, app, proof } = ask;
  const scope = form.get('scope');
  if (!scope) throw new AadstsFailure(900144, ['scope']);
  const [asked, ...more] = parseScopes(scope);
  if (asked?.scope !== '.default' || more.length > 0) throw new AadstsFailure(1002012, [scope]);
  const principal = usablePrincipal(ask, tenant);
  if (!principal) throw new AadstsFailure(7000229, [app.appId, tenant.id]);
  return answerAppGrant(context, app, tenant.id, principal, asked.resourceAppId, proof);
}

/** The service principal, once it works. @throws AadstsFailure 7000112 when the tenant's admin disabled it */
function usablePrincipal({ context, app }: TokenAsk, tenant: Tenant): ServicePrincipal | null {
  const principal = tenant.servicePrincipals.get(app.appId);
  if (!principal || principal.effectiveMs > context.clock.now()) return null;
  if (!principal.accountEnabled) throw new AadstsFailure(7000112, [app.appId]);
  return principal;
}

interface ForUser {
  account: AccountRef;
  tenant: Tenant;
  scopes: AskedScope[];
  oidcScopes: string[];
  refreshScopes: string[] | null;
  mfa: boolean;
  nonce: string | null;
}

function forUser(ask: TokenAsk, input: ForUser): SimResponse {
  const { context, app } = ask;
  const admission = admit(context.world, input.account, input.tenant, app.appId, context.clock.now());
  const resourceAppId = oneResource(input.scopes);
  const principal = consented(ask, admission, input.scopes, resourceAppId);
  return answerUserGrant(context, {
    app,
    admission,
    principal,
    resourceAppId,
    mfa: input.mfa,
    proof: ask.proof,
    oidcScopes: input.oidcScopes,
    nonce: input.nonce,
    refreshScopes: input.refreshScopes,
    wantsClientInfo: ask.form.get('client_info') === '1',
  });
}

function consented(
  ask: TokenAsk,
  admission: Admission,
  scopes: readonly AskedScope[],
  resourceAppId: string,
): ServicePrincipal {
  const { app } = ask;
  const principal = usablePrincipal(ask, admission.tenant);
  if (!principal) {
    if (admission.kind === 'partner') throw new AadstsFailure(90099, [app.appId, admission.tenant.id]);
    throw new AadstsFailure(65001, [app.appId]);
  }
  // `.default` stands for what was consented, be it less than the manifest asks for today.
  // https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope
  const hasGrant = grantedScopes(principal, resourceAppId, admission.user.id).size > 0;
  const needed = scopes.filter(
    (asked) => asked.resourceAppId === resourceAppId && !(hasGrant && asked.scope === '.default'),
  );
  if (missingScopes(app, needed, admission).length > 0) throw new AadstsFailure(65001, [app.appId]);
  return principal;
}

/** The scopes of this request, or those of the code or refresh token when it names none but sign-in scopes. */
function chosenScopes({ form }: TokenAsk, stored: readonly AskedScope[]): AskedScope[] {
  const asked = parseScopes(form.get('scope') ?? '');
  if (asked.some(({ scope }) => !OIDC_SCOPES.includes(scope))) {
    oneResource(asked);
    return asked;
  }
  const first = stored.find(({ scope }) => !OIDC_SCOPES.includes(scope))?.resourceAppId ?? GRAPH_APP_ID;
  // The authorize leg may cover several resources; a token is for one: the first that was asked for.
  return stored.filter(({ resourceAppId, scope }) => resourceAppId === first || OIDC_SCOPES.includes(scope));
}

/** @throws AadstsFailure 28000 when the scopes are of more than one resource */
function oneResource(scopes: readonly AskedScope[]): string {
  const resources = new Set(
    scopes.filter(({ scope }) => !OIDC_SCOPES.includes(scope)).map(({ resourceAppId }) => resourceAppId),
  );
  if (resources.size > 1) throw new AadstsFailure(28000, [[...resources].join(' ')]);
  return [...resources][0] ?? GRAPH_APP_ID;
}

/** Codes and refresh tokens keep scopes as `resourceAppId/name`. */
function storedScope(text: string): AskedScope {
  const at = text.indexOf('/');
  return { resourceAppId: text.slice(0, at), scope: text.slice(at + 1) };
}

function oidcNames(scopes: readonly AskedScope[]): string[] {
  return scopes.map(({ scope }) => scope).filter((scope) => OIDC_SCOPES.includes(scope));
}

// Makes access, id and refresh tokens and the answers that carry them.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { jsonResponse, type SimContext, type SimResponse } from '../http.ts';
import { signJwt } from '../tokens.ts';
import {
  type AppRegistration,
  GRAPH_APP_ID,
  PERSONAL_TENANT_ID,
  type RefreshToken,
  type ServicePrincipal,
} from '../world.ts';
import type { ProofLevel } from './client-proof.ts';
import { grantedScopes } from './consent.ts';
import { type Admission, widsOf } from './directory.ts';
import { audienceOf, OIDC_SCOPES } from './scopes.ts';

/** Refresh tokens live 90 days after their last use. */
export const REFRESH_IDLE_MS = 90 * 86_400_000;
const ACCESS_LEAST_SECONDS = 60 * 60;
const ACCESS_SPREAD_SECONDS = 30 * 60;
const ID_TOKEN_SECONDS = 60 * 60;

export interface UserGrant {
  app: AppRegistration;
  admission: Admission;
  principal: ServicePrincipal;
  resourceAppId: string;
  mfa: boolean;
  proof: ProofLevel;
  /** The sign-in scopes that were asked for. */
  oidcScopes: readonly string[];
  nonce: string | null;
  /** The scopes that the new refresh token remembers, or null for none. */
  refreshScopes: string[] | null;
  wantsClientInfo: boolean;
}

/** The token endpoint's answer for a user. */
export function answerUserGrant(context: SimContext, grant: UserGrant): SimResponse {
  const { admission, resourceAppId } = grant;
  const scopes = [...grantedScopes(grant.principal, resourceAppId, admission.user.id)];
  const named = scopes.filter((scope) => scope !== 'offline_access');
  const { token, expiresIn } = accessToken(context, resourceAppId, admission.tenant.id, {
    ...userClaims(grant),
    scp: named.join(' '),
  });
  const shown = named.map((scope) => (OIDC_SCOPES.includes(scope) ? scope : `${audienceOf(resourceAppId)}/${scope}`));
  return jsonResponse(200, {
    token_type: 'Bearer',
    scope: [...new Set([...grant.oidcScopes.filter((scope) => scope !== 'offline_access'), ...shown])].join(' '),
    expires_in: expiresIn,
    ext_expires_in: expiresIn,
    access_token: token,
    ...(grant.refreshScopes ? { refresh_token: newRefreshToken(context, grant, grant.refreshScopes) } : {}),
    ...(grant.oidcScopes.includes('openid') ? { id_token: idToken(context, grant) } : {}),
    ...(grant.wantsClientInfo ? { client_info: clientInfo(grant) } : {}),
  });
}

/** The token endpoint's answer to client credentials. */
export function answerAppGrant(
  context: SimContext,
  app: AppRegistration,
  tenantId: string,
  principal: ServicePrincipal,
  resourceAppId: string,
  proof: ProofLevel,
): SimResponse {
  const nowMs = context.clock.now();
  const roles = principal.appRoles
    .filter((one) => one.resourceAppId === resourceAppId && one.effectiveMs <= nowMs)
    .map(({ role }) => role);
  const { token, expiresIn } = accessToken(context, resourceAppId, tenantId, {
    appid: app.appId,
    appidacr: proof,
    app_displayname: app.displayName,
    idp: `https://sts.windows.net/${tenantId}/`,
    idtyp: 'app',
    oid: principal.id,
    sub: principal.id,
    ...(roles.length > 0 ? { roles } : {}),
  });
  return jsonResponse(200, {
    token_type: 'Bearer',
    expires_in: expiresIn,
    ext_expires_in: expiresIn,
    access_token: token,
  });
}

function accessToken(
  context: SimContext,
  resourceAppId: string,
  tenantId: string,
  claims: Record<string, unknown>,
): { token: string; expiresIn: number } {
  const now = Math.floor(context.clock.now() / 1000);
  const expiresIn = ACCESS_LEAST_SECONDS + Math.floor(context.random() * ACCESS_SPREAD_SECONDS);
  const token = signJwt(keysFor(context, tenantId), {
    aud: audienceOf(resourceAppId),
    iss: `https://sts.windows.net/${tenantId}/`,
    iat: now,
    nbf: now,
    exp: now + expiresIn,
    tid: tenantId,
    uti: randomBytes(12).toString('base64url'),
    ver: '1.0',
    ...claims,
  });
  return { token, expiresIn };
}

function userClaims({ app, admission, mfa, proof }: UserGrant): Record<string, unknown> {
  const wids = widsOf(app, admission);
  return {
    acr: '1',
    amr: mfa ? ['pwd', 'mfa'] : ['pwd'],
    appid: app.appId,
    appidacr: proof,
    app_displayname: app.displayName,
    idp: `https://sts.windows.net/${admission.homeTenantId}/`,
    idtyp: 'user',
    name: admission.user.displayName,
    oid: admission.user.id,
    sub: pairwise(GRAPH_APP_ID, admission),
    unique_name: admission.user.userPrincipalName,
    upn: admission.user.userPrincipalName,
    ...(wids ? { wids } : {}),
  };
}

/** v2.0 id_tokens carry no `amr`; `oid`, `name` and `preferred_username` come with the profile scope. */
function idToken(context: SimContext, grant: UserGrant): string {
  const { app, admission, nonce, oidcScopes } = grant;
  const now = Math.floor(context.clock.now() / 1000);
  const wids = widsOf(app, admission);
  const foreign = admission.homeTenantId !== admission.tenant.id;
  return signJwt(keysFor(context, admission.tenant.id), {
    aud: app.appId,
    iss: `${context.origins.login}/${admission.tenant.id}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + ID_TOKEN_SECONDS,
    ...(nonce === null ? {} : { nonce }),
    ...(oidcScopes.includes('profile')
      ? {
          name: admission.user.displayName,
          oid: admission.user.id,
          preferred_username: admission.user.userPrincipalName,
        }
      : {}),
    ...(oidcScopes.includes('email') && admission.user.mail !== null ? { email: admission.user.mail } : {}),
    ...(foreign ? { idp: `https://sts.windows.net/${admission.homeTenantId}/` } : {}),
    rh: randomBytes(24).toString('base64url'),
    sid: randomUUID(),
    sub: pairwise(app.appId, admission),
    tid: admission.tenant.id,
    uti: randomBytes(12).toString('base64url'),
    ver: '2.0',
    ...(wids ? { wids } : {}),
  });
}

/** A refresh token is bound to user and app, not to tenant or resource; using one does not end it. */
function newRefreshToken(context: SimContext, grant: UserGrant, scopes: string[]): string {
  const nowMs = context.clock.now();
  const { refreshTokens } = context.world;
  for (const [value, old] of refreshTokens) {
    // Tokens that ended a while ago are answered as ended for some days more, then forgotten.
    if (nowMs - old.lastUsedMs > 2 * REFRESH_IDLE_MS) refreshTokens.delete(value);
  }
  const made: RefreshToken = {
    token: `1.${randomBytes(64).toString('base64url')}`,
    appId: grant.app.appId,
    homeTenantId: grant.admission.homeTenantId,
    userId: homeUserId(grant.admission),
    scopes,
    mfa: grant.mfa,
    issuedMs: nowMs,
    lastUsedMs: nowMs,
    revoked: false,
  };
  refreshTokens.set(made.token, made);
  context.changed();
  return made.token;
}

function homeUserId(admission: Admission): string {
  return admission.user.homeAccount?.userId ?? admission.user.id;
}

function clientInfo({ admission }: UserGrant): string {
  const info = { uid: homeUserId(admission), utid: admission.homeTenantId };
  return Buffer.from(JSON.stringify(info)).toString('base64url');
}

/** `sub` differs for each app, so that two apps cannot compare notes. */
function pairwise(appId: string, { user, tenant }: Admission): string {
  return createHash('sha256').update(`${appId}/${tenant.id}/${user.id}`).digest('base64url');
}

function keysFor(context: SimContext, tenantId: string) {
  const use = tenantId === PERSONAL_TENANT_ID ? 'personal' : 'tenants';
  return context.world.signingKeys.filter((key) => key.use === use);
}

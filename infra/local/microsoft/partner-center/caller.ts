// Who calls Partner Center: a partner's user with MFA who is an admin agent, or an app of its own.

import { isAdminAgent } from '../graph/memberships.ts';
import type { SimContext, SimRequest } from '../http.ts';
import { PARTNER_CENTER_AUDIENCE, type TokenClaims, verifyAccessToken } from '../tokens.ts';
import type { Tenant } from '../world.ts';
import { accessDenied, PartnerCenterFailure } from './answers.ts';

export interface PartnerCaller {
  token: TokenClaims;
  partner: Tenant;
}

/**
 * Reads the token.
 * @throws PartnerCenterFailure 401 for a token that is missing, expired, or for another audience
 */
export function readToken(request: SimRequest, context: SimContext): TokenClaims {
  const verified = verifyAccessToken(context, request.headers['authorization'], PARTNER_CENTER_AUDIENCE);
  if ('problem' in verified) throw new PartnerCenterFailure(401, '400', verified.message);
  return verified;
}

/**
 * Since 2026 every call of an app and a user together needs MFA in the token; app-only calls are not affected.
 * @throws PartnerCenterFailure 401 with code 900421
 */
export function requireMfa(token: TokenClaims): void {
  if (token.kind === 'application' || token.mfa) return;
  throw new PartnerCenterFailure(401, '900421', 'MFA is required for this App+User request.');
}

/**
 * Lets in partners only, and of their users the admin agents.
 * @throws PartnerCenterFailure 403
 */
export function requirePartner(token: TokenClaims, context: SimContext): PartnerCaller {
  const partner = context.world.tenants.get(token.tenantId);
  if (partner?.kind !== 'partner' || partner.deleted || token.homeTenantId !== partner.id) throw accessDenied();
  if (token.kind === 'delegated') {
    if (!token.scopes.includes('user_impersonation')) throw accessDenied();
    if (!isAdminAgent(partner, token.objectId)) throw accessDenied('The user is not in the required role.');
  }
  return { token, partner };
}

// POST and DELETE /v1/customers/{id}/applicationconsents: delegated permissions for an app in a customer's tenant,
// granted by a partner's user who holds an application role there through GDAP.
// https://learn.microsoft.com/partner-center/developer/control-panel-vendor-apis

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { APPLICATION_ADMIN_ROLES } from '../graph/directory-roles.ts';
import { gdapRoles } from '../graph/memberships.ts';
import type { SimContext, SimRequest } from '../http.ts';
import { principalEffectiveMs } from '../propagation.ts';
import type { ServicePrincipal, Tenant } from '../world.ts';
import { accessDenied, invalid, notFound, PartnerCenterFailure } from './answers.ts';
import type { PartnerCaller } from './caller.ts';

const MAX_PER_SECOND = 50;
const WINDOW_MS = 1000;

const CONSENT = z.object({
  applicationId: z.guid(),
  displayName: z.string().nullish(),
  applicationGrants: z.array(z.object({ enterpriseApplicationId: z.guid(), scope: z.string().min(1) })).min(1),
});

/** Counts requests per application: 50 a second. */
export interface ConsentMeter {
  recentMs: Map<string, number[]>;
}

/**
 * Limits the rate by application id.
 * @throws PartnerCenterFailure 429 with Retry-After
 */
export function countConsentRequest(meter: ConsentMeter, appId: string, nowMs: number): void {
  const recent = (meter.recentMs.get(appId) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS && atMs <= nowMs);
  meter.recentMs.set(appId, recent);
  if (recent.length >= MAX_PER_SECOND) {
    throw new PartnerCenterFailure(429, '429', 'Rate limit is exceeded. Try again in 1 seconds.', {
      'Retry-After': '1',
    });
  }
  recent.push(nowMs);
}

/**
 * POST: grants the scopes, making the service principal when the tenant has none.
 * @returns the body of the 201
 * @throws PartnerCenterFailure 400, 403, 404, or 409 when the grant is there already
 */
export function createConsent(
  request: SimRequest,
  context: SimContext,
  caller: PartnerCaller,
  customerId: string,
): unknown {
  const customer = requireManagedCustomer(context, caller, customerId);
  const body = CONSENT.safeParse(readJson(request));
  if (!body.success) throw invalid('applicationId and applicationGrants are required.');
  const { applicationId, applicationGrants } = body.data;
  const appId = applicationId.toLowerCase();
  if (!context.world.apps.get(appId)?.multiTenant) throw invalid(`Application '${applicationId}' was not found.`);
  const grants = applicationGrants.map(({ enterpriseApplicationId, scope }) => ({
    resourceAppId: enterpriseApplicationId.toLowerCase(),
    scopes: scope.split(/[\s,]+/).filter(Boolean),
  }));
  const principal = customer.servicePrincipals.get(appId);
  const held = new Set(principal?.delegatedGrants.map(({ resourceAppId }) => resourceAppId));
  if (grants.some(({ resourceAppId }) => held.has(resourceAppId))) {
    throw new PartnerCenterFailure(409, '409', 'Permission entry already exists.');
  }
  const target = principal ?? addPrincipal(context, customer, appId);
  for (const grant of grants) {
    target.delegatedGrants.push({ ...grant, consentType: 'AllPrincipals', principalId: null });
  }
  return body.data;
}

/**
 * DELETE: removes the app from the customer's tenant.
 * @throws PartnerCenterFailure 403, 404
 */
export function deleteConsent(context: SimContext, caller: PartnerCaller, customerId: string, appId: string): void {
  const customer = requireManagedCustomer(context, caller, customerId);
  if (!customer.servicePrincipals.delete(appId.toLowerCase())) throw notFound(`No consent of application '${appId}'.`);
}

/** The customer, when the calling user may administer applications there through GDAP. */
function requireManagedCustomer(context: SimContext, { token, partner }: PartnerCaller, customerId: string): Tenant {
  // Only a user can consent, and never for the partner's own tenant.
  if (token.kind !== 'delegated') throw accessDenied();
  const customer = context.world.tenants.get(customerId.toLowerCase());
  if (!customer || customer.deleted) throw notFound(`Customer '${customerId}' was not found.`);
  if (customer.id === partner.id) throw accessDenied();
  const roles = gdapRoles(context.world, partner, customer.id, token.objectId, context.clock.now());
  if (!APPLICATION_ADMIN_ROLES.some((role) => roles.has(role))) throw accessDenied();
  return customer;
}

function addPrincipal(context: SimContext, customer: Tenant, appId: string): ServicePrincipal {
  const principal: ServicePrincipal = {
    id: randomUUID(),
    appId,
    accountEnabled: true,
    createdMs: context.clock.now(),
    appRoles: [],
    delegatedGrants: [],
    effectiveMs: principalEffectiveMs(context, customer),
  };
  customer.servicePrincipals.set(appId, principal);
  return principal;
}

function readJson(request: SimRequest): unknown {
  try {
    return request.json();
  } catch {
    throw invalid('The body is not JSON.');
  }
}

// /v1/customers and a customer's subscriptions: what the partner resells.
// https://learn.microsoft.com/partner-center/developer/get-a-list-of-customers

import { openToken, sealToken } from '../graph/opaque-token.ts';
import type { SimContext, SimRequest } from '../http.ts';
import type { CompanySubscription, ResellerRelation, Tenant } from '../world.ts';
import { accessDenied, invalid, notFound } from './answers.ts';
import type { PartnerCaller } from './caller.ts';

const MAX_SIZE = 500;
const RELATIONSHIP: Record<ResellerRelation['contractType'], string> = {
  ResellerPartner: 'reseller',
  BreadthPartner: 'advisor',
  SyndicationPartner: 'syndication',
};

/**
 * GET /v1/customers: by pages of `size`, the next by the continuation token in `MS-ContinuationToken` with
 * `seekOperation=Next`.
 * @throws PartnerCenterFailure 403 for an indirect reseller, 400 for a wrong size or continuation token
 */
export function listCustomers(request: SimRequest, context: SimContext, caller: PartnerCaller): unknown {
  requireDirectPartner(caller.partner);
  const size = Number(request.query.get('size') ?? MAX_SIZE);
  if (!Number.isInteger(size) || size < 1 || size > MAX_SIZE) throw invalid(`The size must be from 1 to ${MAX_SIZE}.`);
  const all = relationsOf(context, caller.partner);
  const offset = readOffset(request, context, caller.partner);
  const items = all.slice(offset, offset + size).map(customer);
  const self = { uri: `/v1${request.path.slice('/v1'.length)}${request.url.search}`, method: 'GET', headers: [] };
  const end = offset + size;
  if (end >= all.length) return collection(all.length, items, { self });
  const token = sealToken(context.world, { t: caller.partner.id, o: end });
  const next = {
    uri: `/v1/customers?size=${size}&seekOperation=Next`,
    method: 'GET',
    headers: [{ key: 'MS-ContinuationToken', value: token }],
  };
  return { continuationToken: token, ...collection(all.length, items, { self, next }) };
}

/**
 * GET /v1/customers/{id}
 * @throws PartnerCenterFailure 404 when it is not the partner's customer
 */
export function getCustomer(context: SimContext, caller: PartnerCaller, customerId: string): unknown {
  requireDirectPartner(caller.partner);
  return customer(requireRelation(context, caller.partner, customerId));
}

/** GET /v1/customers/{id}/subscriptions: those that this partner sold. */
export function listSubscriptions(context: SimContext, caller: PartnerCaller, customerId: string): unknown {
  requireDirectPartner(caller.partner);
  const tenantId = requireRelation(context, caller.partner, customerId).customerTenantId;
  const sold = [...(context.world.tenants.get(tenantId)?.subscriptions.values() ?? [])].filter(
    ({ ownerTenantId }) => ownerTenantId === caller.partner.id,
  );
  return collection(
    sold.length,
    sold.map((subscription) => sale(tenantId, subscription)),
  );
}

/** The partner's relation with a customer; 404 when there is none. */
function requireRelation(context: SimContext, partner: Tenant, customerId: string): ResellerRelation {
  const id = customerId.toLowerCase();
  const relation = relationsOf(context, partner).find(({ customerTenantId }) => customerTenantId === id);
  if (!relation) throw notFound(`Customer '${customerId}' was not found.`);
  return relation;
}

function relationsOf(context: SimContext, partner: Tenant): ResellerRelation[] {
  return context.world.resellerRelations.filter(({ partnerTenantId }) => partnerTenantId === partner.id);
}

/** An indirect reseller has no customers of its own here: its indirect provider does. */
function requireDirectPartner(partner: Tenant): void {
  if (partner.partnerCenter?.available === false) throw accessDenied();
}

function readOffset(request: SimRequest, context: SimContext, partner: Tenant): number {
  if (request.query.get('seekOperation')?.toLowerCase() !== 'next') return 0;
  const token = request.headers['ms-continuationtoken'] ?? request.query.get('continuationToken');
  const value = token ? openToken(context.world, token) : null;
  const offset = value?.['o'];
  if (value?.['t'] !== partner.id || typeof offset !== 'number') throw invalid('The continuation token is invalid.');
  return offset;
}

function customer(relation: ResellerRelation): unknown {
  return {
    id: relation.customerTenantId,
    companyProfile: {
      tenantId: relation.customerTenantId,
      domain: relation.defaultDomainName,
      companyName: relation.displayName,
      attributes: { objectType: 'CustomerCompanyProfile' },
    },
    relationshipToPartner: RELATIONSHIP[relation.contractType],
    attributes: { objectType: 'Customer' },
  };
}

const STATUS: Record<CompanySubscription['status'], string> = {
  Enabled: 'active',
  Warning: 'active',
  Suspended: 'suspended',
  LockedOut: 'suspended',
  Deleted: 'deleted',
};

function sale(customerId: string, subscription: CompanySubscription): unknown {
  return {
    id: subscription.commerceSubscriptionId,
    entitlementId: subscription.commerceSubscriptionId,
    offerName: subscription.skuPartNumber,
    friendlyName: subscription.skuPartNumber,
    quantity: subscription.totalLicenses,
    unitType: 'Licenses',
    creationDate: subscription.createdDateTime,
    effectiveStartDate: subscription.createdDateTime,
    commitmentEndDate: subscription.nextLifecycleDateTime,
    status: STATUS[subscription.status],
    autoRenewEnabled: subscription.status === 'Enabled' && !subscription.isTrial,
    isTrial: subscription.isTrial,
    isMicrosoftProduct: true,
    billingType: 'license',
    billingCycle: 'monthly',
    termDuration: 'P1Y',
    contractType: 'subscription',
    links: {
      self: {
        uri: `/customers/${customerId}/subscriptions/${subscription.commerceSubscriptionId}`,
        method: 'GET',
        headers: [],
      },
    },
    attributes: { objectType: 'Subscription' },
  };
}

function collection(totalCount: number, items: unknown[], links?: Record<string, unknown>): Record<string, unknown> {
  return { totalCount, items, ...(links ? { links } : {}), attributes: { objectType: 'Collection' } };
}

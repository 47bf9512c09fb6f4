// /organization, /domains, /subscribedSkus and /directory/subscriptions: what a tenant is and what it has bought.

import type { CompanySubscription, Sku, Tenant } from '../world.ts';
import { type GraphAnswer, type GraphCall, metadata, missingObject, parameter } from './call.ts';
import { listAnswer } from './listing.ts';
import { consumedUnits } from './mutations.ts';
import { hasPermission } from './permissions.ts';
import { allowOptions, contextSelect, type EntityShape, project, readSelect } from './query-options.ts';

const ORGANIZATION_SHAPE: EntityShape<Tenant> = {
  typeName: 'microsoft.graph.organization',
  properties: new Map<string, (tenant: Tenant) => unknown>([
    ['id', (tenant) => tenant.id],
    ['deletedDateTime', () => null],
    ['businessPhones', () => []],
    ['city', () => null],
    ['country', () => null],
    ['countryLetterCode', (tenant) => tenant.countryLetterCode],
    ['createdDateTime', (tenant) => tenant.createdDateTime],
    ['defaultUsageLocation', () => null],
    ['displayName', (tenant) => tenant.displayName],
    ['marketingNotificationEmails', () => []],
    ['onPremisesLastSyncDateTime', () => null],
    ['onPremisesSyncEnabled', () => null],
    ['partnerTenantType', (tenant) => (tenant.kind === 'partner' ? 'resellerPartnerDelegatedAdmin' : null)],
    ['postalCode', () => null],
    ['preferredLanguage', () => 'en'],
    ['securityComplianceNotificationMails', () => []],
    ['securityComplianceNotificationPhones', () => []],
    ['state', () => null],
    ['street', () => null],
    ['technicalNotificationMails', (tenant) => [`admin@${tenant.defaultDomain}`]],
    ['tenantType', () => 'AAD'],
    ['assignedPlans', assignedPlans],
    ['privacyProfile', () => null],
    ['provisionedPlans', provisionedPlans],
    ['verifiedDomains', verifiedDomains],
  ]),
};

/** What `User.Read` alone shows of the organization. */
const BASIC_ORGANIZATION: ReadonlySet<string> = new Set(['id', 'displayName', 'verifiedDomains']);

/** GET /organization: a collection of one. */
export function listOrganization(call: GraphCall): GraphAnswer {
  allowOptions(call, ['$select']);
  const selected = readSelect(call, ORGANIZATION_SHAPE, 'collection');
  const context = metadata(call, `organization${contextSelect(selected)}`);
  return { status: 200, body: { '@odata.context': context, value: [organization(call, selected)] } };
}

/** GET /organization/{id} */
export function getOrganization(call: GraphCall): GraphAnswer {
  allowOptions(call, ['$select']);
  if (parameter(call, 0).toLowerCase() !== call.tenant.id) throw missingObject(parameter(call, 0));
  const selected = readSelect(call, ORGANIZATION_SHAPE, 'entity');
  const context = metadata(call, `organization${contextSelect(selected)}/$entity`);
  return { status: 200, body: { '@odata.context': context, ...organization(call, selected) } };
}

function organization(call: GraphCall, selected: readonly string[] | null): Record<string, unknown> {
  const shown = project(ORGANIZATION_SHAPE, call.tenant, selected);
  const readsAll = hasPermission(
    call,
    'Organization.Read.All',
    'Organization.ReadWrite.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
    'User.Read.All',
    'DeviceManagementServiceConfig.Read.All',
  );
  if (readsAll) return shown;
  for (const name of Object.keys(shown)) {
    if (!BASIC_ORGANIZATION.has(name)) shown[name] = Array.isArray(shown[name]) ? [] : null;
  }
  return shown;
}

function assignedPlans(tenant: Tenant): unknown[] {
  return userPlans(tenant).map((plan) => ({
    assignedDateTime: tenant.createdDateTime,
    capabilityStatus: 'Enabled',
    service: plan.servicePlanName,
    servicePlanId: plan.servicePlanId,
  }));
}

function provisionedPlans(tenant: Tenant): unknown[] {
  return userPlans(tenant).map((plan) => ({
    capabilityStatus: 'Enabled',
    provisioningStatus: plan.provisioningStatus,
    service: plan.servicePlanName,
  }));
}

function userPlans(tenant: Tenant): Sku['servicePlans'] {
  const plans = new Map<string, Sku['servicePlans'][number]>();
  for (const sku of tenant.skus.values()) {
    for (const plan of sku.servicePlans) plans.set(plan.servicePlanId, plan);
  }
  return [...plans.values()];
}

function domainNames(tenant: Tenant): string[] {
  return [...new Set([tenant.defaultDomain, tenant.initialDomain])];
}

function verifiedDomains(tenant: Tenant): unknown[] {
  return domainNames(tenant).map((name) => ({
    capabilities: 'Email, OfficeCommunicationsOnline',
    isDefault: name === tenant.defaultDomain,
    isInitial: name === tenant.initialDomain,
    name,
    type: 'Managed',
  }));
}

interface Domain {
  name: string;
  tenant: Tenant;
}

const DOMAIN_SHAPE: EntityShape<Domain> = {
  typeName: 'microsoft.graph.domain',
  properties: new Map<string, (domain: Domain) => unknown>([
    ['id', (domain) => domain.name],
    ['authenticationType', () => 'Managed'],
    ['availabilityStatus', () => null],
    ['isAdminManaged', () => true],
    ['isDefault', ({ name, tenant }) => name === tenant.defaultDomain],
    ['isInitial', ({ name, tenant }) => name === tenant.initialDomain],
    ['isRoot', () => true],
    ['isVerified', () => true],
    ['supportedServices', () => ['Email', 'OfficeCommunicationsOnline']],
    ['passwordValidityPeriodInDays', () => 2_147_483_647],
    ['passwordNotificationWindowInDays', () => 14],
    ['state', () => null],
    ['manufacturer', () => null],
    ['model', () => null],
  ]),
};

/** GET /domains */
export function listDomains(call: GraphCall): GraphAnswer {
  const domains = domainNames(call.tenant).map((name) => ({ name, tenant: call.tenant }));
  return listAnswer(call, domains, {
    contextFragment: 'domains',
    shape: DOMAIN_SHAPE,
    pageSize: 100,
    maxTop: 999,
    filters: { isDefault: ['eq'], isInitial: ['eq'], id: ['eq'] },
  });
}

interface TenantSku {
  sku: Sku;
  tenant: Tenant;
}

const SKU_SHAPE: EntityShape<TenantSku> = {
  typeName: 'microsoft.graph.subscribedSku',
  properties: new Map<string, (source: TenantSku) => unknown>([
    ['accountName', ({ tenant }) => tenant.initialDomain.split('.')[0] ?? tenant.displayName],
    ['accountId', ({ tenant }) => tenant.id],
    ['appliesTo', ({ sku }) => sku.appliesTo],
    ['capabilityStatus', capabilityStatus],
    ['consumedUnits', ({ sku, tenant }) => consumedUnits(tenant, sku.skuId)],
    ['id', ({ sku, tenant }) => `${tenant.id}_${sku.skuId}`],
    ['prepaidUnits', ({ sku }) => sku.prepaid],
    ['servicePlans', ({ sku }) => sku.servicePlans],
    ['skuId', ({ sku }) => sku.skuId],
    ['skuPartNumber', ({ sku }) => sku.skuPartNumber],
    ['subscriptionIds', ({ sku }) => sku.subscriptionIds],
  ]),
};

/** GET /subscribedSkus: everything at once, only $select. */
export function listSubscribedSkus(call: GraphCall): GraphAnswer {
  allowOptions(call, ['$select']);
  const selected = readSelect(call, SKU_SHAPE, 'collection');
  const value = [...call.tenant.skus.values()].map((sku) => project(SKU_SHAPE, { sku, tenant: call.tenant }, selected));
  const context = metadata(call, `subscribedSkus${contextSelect(selected)}`);
  return { status: 200, body: { '@odata.context': context, value } };
}

function capabilityStatus({ sku, tenant }: TenantSku): string {
  if (sku.prepaid.enabled > 0) return 'Enabled';
  if (sku.prepaid.warning > 0) return 'Warning';
  if (sku.prepaid.suspended > 0) return 'Suspended';
  if (sku.prepaid.lockedOut > 0) return 'LockedOut';
  const held = sku.subscriptionIds.map((id) => tenant.subscriptions.get(id));
  return held.some((subscription) => subscription?.status === 'Enabled') ? 'Enabled' : 'Deleted';
}

interface TenantSubscription {
  subscription: CompanySubscription;
  tenant: Tenant;
}

const SUBSCRIPTION_SHAPE: EntityShape<TenantSubscription> = {
  typeName: 'microsoft.graph.companySubscription',
  properties: new Map<string, (source: TenantSubscription) => unknown>([
    ['createdDateTime', ({ subscription }) => subscription.createdDateTime],
    ['commerceSubscriptionId', ({ subscription }) => subscription.commerceSubscriptionId],
    ['id', ({ subscription }) => subscription.id],
    ['isTrial', ({ subscription }) => subscription.isTrial],
    ['nextLifecycleDateTime', ({ subscription }) => subscription.nextLifecycleDateTime],
    ['serviceStatus', ({ subscription, tenant }) => tenant.skus.get(subscription.skuId)?.servicePlans ?? []],
    ['skuId', ({ subscription }) => subscription.skuId],
    ['skuPartNumber', ({ subscription }) => subscription.skuPartNumber],
    ['status', ({ subscription }) => subscription.status],
    ['totalLicenses', ({ subscription }) => subscription.totalLicenses],
    ['ownerId', ({ subscription }) => subscription.ownerId],
    ['ownerTenantId', ({ subscription }) => subscription.ownerTenantId],
    ['ownerType', ({ subscription }) => subscription.ownerType],
  ]),
};

/** GET /directory/subscriptions */
export function listSubscriptions(call: GraphCall): GraphAnswer {
  const { tenant } = call;
  const items = [...tenant.subscriptions.values()].map((subscription) => ({ subscription, tenant }));
  return listAnswer(call, items, {
    contextFragment: 'directory/subscriptions',
    shape: SUBSCRIPTION_SHAPE,
    pageSize: 100,
    maxTop: 999,
    filters: { skuId: ['eq'], status: ['eq'], commerceSubscriptionId: ['eq'] },
  });
}

/** GET /directory/subscriptions/{id} and /directory/subscriptions(commerceSubscriptionId='…') */
export function getSubscription(call: GraphCall): GraphAnswer {
  allowOptions(call, ['$select']);
  const asked = parameter(call, 0);
  const { tenant } = call;
  const subscription =
    tenant.subscriptions.get(asked) ??
    [...tenant.subscriptions.values()].find((candidate) => candidate.commerceSubscriptionId === asked);
  if (!subscription) throw missingObject(asked);
  const selected = readSelect(call, SUBSCRIPTION_SHAPE, 'entity');
  const context = metadata(call, `directory/subscriptions${contextSelect(selected)}/$entity`);
  return {
    status: 200,
    body: { '@odata.context': context, ...project(SUBSCRIPTION_SHAPE, { subscription, tenant }, selected) },
  };
}

// Changes of a tenant: what it buys, its name, and how it answers.
import { randomUUID } from 'node:crypto';
import {
  addSubscription,
  renameOrganization,
  resetDelta,
  setSeats,
  setSubscriptionStatus,
} from '../graph/mutations.ts';
import { product } from '../scenario/catalogue.ts';
import type { CompanySubscription, Sku, Tenant } from '../world.ts';
import { type Effect, effect } from './effects.ts';
import type { Change } from './schemas.ts';
import type { TenantScene } from './user-changes.ts';

type Of<K extends Change['kind']> = Extract<Change, { kind: K }>;

const YEAR_MS = 365 * 86_400_000;

/** The changes of this file, by kind. */
export const TENANT_CHANGES = {
  buySeats({ skuId, enabled, add }: Of<'buySeats'>, { tenant }: TenantScene): Effect[] {
    const sku = tenant.skus.get(skuId);
    if (!sku) throw new Error(`Tenant ${tenant.id} has no SKU ${skuId}.`);
    const wanted = enabled ?? Math.max(0, sku.prepaid.enabled + (add ?? 1));
    return different(tenant, () => setSeats(tenant, skuId, wanted));
  },
  buyProduct({ skuPartNumber, seats }: Of<'buyProduct'>, { tenant, nowMs }: TenantScene): Effect[] {
    const bought = product(skuPartNumber);
    const isNew = !tenant.skus.has(bought.skuId);
    const subscription = purchase(tenant, bought, seats, nowMs);
    addSubscription(tenant, subscription, newSku(bought));
    return [
      effect('subscriptions', subscription.id, 'added'),
      effect('licences', bought.skuId, isNew ? 'added' : 'updated'),
    ];
  },
  setSubscriptionStatus({ subscriptionId, status }: Of<'setSubscriptionStatus'>, { tenant }: TenantScene): Effect[] {
    return different(tenant, () => setSubscriptionStatus(tenant, subscriptionId, status));
  },
  renameOrganization({ displayName }: Of<'renameOrganization'>, { tenant }: TenantScene): Effect[] {
    if (tenant.displayName === displayName) return [];
    renameOrganization(tenant, displayName);
    return [effect('organization', tenant.id)];
  },
  setEntraP1({ hasEntraP1 }: Of<'setEntraP1'>, { tenant }: TenantScene): Effect[] {
    tenant.hasEntraP1 = hasEntraP1;
    return [];
  },
  deleteTenant(_change: Of<'deleteTenant'>, { tenant }: TenantScene): Effect[] {
    tenant.deleted = true;
    return [effect('access', tenant.id, 'removed')];
  },
  resetDelta(_change: Of<'resetDelta'>, { tenant }: TenantScene): Effect[] {
    resetDelta(tenant);
    return [];
  },
};

/** Runs a purchase change and reports the SKUs and subscriptions that came out different. */
function different(tenant: Tenant, change: () => void): Effect[] {
  const before = snapshot(tenant);
  change();
  const after = snapshot(tenant);
  return [...after.values()]
    .filter(({ dataset, id, text }) => before.get(`${dataset} ${id}`)?.text !== text)
    .map(({ dataset, id }) => effect(dataset, id));
}

function snapshot(tenant: Tenant) {
  const rows = [
    ...[...tenant.skus.values()].map((sku) => ({
      dataset: 'licences' as const,
      id: sku.skuId,
      text: JSON.stringify(sku.prepaid),
    })),
    ...[...tenant.subscriptions.values()].map((subscription) => ({
      dataset: 'subscriptions' as const,
      id: subscription.id,
      text: JSON.stringify(subscription),
    })),
  ];
  return new Map(rows.map((row) => [`${row.dataset} ${row.id}`, row]));
}

function purchase(
  tenant: Tenant,
  bought: ReturnType<typeof product>,
  seats: number,
  nowMs: number,
): CompanySubscription {
  return {
    id: randomUUID(),
    commerceSubscriptionId: randomUUID(),
    skuId: bought.skuId,
    skuPartNumber: bought.skuPartNumber,
    status: 'Enabled',
    totalLicenses: seats,
    isTrial: false,
    createdDateTime: seconds(nowMs),
    nextLifecycleDateTime: seconds(nowMs + YEAR_MS),
    ownerId: null,
    ownerTenantId: tenant.id,
    ownerType: 'User',
  };
}

function newSku(bought: ReturnType<typeof product>): Sku {
  return {
    skuId: bought.skuId,
    skuPartNumber: bought.skuPartNumber,
    appliesTo: 'User',
    prepaid: { enabled: 0, suspended: 0, warning: 0, lockedOut: 0 },
    servicePlans: bought.plans.map(({ servicePlanId, servicePlanName }) => ({
      servicePlanId,
      servicePlanName,
      provisioningStatus: 'Success',
      appliesTo: 'User',
    })),
    subscriptionIds: [],
  };
}

function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

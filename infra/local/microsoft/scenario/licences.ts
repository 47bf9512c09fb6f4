// What a tenant has bought: SKUs, the subscriptions behind them, and which product each user gets.
import type { CompanySubscription, Sku, Tenant, User } from '../world.ts';
import { type Product, product } from './catalogue.ts';
import type { Draws } from './draws.ts';
import { secondsText } from './times.ts';

const DAY_MS = 86_400_000;

/** Product sets with and without Entra ID P1, by part number; the first is the main product. */
const SETS_WITH_P1: readonly (readonly string[])[] = [
  ['SPB'],
  ['SPB', 'EXCHANGESTANDARD'],
  ['SPE_E3', 'SPE_F1'],
  ['SPE_E5'],
  ['O365_BUSINESS_PREMIUM', 'AAD_PREMIUM'],
  ['ENTERPRISEPACK', 'EMS'],
];
const SETS_WITHOUT_P1: readonly (readonly string[])[] = [
  ['O365_BUSINESS_PREMIUM'],
  ['O365_BUSINESS_PREMIUM', 'O365_BUSINESS_ESSENTIALS'],
  ['O365_BUSINESS_ESSENTIALS', 'EXCHANGESTANDARD'],
  ['ENTERPRISEPACK'],
];
/** Add-ons that go on top of a main product instead of replacing it. */
const ADD_ONS = new Set(['AAD_PREMIUM', 'EMS', 'INTUNE_A', 'Microsoft_365_Copilot', 'FLOW_FREE', 'POWER_BI_STANDARD']);
/** Free products come with a fixed, large number of seats. */
const FREE_SEATS: Readonly<Record<string, number>> = { FLOW_FREE: 10_000, POWER_BI_STANDARD: 1_000_000 };

const planStates = new Map<string, Sku['servicePlans']>();

export interface ProductChoice {
  main: Product[];
  addOns: Product[];
  hasEntraP1: boolean;
}

/** Chooses what a tenant uses; about half of all tenants have Entra ID P1. */
export function chooseProducts(draws: Draws): ProductChoice {
  const hasEntraP1 = draws.chance(0.5);
  const partNumbers = [...draws.pick(hasEntraP1 ? SETS_WITH_P1 : SETS_WITHOUT_P1)];
  if (draws.chance(0.4)) partNumbers.push('FLOW_FREE');
  if (draws.chance(0.25)) partNumbers.push('POWER_BI_STANDARD');
  if (draws.chance(0.15)) partNumbers.push('Microsoft_365_Copilot');
  return {
    main: partNumbers.filter((name) => !ADD_ONS.has(name)).map(product),
    addOns: partNumbers.filter((name) => ADD_ONS.has(name)).map(product),
    hasEntraP1,
  };
}

/**
 * Draws a user's licences. Arrays of the same licences are shared between users: code that changes a user's licences
 * replaces the array.
 * @param shared the tenant's combinations so far
 */
export function drawLicences(
  draws: Draws,
  choice: ProductChoice,
  accountEnabled: boolean,
  shared: Map<string, User['assignedLicenses']>,
): User['assignedLicenses'] {
  if (!draws.chance(accountEnabled ? 0.9 : 0.5)) return [];
  const main = draws.weighted(choice.main.map((value, position) => ({ value, weight: position === 0 ? 3 : 1 })));
  const held = [main, ...choice.addOns.filter(() => draws.chance(0.4))];
  const key = held.map(({ skuPartNumber }) => skuPartNumber).join();
  let licences = shared.get(key);
  if (!licences) {
    licences = held.map(({ skuId }) => ({ skuId, disabledPlans: [] }));
    shared.set(key, licences);
  }
  return licences;
}

/**
 * Gives the tenant SKUs and subscriptions that cover what its users hold, mostly with some seats to spare.
 * @param sellerTenantId the partner that sold them, or null when the tenant bought them from Microsoft
 */
export function addLicences(
  draws: Draws,
  tenant: Tenant,
  choice: ProductChoice,
  startMs: number,
  sellerTenantId: string | null,
): void {
  const consumed = new Map<string, number>();
  for (const user of tenant.users.values()) {
    for (const { skuId } of user.assignedLicenses) consumed.set(skuId, (consumed.get(skuId) ?? 0) + 1);
  }
  for (const bought of [...choice.main, ...choice.addOns]) {
    const used = consumed.get(bought.skuId) ?? 0;
    const spare = draws.weighted([
      { value: 0, weight: 3 },
      { value: draws.int(1, 3), weight: 5 },
      { value: Math.ceil((used + 2) * 0.4), weight: 2 },
    ]);
    const free = FREE_SEATS[bought.skuPartNumber];
    addSku(draws, tenant, bought, {
      startMs,
      seats: free ?? Math.max(1, used + spare),
      sellerTenantId: free === undefined && draws.chance(0.85) ? sellerTenantId : null,
      isFree: free !== undefined,
    });
  }
  if (draws.chance(0.2)) addLapsedSubscription(draws, tenant, choice, startMs, sellerTenantId);
}

interface Purchase {
  startMs: number;
  seats: number;
  sellerTenantId: string | null;
  isFree: boolean;
}

function addSku(draws: Draws, tenant: Tenant, bought: Product, purchase: Purchase): void {
  const sku: Sku = {
    skuId: bought.skuId,
    skuPartNumber: bought.skuPartNumber,
    appliesTo: 'User',
    prepaid: { enabled: purchase.seats, suspended: 0, warning: 0, lockedOut: 0 },
    servicePlans: plansOf(bought),
    subscriptionIds: [],
  };
  tenant.skus.set(sku.skuId, sku);
  const inTwo = !purchase.isFree && purchase.seats >= 4 && draws.chance(0.25);
  const firstPart = inTwo ? draws.int(1, purchase.seats - 1) : purchase.seats;
  for (const seats of inTwo ? [firstPart, purchase.seats - firstPart] : [firstPart]) {
    addSubscription(draws, tenant, sku, { ...purchase, seats, status: 'Enabled' });
  }
}

function addSubscription(
  draws: Draws,
  tenant: Tenant,
  sku: Sku,
  input: Purchase & { status: CompanySubscription['status'] },
): void {
  const id = draws.guid();
  const daysAgo = draws.int(30, 700);
  sku.subscriptionIds.push(id);
  tenant.subscriptions.set(id, {
    id,
    commerceSubscriptionId: draws.guid(),
    skuId: sku.skuId,
    skuPartNumber: sku.skuPartNumber,
    status: input.status,
    totalLicenses: input.seats,
    isTrial: false,
    createdDateTime: secondsText(input.startMs - daysAgo * DAY_MS),
    nextLifecycleDateTime: input.isFree ? null : secondsText(input.startMs + draws.int(10, 340) * DAY_MS),
    ownerId: null,
    ownerTenantId: input.sellerTenantId ?? tenant.id,
    ownerType: input.sellerTenantId === null ? 'User' : 'ServicePrincipal',
  });
}

/** A subscription past its end beside the ones in use: its seats count as warning or suspended, not as enabled. */
function addLapsedSubscription(
  draws: Draws,
  tenant: Tenant,
  choice: ProductChoice,
  startMs: number,
  sellerTenantId: string | null,
): void {
  const status = draws.pick(['Warning', 'Suspended'] as const);
  const seats = draws.int(1, 5);
  const lapsed = draws.chance(0.5) ? choice.main[0] : product('INTUNE_A');
  if (!lapsed) return;
  if (!tenant.skus.has(lapsed.skuId)) {
    tenant.skus.set(lapsed.skuId, {
      skuId: lapsed.skuId,
      skuPartNumber: lapsed.skuPartNumber,
      appliesTo: 'User',
      prepaid: { enabled: 0, suspended: 0, warning: 0, lockedOut: 0 },
      servicePlans: plansOf(lapsed),
      subscriptionIds: [],
    });
  }
  const sku = tenant.skus.get(lapsed.skuId);
  if (!sku) return;
  addSubscription(draws, tenant, sku, { startMs, seats, sellerTenantId, isFree: false, status });
  if (status === 'Warning') sku.prepaid.warning += seats;
  else sku.prepaid.suspended += seats;
}

/** The plans of a product as Graph lists them; one array for all tenants, so treat it as read-only. */
function plansOf(bought: Product): Sku['servicePlans'] {
  let plans = planStates.get(bought.skuId);
  if (!plans) {
    plans = bought.plans.map(({ servicePlanId, servicePlanName }) => ({
      servicePlanId,
      servicePlanName,
      provisioningStatus: 'Success',
      appliesTo: 'User',
    }));
    planStates.set(bought.skuId, plans);
  }
  return plans;
}

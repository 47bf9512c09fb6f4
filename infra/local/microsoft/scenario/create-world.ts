// Makes the whole scenario from a seed: the same options give the same world, byte for byte (signing keys apart).
import type { Tenant, World } from '../world.ts';
import { type AppOptions, CUSTOMER_APP_ID, customerApp, partnerApp } from './apps.ts';
import { addCustomerGroups } from './customer-groups.ts';
import { createDraws, type Draws } from './draws.ts';
import { addRelationships } from './gdap.ts';
import { addLicences, chooseProducts } from './licences.ts';
import { companyName, domainLabel } from './names.ts';
import { addPartners, makeTenant, type Partner } from './partners.ts';
import { type Mix, planStatus, type StatusPlan, usualCustomers } from './statuses.ts';
import { addPeople } from './users.ts';

export interface WorldOptions {
  seed: number;
  /** Customers of the first partner, by default 12, or as many as the mix has. */
  customers?: number;
  /** The most users a customer has, by default 20; sizes vary between 3 and this. */
  usersPerCustomer?: number;
  /** Every customer has exactly `usersPerCustomer` users. */
  exactUsers?: boolean;
  /** `all-active` gives every customer a working GDAP relationship; `every-status` shows every status there is. */
  mix?: Mix;
  /** The customer app is installed in every customer from the start. */
  preconsented?: boolean;
  startMs: number;
  partnerApp: AppOptions;
  customerApp: AppOptions;
}

const COUNTRIES = ['GB', 'NL', 'DK', 'DE', 'PT', 'IE'];
/** The second partner's own customers; it also shares the first partner's first customer. */
const SECOND_PARTNER_PLANS: readonly StatusPlan[] = [
  { gdapStatus: 'Active', variant: 'single' },
  { gdapStatus: 'Expiring', variant: 'fiveDays' },
];

/** Builds the world of a scenario. @throws RangeError when a size makes no sense */
export function createWorld(options: WorldOptions): World {
  const customers = options.customers ?? usualCustomers(options.mix);
  const users = options.usersPerCustomer ?? 20;
  if (!Number.isInteger(customers) || customers < 0) throw new RangeError(`customers cannot be ${customers}`);
  if (!Number.isInteger(users) || users < 2)
    throw new RangeError(`users per customer must be at least 2, not ${users}`);
  const world: World = {
    seed: options.seed,
    startMs: options.startMs,
    tenants: new Map(),
    apps: new Map([partnerApp(options.partnerApp), customerApp(options.customerApp)].map((app) => [app.appId, app])),
    relationships: new Map(),
    resellerRelations: [],
    sessions: new Map(),
    codes: new Map(),
    refreshTokens: new Map(),
    signingKeys: [],
    scenarioStatuses: [],
  };
  const { first, second } = addPartners(world);
  const sizes = { most: users, exact: options.exactUsers ?? false };
  const taken = { names: new Set<string>(), domains: new Set<string>() };
  for (let index = 0; index < customers; index += 1) {
    const draws = createDraws(options.seed, `customer/${index}`);
    const customer = addCustomer({ world, draws, index, seller: first, taken, sizes });
    relate(world, draws, first, customer, planStatus(draws, index, options.mix ?? 'default'));
    if (index === 0) {
      relate(world, createDraws(options.seed, 'shared'), second, customer, { gdapStatus: 'Active', variant: 'single' });
    }
  }
  SECOND_PARTNER_PLANS.forEach((plan, position) => {
    const draws = createDraws(options.seed, `second/${position}`);
    // Past the known names, so that the second partner's customers never take one of the first partner's.
    const customer = addCustomer({ world, draws, index: 1_000_000 + position, seller: second, taken, sizes });
    relate(world, draws, second, customer, plan);
  });
  if (options.preconsented) preconsent(world);
  return world;
}

function preconsent(world: World): void {
  const app = world.apps.get(CUSTOMER_APP_ID);
  const wanted = app?.requiredResourceAccess ?? [];
  for (const tenant of world.tenants.values()) {
    if (tenant.kind !== 'customer') continue;
    tenant.servicePrincipals.set(CUSTOMER_APP_ID, {
      id: createDraws(world.seed, `principal/${tenant.id}`).guid(),
      appId: CUSTOMER_APP_ID,
      accountEnabled: true,
      createdMs: world.startMs,
      appRoles: wanted.flatMap(({ resourceAppId, roles }) =>
        roles.map((role) => ({ resourceAppId, role, effectiveMs: world.startMs })),
      ),
      delegatedGrants: wanted.map(({ resourceAppId, scopes }) => ({
        resourceAppId,
        scopes: [...scopes],
        consentType: 'AllPrincipals',
        principalId: null,
      })),
      effectiveMs: world.startMs,
    });
  }
}

interface CustomerInput {
  world: World;
  draws: Draws;
  index: number;
  seller: Partner;
  taken: { names: Set<string>; domains: Set<string> };
  sizes: { most: number; exact: boolean };
}

function addCustomer({ world, draws, index, seller, taken, sizes }: CustomerInput): Tenant {
  const name = companyName(draws, index, taken.names);
  let label = domainLabel(name);
  if (taken.domains.has(label)) label = `${label}${index}`;
  taken.domains.add(label);
  const tenant = makeTenant(draws.guid(), name, `${label}.example`, 'customer', draws.pick(COUNTRIES));
  const choice = chooseProducts(draws);
  tenant.hasEntraP1 = choice.hasEntraP1;
  const count = sizes.exact ? sizes.most : draws.int(Math.min(3, sizes.most), sizes.most);
  addPeople(draws, tenant, count, choice, world.startMs);
  addCustomerGroups(tenant);
  addLicences(draws, tenant, choice, world.startMs, seller.tenant.id);
  world.tenants.set(tenant.id, tenant);
  return tenant;
}

function relate(world: World, draws: Draws, partner: Partner, customer: Tenant, plan: StatusPlan): void {
  addRelationships({ world, draws, partner: partner.tenant, customer, groups: partner.groups, plan });
  world.scenarioStatuses.push({ partnerTenantId: partner.tenant.id, customerTenantId: customer.id, ...plan });
  if (plan.consent === 'pending') customer.consentHeldBack = 'app';
  if (plan.consent === 'granting') customer.consentHeldBack = 'roles';
  if (plan.consent === 'failed') customer.refusesConsent = true;
  // A customer without a reseller relation is known through GDAP alone, and the other way round.
  const mustResell = ['Missing', 'Error', 'Unknown'].includes(plan.gdapStatus);
  if (!mustResell && (plan.gdapStatus === 'Pending' || !draws.chance(0.85))) return;
  const oldName = draws.chance(0.1);
  world.resellerRelations.push({
    contractId: draws.guid(),
    partnerTenantId: partner.tenant.id,
    customerTenantId: customer.id,
    contractType: 'ResellerPartner',
    displayName: oldName ? `${customer.displayName} (old name)` : customer.displayName,
    defaultDomainName: oldName ? customer.initialDomain : customer.defaultDomain,
  });
}

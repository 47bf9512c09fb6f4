// The simulated Microsoft's scenario: the same from the same seed, and true in itself.
import { serialize } from 'node:v8';
import { describe, expect, test } from 'vitest';
import { truthOf } from '../../../infra/local/microsoft/control/truth.ts';
import { gdapRoles } from '../../../infra/local/microsoft/graph/memberships.ts';
import { listAccounts } from '../../../infra/local/microsoft/scenario/accounts.ts';
import { PRODUCTS } from '../../../infra/local/microsoft/scenario/catalogue.ts';
import { createWorld, type WorldOptions } from '../../../infra/local/microsoft/scenario/create-world.ts';
import { REQUIRED_ROLES } from '../../../infra/local/microsoft/scenario/gdap.ts';
import { EVERY_STATUS, STATUS_VARIANTS } from '../../../infra/local/microsoft/scenario/statuses.ts';
import type { World } from '../../../infra/local/microsoft/world.ts';

const START_MS = Date.UTC(2026, 10, 1);
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

function make(options: Partial<WorldOptions> = {}): World {
  return createWorld({
    seed: 1,
    startMs: START_MS,
    partnerApp: { redirectUris: [] },
    customerApp: { redirectUris: [] },
    ...options,
  });
}

function customers(world: World) {
  return [...world.tenants.values()].filter(({ kind }) => kind === 'customer');
}

/** What the first partner's service account can do at each customer, and the statuses set out to show. */
function access(world: World, nowMs = START_MS) {
  const [first] = world.tenants.values();
  const service = [...(first?.users.values() ?? [])][0];
  if (!first || !service) throw new Error('no partner');
  return world.scenarioStatuses
    .filter(({ partnerTenantId }) => partnerTenantId === first.id)
    .map(({ customerTenantId, gdapStatus, variant }) => ({
      gdapStatus,
      variant,
      held: gdapRoles(world, first, customerTenantId, service.id, nowMs),
      relationships: [...world.relationships.values()].filter(
        (one) => one.partnerTenantId === first.id && one.customerTenantId === customerTenantId,
      ),
    }));
}

describe('determinism', () => {
  test('the same seed gives the same world byte for byte, another seed another', () => {
    const bytes = serialize(make({ customers: 40 }));
    expect(serialize(make({ customers: 40 })).equals(bytes)).toBe(true);
    expect(serialize(make({ customers: 40, seed: 2 })).equals(bytes)).toBe(false);
  });

  test('a customer does not depend on how many others there are', () => {
    const few = customers(make({ customers: 5 })).slice(0, 5);
    const many = customers(make({ customers: 50 })).slice(0, 5);
    expect(many.map((tenant) => truthOf(tenant))).toEqual(few.map((tenant) => truthOf(tenant)));
  });
});

describe('statuses', () => {
  test('the first twelve customers show five Active and one of each other', () => {
    const counts = new Map<string, number>();
    for (const { gdapStatus } of access(make())) counts.set(gdapStatus, (counts.get(gdapStatus) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({
      Active: 5,
      Expiring: 1,
      Expired: 1,
      Pending: 1,
      Missing: 1,
      MissingRoles: 1,
      MissingSecurityGroup: 1,
      Error: 1,
    });
  });

  test('what the service account can do at a customer agrees with the status, in every variant', () => {
    const rows = access(make({ customers: 900, usersPerCustomer: 3 }));
    for (const { gdapStatus, variant, held, relationships } of rows) {
      const usable = REQUIRED_ROLES.every((role) => held.has(role));
      expect([variant, usable]).toEqual([variant, ['Active', 'Expiring', 'Error'].includes(gdapStatus)]);
      const active = relationships.filter(({ status }) => status === 'active');
      const carried = new Set(active.flatMap(({ roleDefinitionIds }) => roleDefinitionIds));
      const carriesAll = REQUIRED_ROLES.every((role) => carried.has(role));
      if (gdapStatus === 'MissingRoles')
        expect([variant, active.length > 0, carriesAll]).toEqual([variant, true, false]);
      if (gdapStatus === 'MissingSecurityGroup') expect([variant, carriesAll]).toEqual([variant, true]);
      if (['Expired', 'Pending', 'Missing'].includes(gdapStatus))
        expect([variant, active.length]).toEqual([variant, 0]);
    }
    const seen = new Set(rows.map(({ variant }) => variant));
    expect(seen.size).toBeGreaterThanOrEqual(22);
    const share = rows.filter(({ gdapStatus }) => gdapStatus === 'Active').length / rows.length;
    expect(share).toBeGreaterThan(0.74);
    expect(share).toBeLessThan(0.86);
  });

  test('an expiring relationship ends after its days; one that extends itself goes on', () => {
    const world = make();
    const later = access(world, START_MS + 6 * 86_400_000);
    const held = (variant: string) => later.find((row) => row.variant === variant)?.held.size ?? -1;
    expect(held('fiveDays')).toBe(0);
    expect(held('autoExtend')).toBeGreaterThan(0);
  });

  test('all-active gives every customer a working relationship', () => {
    const rows = access(make({ customers: 30, mix: 'all-active' }));
    expect(rows.every(({ gdapStatus }) => gdapStatus === 'Active')).toBe(true);
  });

  test('every-status shows each status in each of its ways, and each consent, once', () => {
    const world = make({ mix: 'every-status' });
    const rows = access(world);
    expect(rows.map(({ gdapStatus, variant }) => `${gdapStatus} ${variant}`).slice(0, -7)).toEqual(
      Object.entries(STATUS_VARIANTS).flatMap(([status, variants]) =>
        variants.map((variant) => `${status} ${variant}`),
      ),
    );
    const [partner] = world.tenants.values();
    const consents = world.scenarioStatuses
      .filter(({ partnerTenantId }) => partnerTenantId === partner?.id)
      .flatMap(({ consent }) => consent ?? []);
    expect(Object.fromEntries(Map.groupBy(consents, (consent) => consent))).toMatchObject({
      granted: { length: 7 },
      ...Object.fromEntries(
        ['notRequested', 'inProgress', 'pending', 'granting', 'failed', 'revoked', 'upgradeNeeded'].map((consent) => [
          consent,
          { length: 1 },
        ]),
      ),
    });
    expect(
      customers(world).filter(({ consentHeldBack, refusesConsent }) => consentHeldBack || refusesConsent),
    ).toHaveLength(3);
  });

  test('every-status goes on as any other scenario past its table, and ends where fewer are wanted', () => {
    const first = (world: World, count: number) =>
      access(world)
        .slice(0, count)
        .map(({ variant }) => variant);
    const usual = make({ mix: 'every-status' });
    expect(access(make({ mix: 'every-status', customers: 40 }))).toHaveLength(40);
    expect(first(make({ mix: 'every-status', customers: 40 }), EVERY_STATUS.length)).toEqual(
      first(usual, EVERY_STATUS.length),
    );
    expect(access(make({ mix: 'every-status', customers: 3 }))).toHaveLength(3);
  });

  test('the first customer is shared by two partners, the third partner has none', () => {
    const world = make();
    const partners = [...world.tenants.values()].filter(({ kind }) => kind === 'partner');
    const of = (id: string | undefined) =>
      world.scenarioStatuses.filter(({ partnerTenantId }) => partnerTenantId === id);
    expect(partners.map(({ id }) => of(id).length)).toEqual([12, 3, 0]);
    expect(of(partners[1]?.id)[0]?.customerTenantId).toBe(of(partners[0]?.id)[0]?.customerTenantId);
    expect(world.resellerRelations.some(({ partnerTenantId }) => partnerTenantId === partners[2]?.id)).toBe(false);
  });
});

describe('truth', () => {
  const world = make({ customers: 300, usersPerCustomer: 30, seed: 11 });

  test('licences: consumed is what users hold, nothing is over-assigned, subscriptions sum up to the seats', () => {
    for (const tenant of customers(world)) {
      const truth = truthOf(tenant);
      for (const licence of truth.licences) {
        const held = truth.users.filter(({ licences }) => licences.includes(licence.skuId)).length;
        expect(licence.consumed).toBe(held);
        expect(licence.unused).toBeGreaterThanOrEqual(0);
        const seats = (status: string) =>
          truth.subscriptions
            .filter((one) => one.skuId === licence.skuId && one.status === status)
            .reduce((sum, one) => sum + one.totalLicenses, 0);
        expect([licence.enabled, licence.warning, licence.suspended]).toEqual([
          seats('Enabled'),
          seats('Warning'),
          seats('Suspended'),
        ]);
        expect(PRODUCTS.find(({ skuId }) => skuId === licence.skuId)?.skuPartNumber).toBe(licence.skuPartNumber);
      }
    }
  });

  test('shows what a customer list shows: unused seats, lapsed ones, disabled people with licences, guests, never signed in', () => {
    const truths = customers(world).map((tenant) => truthOf(tenant));
    const users = truths.flatMap((truth) => truth.users);
    expect(truths.some(({ licences }) => licences.some(({ unused }) => unused > 0))).toBe(true);
    expect(truths.some(({ licences }) => licences.some(({ warning }) => warning > 0))).toBe(true);
    expect(truths.some(({ licences }) => licences.some(({ suspended }) => suspended > 0))).toBe(true);
    expect(users.some(({ accountEnabled, licences }) => !accountEnabled && licences.length > 0)).toBe(true);
    expect(users.some(({ userType }) => userType === 'Guest')).toBe(true);
    expect(truths.some((truth) => truth.signIns.length < truth.users.length)).toBe(true);
    const withP1 = truths.filter(({ hasEntraP1 }) => hasEntraP1).length / truths.length;
    expect(withP1).toBeGreaterThan(0.4);
    expect(withP1).toBeLessThan(0.6);
    const sold = truths.flatMap(({ subscriptions }) => subscriptions);
    const [northwind] = world.tenants.values();
    expect(sold.some(({ ownerTenantId }) => ownerTenantId === northwind?.id)).toBe(true);
  });

  test('ids are GUIDs, names, domains and user principal names are unique, sizes are within bounds', () => {
    const tenants = customers(world);
    const unique = (list: string[]) => new Set(list).size === list.length;
    expect(unique(tenants.map(({ displayName }) => displayName.toLowerCase()))).toBe(true);
    expect(unique(tenants.flatMap(({ defaultDomain, initialDomain }) => [defaultDomain, initialDomain]))).toBe(true);
    for (const tenant of tenants) {
      expect(tenant.id).toMatch(GUID);
      expect(tenant.users.size).toBeGreaterThanOrEqual(3);
      expect(tenant.users.size).toBeLessThanOrEqual(30);
      expect(unique([...tenant.users.values()].map(({ userPrincipalName }) => userPrincipalName))).toBe(true);
    }
    const exact = make({ usersPerCustomer: 9, exactUsers: true });
    expect(new Set(customers(exact).map(({ users }) => users.size))).toEqual(new Set([9]));
  });

  test('sizes that make no sense are refused', () => {
    expect(() => make({ customers: -1 })).toThrow(RangeError);
    expect(() => make({ usersPerCustomer: 0 })).toThrow(RangeError);
    expect(make({ customers: 0 }).scenarioStatuses).toHaveLength(2);
  });
});

test('the accounts to sign in with say their tenant, their roles and whether they do MFA', () => {
  const accounts = listAccounts(make());
  const row = (upn: string) => accounts.find((account) => account.upn === upn);
  expect(row('svc-tenantry@northwindpartners.example')).toMatchObject({
    tenantName: 'Northwind Partners',
    roleWords: ['Global Administrator', 'GDAP Tenantry', 'AdminAgents'],
    mfa: true,
  });
  expect(row('nora.nomfa@northwindpartners.example')).toMatchObject({ mfa: false });
  expect(row('lena.lone@northwindpartners.example')?.roleWords).toEqual(['Global Administrator']);
  expect(row('pat.personal@outlook.example')?.roleWords).toEqual(['Personal account']);
  expect(accounts.filter(({ tenantName }) => tenantName === 'Adatum')).toHaveLength(2);
});

// Automatic consent from end to end: the real app, host and workers against the simulated Microsoft.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { tenantryActor } from '../../shared/access/audit.ts';
import { MINUTE_MS, SECOND_MS } from '../../shared/clock.ts';
import { startAutomatic } from '../../shared/consent/automatic/start.ts';
import type { ConsentDoc } from '../../shared/consent/documents.ts';
import { customerAppPermissions } from '../../shared/microsoft/permissions.ts';
import { consentOf, follow, isGranted, isSettled, setFaults } from './kit/automatic.ts';
import { customerOf, northwind, openConnected } from './kit/connected.ts';
import { startTestWorld, type TestWorld, type TestWorldOptions } from './kit/world.ts';

let world: TestWorld;
afterEach(() => world?.close());

async function open(options: TestWorldOptions = {}) {
  world = await startTestWorld({ customers: 3, mix: 'all-active', ...options });
  const browser = await openConnected(world);
  const partner = world.tenant(northwind);
  const [customer] = world.customersOf(partner);
  if (!customer) throw new Error('There is no customer.');
  return { browser, customer, partner, workspace: world.workspace(partner) };
}

const start = async (...tenants: Tenant[]) =>
  startAutomatic(
    world.app,
    world.workspace(world.tenant(northwind)),
    tenantryActor,
    tenants.map(({ id }) => id),
  );

describe('a customer with the right roles', () => {
  it('SY-28 SY-31 G1-17 goes from pending over granting to granted and is ready, without a click at Microsoft', async () => {
    const { customer } = await open();
    expect(await start(customer)).toMatchObject({ started: [customer.id], refused: [] });
    const seen = new Set<string>();
    const consent = await follow(world, customer, (now) => {
      seen.add(now.status);
      return isGranted(now);
    });
    expect([...seen]).toEqual(['ConsentPending', 'GrantingApplicationRoles', 'Granted']);
    expect(consent).toMatchObject({ method: 'automatic', evidence: { kind: 'gdap' }, explanation: null });
    expect((await customerOf(world, customer)).readiness.ready).toBe(true);
  });

  it('leaves in the tenant the customer app with the roles of its table, and nothing of the partner app', async () => {
    const { customer } = await open();
    await start(customer);
    await follow(world, customer, isGranted);
    const roles = customer.servicePrincipals.get(CUSTOMER_APP_ID)?.appRoles.map(({ role }) => role);
    expect(roles?.sort()).toEqual(customerAppPermissions.map(({ permission }) => permission).sort());
    expect(customer.servicePrincipals.get(CUSTOMER_APP_ID)?.delegatedGrants).toEqual([]);
    expect(customer.servicePrincipals.has(PARTNER_APP_ID)).toBe(false);
  });

  it('is started once, whoever asks twice', async () => {
    const { customer } = await open();
    await Promise.all([start(customer), start(customer)]);
    const { refused } = await start(customer);
    expect(refused).toMatchObject([{ explanation: { code: 'automatic_under_way' } }]);
    await follow(world, customer, isGranted);
    expect((await start(customer)).refused).toMatchObject([{ explanation: { code: 'automatic_granted' } }]);
  });

  it('survives lost answers at each step: what was done already counts as done', async () => {
    const { customer } = await open();
    const lost = { kind: 'reset', rate: 1, times: 1, phase: 'after' };
    await setFaults(
      world,
      { match: { origin: 'partnerCenter', method: 'POST', tenantId: customer.id }, ...lost },
      {
        match: { origin: 'graph', method: 'POST', pathPrefix: '/v1.0/servicePrincipals', tenantId: customer.id },
        ...lost,
        times: 3,
      },
      { match: { origin: 'partnerCenter', method: 'DELETE', tenantId: customer.id }, ...lost },
    );
    await start(customer);
    await follow(world, customer, isGranted, { stepMs: 30 * SECOND_MS });
    expect(customer.servicePrincipals.has(PARTNER_APP_ID)).toBe(false);
  });
});

describe('a relationship of a minute ago', () => {
  it('SY-28 is left alone until a quarter of an hour after it became active, without being stuck', async () => {
    const { customer, browser } = await open();
    const [relationship] = [...world.microsoft.world.relationships.values()].filter(
      ({ customerTenantId, partnerTenantId }) =>
        customerTenantId === customer.id && partnerTenantId === world.tenant(northwind).id,
    );
    if (!relationship) throw new Error('There is no relationship.');
    const activatedMs = world.clock.now() - MINUTE_MS;
    relationship.activatedDateTime = new Date(activatedMs).toISOString();
    relationship.version += 1;
    await world.api(browser, 'POST', `/api/v1/customers/${customer.id}/gdap/check`);
    await start(customer);
    const waiting = await consentOf(world, customer);
    expect(waiting.nextAttemptAt).toBe(new Date(activatedMs + 15 * MINUTE_MS).toISOString());
    world.clock.advance(13 * MINUTE_MS);
    await sleep(300);
    expect((await consentOf(world, customer)).automatic).toMatchObject({ step: 'authorise', attempt: 1 });
    expect((await customerOf(world, customer)).consentStuck).toBe(false);
    world.clock.advance(MINUTE_MS);
    await follow(world, customer, isGranted);
  });
});

describe('failures', () => {
  it('SY-27 that pass are tried again after a minute, with the reason shown meanwhile', async () => {
    const { customer } = await open();
    await setFaults(world, {
      match: { origin: 'partnerCenter', tenantId: customer.id },
      kind: '503',
      rate: 1,
      forMs: 30_000,
    });
    await start(customer);
    const failed = await follow(world, customer, ({ status }) => status === 'ConsentFailure', { stepMs: 0 });
    expect(failed.explanation).toMatchObject({ retryHelps: true });
    expect(Date.parse(failed.nextAttemptAt ?? '')).toBe(world.clock.now() + MINUTE_MS);
    await follow(world, customer, isGranted);
  });

  it.each<[string, Record<string, unknown>, Partial<NonNullable<ConsentDoc['explanation']>>]>([
    [
      'a policy of the customer blocks the account',
      { match: { origin: 'login' }, kind: 'refuse', status: 400, code: '53003', message: 'Blocked.' },
      { code: 'AADSTS53003', whoActs: 'customer' },
    ],
    [
      'Graph does not allow roles to be given',
      {
        match: { origin: 'graph', method: 'POST', pathPrefix: '/v1.0/servicePrincipals/' },
        ...{ kind: 'refuse', status: 403, code: 'Authorization_RequestDenied', message: 'Insufficient privileges.' },
      },
      { code: 'Authorization_RequestDenied' },
    ],
    [
      'Partner Center refuses',
      { match: { origin: 'partnerCenter', method: 'POST' }, kind: 'refuse', status: 403, code: '2032', message: 'No.' },
      { code: '2032', whoActs: 'msp' },
    ],
    [
      'Partner Center does not like the request',
      {
        match: { origin: 'partnerCenter', method: 'POST' },
        kind: 'refuse',
        status: 400,
        code: '3000',
        message: 'Bad.',
      },
      { code: '3000', meaning: 'Bad.' },
    ],
  ])('SY-27 end, explained, and leave nothing behind: %s', async (_, rule, explanation) => {
    const { customer } = await open();
    await setFaults(world, { ...rule, match: { ...Object(rule['match']), tenantId: customer.id } });
    await start(customer);
    const over = await follow(world, customer, (now) => isSettled(now) && now.status === 'ConsentFailure', {
      stepMs: MINUTE_MS,
    });
    expect(over).toMatchObject({ explanation, nextAttemptAt: null });
    expect(customer.servicePrincipals.has(PARTNER_APP_ID)).toBe(false);
    await setFaults(world);
    // Mended: a person starts it again.
    await start(customer);
    await follow(world, customer, isGranted);
  });

  it('a customer whose administrator switched the app off is not switched on again', async () => {
    const { customer } = await open({ preconsented: true });
    const principal = customer.servicePrincipals.get(CUSTOMER_APP_ID);
    if (!principal) throw new Error('The app is not there.');
    principal.accountEnabled = false;
    await start(customer);
    const over = await follow(world, customer, isSettled);
    expect(over.explanation).toMatchObject({ code: 'automatic_app_disabled', whoActs: 'customer' });
    expect(principal.accountEnabled).toBe(false);
  });
});

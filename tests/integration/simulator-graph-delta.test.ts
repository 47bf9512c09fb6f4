// The simulated /users/delta over HTTP: first enumeration, changes, replays, expiry, resets, and its cost.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  addUser,
  purgeUser,
  resetDelta,
  restoreUser,
  setLicences,
  setSignInActivity,
  softDeleteUser,
  updateUser,
} from '../../infra/local/microsoft/graph/mutations.ts';
import { rebuildTenantIndex } from '../../infra/local/microsoft/graph/tenant-index.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import {
  appToken,
  ask,
  CUSTOMER_ID,
  DAY_MS,
  makeUser,
  OTHER_ID,
  type Reply,
  type Simulation,
  SKU_ID,
  startSimulation,
  tenantOf,
} from './simulator-graph-harness.ts';

let simulation: Simulation;
let tenant: Tenant;
beforeEach(async () => {
  simulation = await startSimulation();
  tenant = tenantOf(simulation, CUSTOMER_ID);
});
afterEach(() => simulation.close());

const get = (address: string, tenantId = CUSTOMER_ID) =>
  ask(simulation, appToken(simulation, tenantId, ['User.Read.All']), address);
const now = () => simulation.clock.nowMs;

interface Round {
  pages: Reply[];
  users: Record<string, unknown>[];
  deltaLink: string;
}

/** Follows next links to the delta link. `between` runs after each page. */
async function round(address: string, between: (page: number) => void = () => {}): Promise<Round> {
  const pages: Reply[] = [];
  const users: Record<string, unknown>[] = [];
  let next: string | undefined = address;
  while (next) {
    const page = await get(next);
    if (page.status !== 200) throw new Error(`${page.status} ${JSON.stringify(page.body)}`);
    pages.push(page);
    users.push(...page.body.value);
    between(pages.length);
    next = page.body['@odata.nextLink'];
  }
  return { pages, users, deltaLink: pages.at(-1)?.body['@odata.deltaLink'] };
}

function addMany(from: number, count: number): void {
  for (let position = from; position < from + count; position += 1) addUser(tenant, makeUser(position), now());
}

describe('the first enumeration', () => {
  it('comes in pages of 200 with absolute links, each user once, and ends in a delta link', async () => {
    addMany(100, 450);
    const { pages, users, deltaLink } = await round('/users/delta?$select=id,displayName,accountEnabled');
    expect(pages.map((page) => page.body.value.length)).toEqual([200, 200, 53]);
    expect(new Set(users.map((user) => user['id'])).size).toBe(453);
    expect(deltaLink.startsWith(`${simulation.graph}/v1.0/users/delta?$deltatoken=`)).toBe(true);
    expect(pages[0]?.body['@odata.context']).toBe(
      `${simulation.graph}/v1.0/$metadata#users(id,displayName,accountEnabled)`,
    );
    expect((await round(deltaLink)).users).toEqual([]);
  });

  it('leaves out properties that were never set, and always has the id', async () => {
    const { users } = await round('/users/delta?$select=displayName,mobilePhone,department');
    expect(users).toEqual([
      { id: makeUser(10).id, displayName: 'User 10', department: 'Sales' },
      { id: makeUser(11).id, displayName: 'User 11' },
      { id: makeUser(12).id, displayName: 'User 12', department: 'Sales' },
    ]);
  });

  it('repeats users that changed while the caller was paging', async () => {
    addMany(100, 300);
    const { users, deltaLink } = await round('/users/delta?$select=id,department', (page) => {
      if (page !== 1) return;
      updateUser(tenant, makeUser(10).id, { department: 'Legal' }, now());
      softDeleteUser(tenant, makeUser(11).id, now());
      addUser(tenant, makeUser(900), now());
    });
    const seen = (position: number) => users.filter((user) => user['id'] === makeUser(position).id);
    expect(seen(10).map((user) => user['department'])).toEqual(['Sales', 'Legal']);
    expect(seen(11).at(-1)).toEqual({ id: makeUser(11).id, '@removed': { reason: 'changed' } });
    expect(seen(900).length).toBe(2);
    expect((await round(deltaLink)).users).toEqual([]);
  });

  it('starts from now with $deltatoken=latest', async () => {
    const { users, deltaLink } = await round('/users/delta?$deltatoken=latest&$select=id,jobTitle');
    expect(users).toEqual([]);
    updateUser(tenant, makeUser(12).id, { jobTitle: 'Buyer' }, now());
    expect((await round(deltaLink)).users).toEqual([{ id: makeUser(12).id, jobTitle: 'Buyer' }]);
  });

  it.each([
    '$top=10',
    '$orderby=displayName',
    '$expand=manager',
    '$search="a"',
    '$select=signInActivity',
    '$filter=accountEnabled eq true',
  ])('refuses %s', async (query) => {
    expect((await get(`/users/delta?${query}`)).status).toBe(400);
  });

  it('keeps to the ids of a $filter', async () => {
    const filter = encodeURIComponent(`id eq '${makeUser(10).id}' or id eq '${makeUser(12).id}'`);
    const { users, deltaLink } = await round(`/users/delta?$select=id&$filter=${filter}`);
    expect(users.map((user) => user['id'])).toEqual([makeUser(10).id, makeUser(12).id]);
    updateUser(tenant, makeUser(11).id, { jobTitle: 'Buyer' }, now());
    expect((await round(deltaLink)).users).toEqual([]);
  });

  it('survives a restart that closed the gaps of purged users', async () => {
    addMany(100, 300);
    const first = await get('/users/delta?$select=id');
    purgeUser(tenant, makeUser(10).id, now());
    rebuildTenantIndex(tenant);
    const rest = await round(first.body['@odata.nextLink']);
    const ids = new Set([...first.body.value, ...rest.users].map((user) => user.id));
    expect(ids.size).toBe(303);
  });
});

describe('changes', () => {
  it('reports every kind of change once, and nothing for what delta does not track', async () => {
    const { deltaLink } = await round('/users/delta?$select=id,department,assignedLicenses');
    const id = makeUser(10).id;
    setLicences(tenant, id, [{ skuId: SKU_ID }], now());
    const licensed = await round(deltaLink);
    expect(licensed.users).toEqual([
      { id, department: 'Sales', assignedLicenses: [{ skuId: SKU_ID, disabledPlans: [] }] },
    ]);
    updateUser(tenant, id, { department: null }, now());
    const cleared = await round(licensed.deltaLink);
    expect(cleared.users).toMatchObject([{ id, department: null }]);
    softDeleteUser(tenant, id, now());
    const deleted = await round(cleared.deltaLink);
    expect(deleted.users).toEqual([{ id, '@removed': { reason: 'changed' } }]);
    restoreUser(tenant, id, now());
    const restored = await round(deleted.deltaLink);
    expect(restored.users).toMatchObject([{ id, assignedLicenses: [{ skuId: SKU_ID }] }]);
    purgeUser(tenant, id, now());
    const purged = await round(restored.deltaLink);
    expect(purged.users).toEqual([{ id, '@removed': { reason: 'deleted' } }]);
    setSignInActivity(tenant, makeUser(11).id, {
      lastSignInDateTime: '2026-06-01T00:00:00Z',
      lastSuccessfulSignInDateTime: null,
    });
    updateUser(tenant, makeUser(11).id, { mfa: false, displayName: 'User 11' }, now());
    setLicences(tenant, makeUser(11).id, [], now());
    expect((await round(purged.deltaLink)).users).toEqual([]);
  });

  it('merges several changes of one user, and pages many by 200', async () => {
    addMany(100, 500);
    const { deltaLink } = await round('/users/delta?$select=id,jobTitle');
    for (let position = 100; position < 600; position += 1) {
      updateUser(tenant, makeUser(position).id, { jobTitle: 'One' }, now());
      updateUser(tenant, makeUser(position).id, { jobTitle: 'Two' }, now());
    }
    const { pages, users } = await round(deltaLink);
    expect(pages.map((page) => page.body.value.length)).toEqual([200, 200, 100]);
    expect(users.every((user) => user['jobTitle'] === 'Two')).toBe(true);
  });

  it('answers the same link again with the same changes', async () => {
    const { deltaLink } = await round('/users/delta?$select=id');
    updateUser(tenant, makeUser(10).id, { jobTitle: 'Buyer' }, now());
    const first = await round(deltaLink);
    expect((await round(deltaLink)).users).toEqual(first.users);
  });
});

describe('links that no longer hold', () => {
  const code = (reply: Reply) => [reply.status, reply.body.error.code];

  it('expires after 7 days, with another answer after 30', async () => {
    const { deltaLink } = await round('/users/delta?$select=id');
    simulation.clock.nowMs += 7 * DAY_MS;
    expect((await get(deltaLink)).status).toBe(200);
    simulation.clock.nowMs += 1;
    const expired = await get(deltaLink);
    expect(code(expired)).toEqual([410, 'syncStateNotFound']);
    expect(expired.headers.get('location')).toBe(`${simulation.graph}/v1.0/users/delta?$deltatoken=&$select=id`);
    simulation.clock.nowMs += 24 * DAY_MS;
    const ancient = await get(deltaLink);
    expect(code(ancient)).toEqual([400, 'Request_UnsupportedQuery']);
    expect(ancient.body.error.message).toBe('DeltaLink older than 30 days is not supported.');
  });

  it('is 410 with Location after a reset, even twice without a change between; the new round works', async () => {
    const first = await round('/users/delta?$select=id,mail');
    resetDelta(tenant);
    const gone = await get(first.deltaLink);
    expect(gone.status).toBe(410);
    const second = await round(gone.headers.get('location') ?? '');
    expect(second.users).toHaveLength(3);
    expect(Object.keys(second.users[0] ?? {})).toEqual(['id', 'mail']);
    expect((await get(second.deltaLink)).status).toBe(200);
    resetDelta(tenant);
    expect((await get(second.deltaLink)).status).toBe(410);
  });

  it('is 410 when the control asks for a delta reset of the tenant', async () => {
    const { deltaLink } = await round('/users/delta?$select=id');
    simulation.faults.setRules([{ match: { tenantId: CUSTOMER_ID }, kind: 'deltaReset', rate: 1, times: 1 }]);
    expect((await get(deltaLink)).status).toBe(410);
    expect((await get(deltaLink)).status).toBe(200);
  });

  it('refuses a changed token, one of another tenant, and one of the other kind', async () => {
    addMany(100, 300);
    const first = await get('/users/delta?$select=id');
    const { deltaLink } = await round('/users/delta?$select=id');
    expect((await get(deltaLink, OTHER_ID)).status).toBe(400);
    expect((await get(`${deltaLink.slice(0, -3)}AAA`)).status).toBe(400);
    expect((await get(`${deltaLink}%20`)).status).toBe(400);
    expect((await get(first.body['@odata.nextLink'].replace('skiptoken', 'deltatoken'))).status).toBe(400);
  });
});

it('answers an unchanged tenant without looking at its users', async () => {
  const { deltaLink } = await round('/users/delta?$select=id');
  Object.defineProperty(tenant, 'users', {
    get: () => {
      throw new Error('the users were read');
    },
  });
  expect((await round(deltaLink)).users).toEqual([]);
  expect((await get('/users/delta?$select=id')).status).toBe(500);
});

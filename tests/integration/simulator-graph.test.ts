// The simulated Graph over HTTP: tokens, permissions, shapes, users with paging and filters, and batches.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  addUser,
  purgeUser,
  setLicences,
  setSeats,
  softDeleteUser,
} from '../../infra/local/microsoft/graph/mutations.ts';
import { REQUIREMENTS } from '../../infra/local/microsoft/graph/permissions.ts';
import { graphRoutes } from '../../infra/local/microsoft/graph/routes.ts';
import {
  AGENT_ID,
  APP_ID,
  appToken,
  ask,
  CUSTOMER_ID,
  makeUser,
  OTHER_ID,
  PARTNER_ID,
  type Simulation,
  SKU_ID,
  START_MS,
  SUBSCRIPTION_ID,
  startSimulation,
  tenantOf,
  userToken,
} from './simulator-graph-harness.ts';

let simulation: Simulation;
beforeAll(async () => {
  simulation = await startSimulation();
});
afterAll(() => simulation.close());
beforeEach(() => {
  simulation.clock.nowMs = START_MS;
  simulation.faults.setRules([]);
  simulation.randoms.length = 0;
});

const READER = ['User.Read.All', 'Organization.Read.All', 'LicenseAssignment.Read.All', 'AuditLog.Read.All'];
const reader = (tenantId = CUSTOMER_ID) => appToken(simulation, tenantId, READER);

const GUID = z.guid();
const TIME = z.iso.datetime({ offset: true });
const ERROR = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    innerError: z.strictObject({
      date: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      'request-id': GUID,
      'client-request-id': z.string(),
    }),
  }),
});

describe('tokens', () => {
  it('refuses a missing, foreign, expired or mutilated token with InvalidAuthenticationToken', async () => {
    const good = reader();
    const forPartnerCenter = userToken(simulation, {
      scopes: ['User.Read'],
      audience: 'https://api.partnercenter.microsoft.com',
    });
    for (const bearer of [null, 'x.y.z', `${good.slice(0, -6)}AAAAAA`, forPartnerCenter]) {
      const reply = await ask(simulation, bearer, '/organization');
      expect(reply.status).toBe(401);
      expect(ERROR.parse(reply.body).error.code).toBe('InvalidAuthenticationToken');
    }
    simulation.clock.nowMs += 3_600_001;
    expect((await ask(simulation, good, '/organization')).status).toBe(401);
  });

  it('echoes client-request-id and dates answers by its own clock', async () => {
    const reply = await ask(simulation, reader(), '/organization', { headers: { 'client-request-id': 'mine' } });
    expect(reply.headers.get('client-request-id')).toBe('mine');
    expect(reply.headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.headers.get('date')).toBe(new Date(START_MS).toUTCString());
    expect(reply.headers.get('x-ms-resource-unit')).toBe('1');
  });

  it('answers a deleted tenant with Authorization_IdentityNotFound', async () => {
    const tenant = tenantOf(simulation, OTHER_ID);
    tenant.deleted = true;
    const reply = await ask(simulation, reader(OTHER_ID), '/organization');
    tenant.deleted = false;
    expect([reply.status, reply.body.error.code]).toEqual([403, 'Authorization_IdentityNotFound']);
  });
});

describe('routing and permissions', () => {
  it('names the segment that it does not know, and refuses unknown versions and methods', async () => {
    const unknown = await ask(simulation, reader(), '/organisation');
    expect([unknown.status, unknown.body.error.code]).toEqual([400, 'BadRequest']);
    expect(unknown.body.error.message).toBe("Resource not found for the segment 'organisation'.");
    expect((await ask(simulation, reader(), `${simulation.graph}/beta/users`)).status).toBe(400);
    expect((await ask(simulation, reader(), '/organization', { method: 'POST', body: {} })).status).toBe(405);
    expect((await ask(simulation, reader(), '/users/00000000-0000-4000-8000-000000000000')).body.error.code).toBe(
      'Request_ResourceNotFound',
    );
  });

  const routes = graphRoutes().map((route) => ({ route, path: examplePath(route.template) }));

  it.each(routes)('$route.method $path wants its permission', async ({ route, path }) => {
    const init = { method: route.method, ...(route.method === 'GET' || route.method === 'DELETE' ? {} : { body: {} }) };
    for (const bearer of [
      appToken(simulation, PARTNER_ID, ['Mail.Read']),
      userToken(simulation, { scopes: ['Mail.Read'] }),
    ]) {
      const refused = await ask(simulation, bearer, path, init);
      expect([refused.status, ERROR.parse(refused.body).error.code]).toEqual([403, 'Authorization_RequestDenied']);
    }
    for (const permission of REQUIREMENTS[route.requires].delegated) {
      const bearer = userToken(simulation, { scopes: permission.split('+') });
      const reply = await ask(simulation, bearer, path, { ...init, headers: { ConsistencyLevel: 'eventual' } });
      // The path's keys are made up: what matters is that the permission let the call through to its work.
      expect([200, 400, 404], `${permission}: ${JSON.stringify(reply.body)}`).toContain(reply.status);
    }
  });

  it('wants a directory role of a partner user in a customer tenant, even with the scopes', async () => {
    const scopes = ['User.Read.All', 'Organization.Read.All', 'LicenseAssignment.Read.All'];
    const agent = userToken(simulation, { tenantId: CUSTOMER_ID, scopes });
    expect((await ask(simulation, agent, '/users')).status).toBe(200);
    expect((await ask(simulation, agent, '/subscribedSkus')).status).toBe(200);
    const stranger = userToken(simulation, { tenantId: OTHER_ID, scopes });
    expect((await ask(simulation, stranger, '/users')).status).toBe(403);
    expect((await ask(simulation, stranger, '/subscribedSkus')).status).toBe(403);
  });
});

describe('organisation and licences', () => {
  it('lists one organisation; User.Read alone sees its name, id and domains', async () => {
    const full = await ask(simulation, reader(), '/organization');
    expect(full.body['@odata.context']).toBe(`${simulation.graph}/v1.0/$metadata#organization`);
    expect(full.body.value).toHaveLength(1);
    expect(full.body.value[0]).toMatchObject({ id: CUSTOMER_ID, displayName: 'Contoso', countryLetterCode: 'GB' });
    expect(TIME.safeParse(full.body.value[0].createdDateTime).success).toBe(true);
    const basic = await ask(simulation, userToken(simulation, { scopes: ['User.Read'] }), '/organization');
    expect(basic.body.value[0]).toMatchObject({ displayName: 'MSP', countryLetterCode: null, assignedPlans: [] });
    expect(basic.body.value[0].verifiedDomains[0].name).toBe('msp.example');
    const some = await ask(simulation, reader(), '/organization?$select=displayName,id');
    expect(some.body.value).toEqual([{ displayName: 'Contoso', id: CUSTOMER_ID }]);
  });

  it('derives consumed units from assignments, also after disabling, deleting and restarting', async () => {
    const tenant = tenantOf(simulation, CUSTOMER_ID);
    const consumed = async () => (await ask(simulation, reader(), '/subscribedSkus')).body.value[0].consumedUnits;
    expect(await consumed()).toBe(0);
    addUser(tenant, makeUser(20, { assignedLicenses: [{ skuId: SKU_ID, disabledPlans: [] }] }), START_MS);
    addUser(tenant, makeUser(21), START_MS);
    setLicences(tenant, makeUser(21).id, [{ skuId: SKU_ID }], START_MS);
    expect(await consumed()).toBe(2);
    softDeleteUser(tenant, makeUser(20).id, START_MS);
    expect(await consumed()).toBe(1);
    purgeUser(tenant, makeUser(21).id, START_MS);
    purgeUser(tenant, makeUser(20).id, START_MS);
    expect(await consumed()).toBe(0);
  });

  it('answers SKUs in their documented shape and takes $select alone', async () => {
    const reply = await ask(simulation, reader(), '/subscribedSkus');
    const SKU = z.strictObject({
      accountName: z.string(),
      accountId: GUID,
      appliesTo: z.literal('User'),
      capabilityStatus: z.literal('Enabled'),
      consumedUnits: z.int(),
      id: z.literal(`${CUSTOMER_ID}_${SKU_ID}`),
      prepaidUnits: z.strictObject({ enabled: z.int(), lockedOut: z.int(), suspended: z.int(), warning: z.int() }),
      servicePlans: z.array(
        z.strictObject({
          servicePlanId: GUID,
          servicePlanName: z.string(),
          provisioningStatus: z.string(),
          appliesTo: z.string(),
        }),
      ),
      skuId: GUID,
      skuPartNumber: z.string(),
      subscriptionIds: z.array(GUID),
    });
    expect(z.array(SKU).parse(reply.body.value)).toHaveLength(1);
    expect(reply.headers.get('x-ms-resource-unit')).toBe('3');
    expect((await ask(simulation, reader(), '/subscribedSkus?$top=5')).status).toBe(400);
    expect((await ask(simulation, reader(), '/subscribedSkus?$select=skuId')).body.value).toEqual([{ skuId: SKU_ID }]);
  });

  it('moves bought seats through SKU and subscription alike', async () => {
    setSeats(tenantOf(simulation, CUSTOMER_ID), SKU_ID, 30);
    const sku = await ask(simulation, reader(), '/subscribedSkus');
    const subscriptions = await ask(simulation, reader(), '/directory/subscriptions');
    setSeats(tenantOf(simulation, CUSTOMER_ID), SKU_ID, 25);
    expect(sku.body.value[0].prepaidUnits.enabled).toBe(30);
    expect(subscriptions.body.value).toHaveLength(1);
    expect(subscriptions.body.value[0]).toMatchObject({
      id: SUBSCRIPTION_ID,
      totalLicenses: 30,
      status: 'Enabled',
      ownerTenantId: PARTNER_ID,
    });
  });
});

describe('users', () => {
  it('answers the default properties and nothing else; unset ones are null', async () => {
    const reply = await ask(simulation, reader(), '/users');
    const USER = z.strictObject({
      businessPhones: z.array(z.string()),
      displayName: z.string(),
      givenName: z.string().nullable(),
      jobTitle: z.null(),
      mail: z.string().nullable(),
      mobilePhone: z.null(),
      officeLocation: z.null(),
      preferredLanguage: z.null(),
      surname: z.string().nullable(),
      userPrincipalName: z.string(),
      id: GUID,
    });
    expect(z.array(USER).parse(reply.body.value)).toHaveLength(3);
  });

  it('selects what was asked, refuses unknown properties, and 501 for what a collection cannot give', async () => {
    const some = await ask(simulation, reader(), '/users?$select=id,accountEnabled,assignedLicenses&$top=1');
    expect(some.body.value).toEqual([{ id: makeUser(10).id, accountEnabled: true, assignedLicenses: [] }]);
    expect((await ask(simulation, reader(), '/users?$select=id,nickname')).status).toBe(400);
    expect((await ask(simulation, reader(), '/users?$select=aboutMe')).status).toBe(501);
    expect((await ask(simulation, reader(), '/users?$expand=manager')).status).toBe(400);
    expect((await ask(simulation, reader(), '/users?$top=1000')).status).toBe(400);
    expect((await ask(simulation, reader(), '/users?$top=0')).status).toBe(400);
  });

  it('pages by $skiptoken, keeps the other options, and counts on the first page only', async () => {
    const headers = { ConsistencyLevel: 'eventual' };
    const ids: string[] = [];
    let address: string | undefined = '/users?$select=id&$top=2&$count=true';
    const counts: unknown[] = [];
    while (address) {
      const page = await ask(simulation, reader(), address, { headers });
      ids.push(...page.body.value.map((user: { id: string }) => user.id));
      counts.push(page.body['@odata.count']);
      address = page.body['@odata.nextLink'];
      if (address) expect(address.startsWith(`${simulation.graph}/v1.0/users?`)).toBe(true);
    }
    expect(ids).toEqual([10, 11, 12].map((position) => makeUser(position).id));
    expect(counts).toEqual([3, undefined]);
    const silent = await ask(simulation, reader(), '/users?$count=true');
    expect(silent.body['@odata.count']).toBeUndefined();
    expect((await ask(simulation, reader(), '/users/$count')).status).toBe(400);
    expect((await ask(simulation, reader(), '/users/$count', { headers })).body).toBe('3');
  });

  it('refuses a page token of another tenant or a changed one', async () => {
    const page = await ask(simulation, reader(), '/users?$top=1');
    const next: string = page.body['@odata.nextLink'];
    expect((await ask(simulation, reader(OTHER_ID), next)).status).toBe(400);
    expect((await ask(simulation, reader(), `${next.slice(0, -2)}zz`)).status).toBe(400);
  });

  it('goes on after the last user shown was purged, and skips deleted users', async () => {
    const tenant = tenantOf(simulation, CUSTOMER_ID);
    for (const position of [30, 31, 32]) addUser(tenant, makeUser(position), START_MS);
    const first = await ask(simulation, reader(), '/users?$select=id&$top=4');
    expect(first.body.value.at(-1).id).toBe(makeUser(30).id);
    purgeUser(tenant, makeUser(30).id, START_MS);
    softDeleteUser(tenant, makeUser(31).id, START_MS);
    const second = await ask(simulation, reader(), first.body['@odata.nextLink']);
    expect(second.body.value).toEqual([{ id: makeUser(32).id }]);
    for (const position of [31, 32]) purgeUser(tenant, makeUser(position).id, START_MS);
  });

  it('filters by account state, id and name, and refuses what it does not understand', async () => {
    const get = async (filter: string) =>
      ask(simulation, reader(), `/users?$select=id&$filter=${encodeURIComponent(filter)}`);
    expect((await get('accountEnabled eq false')).body.value).toEqual([]);
    expect((await get(`id eq '${makeUser(11).id}'`)).body.value).toEqual([{ id: makeUser(11).id }]);
    expect((await get("userPrincipalName eq 'USER12@contoso.example'")).body.value).toEqual([{ id: makeUser(12).id }]);
    expect((await get("department eq 'Sales' and accountEnabled eq true")).body.value).toHaveLength(2);
    expect((await get("startswith(displayName,'User 1')")).body.value).toHaveLength(3);
    expect((await get("id eq 'a' or accountEnabled eq true and id eq 'b'")).status).toBe(400);
    expect((await get('nothing eq 1')).body.error.code).toBe('Request_UnsupportedQuery');
  });

  it('answers sign-in activity only when selected, permitted and licensed: else the whole request fails', async () => {
    const tenant = tenantOf(simulation, CUSTOMER_ID);
    const signed = tenant.users.get(makeUser(10).id);
    if (!signed) throw new Error('no user');
    signed.signInActivity = { lastSignInDateTime: '2026-05-01T08:00:00Z', lastSuccessfulSignInDateTime: null };
    const address = '/users?$select=id,signInActivity';
    const reply = await ask(simulation, reader(), address);
    expect(reply.body.value[0].signInActivity).toMatchObject({ lastSignInDateTime: '2026-05-01T08:00:00Z' });
    expect(reply.body.value[1]).toEqual({ id: makeUser(11).id });
    const unpermitted = appToken(simulation, CUSTOMER_ID, ['User.Read.All']);
    expect((await ask(simulation, unpermitted, address)).body.error.code).toBe('Authorization_RequestDenied');
    tenant.hasEntraP1 = false;
    const unlicensed = await ask(simulation, reader(), address);
    tenant.hasEntraP1 = true;
    expect([unlicensed.status, unlicensed.body.error.code]).toEqual([
      403,
      'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
    ]);
  });

  it('hides all but the basic properties from User.ReadBasic.All, and others from User.Read', async () => {
    const basic = appToken(simulation, CUSTOMER_ID, ['User.ReadBasic.All']);
    const shown = await ask(
      simulation,
      basic,
      `/users/${makeUser(10).id}?$select=displayName,department,accountEnabled`,
    );
    expect(shown.body).toMatchObject({ displayName: 'User 10', department: null, accountEnabled: null });
    const self = userToken(simulation, { scopes: ['User.Read'] });
    expect((await ask(simulation, self, '/users/agent@msp.example')).body.userPrincipalName).toBe('agent@msp.example');
    expect((await ask(simulation, self, '/users/clerk@msp.example')).status).toBe(403);
    expect((await ask(simulation, self, '/me?$select=displayName')).body.displayName).toBe('User 1');
  });
});

describe('batch', () => {
  const post = (bearer: string, requests: unknown[]) =>
    ask(simulation, bearer, '/$batch', { method: 'POST', body: { requests } });
  const get = (id: string, url: string, more: object = {}) => ({ id, method: 'GET', url, ...more });
  const byId = (responses: { id: string }[], id: string) => responses.find((response) => response.id === id);

  it('answers 200 with the status, headers and body of each item', async () => {
    const { status, body } = await post(reader(), [
      get('1', '/organization?$select=id'),
      get('2', '/subscribedSkus'),
      get('3', '/groups'),
      get('4', '/nothing'),
      get('5', 'https://graph.microsoft.com/v1.0/users'),
    ]);
    expect(status).toBe(200);
    expect(body.responses.map((item: { id: string; status: number }) => [item.id, item.status])).toEqual([
      ['1', 200],
      ['2', 200],
      ['3', 403],
      ['4', 400],
      ['5', 400],
    ]);
    expect(body.responses[0].body.value).toEqual([{ id: CUSTOMER_ID }]);
    expect(body.responses[0].headers['OData-Version']).toBe('4.0');
    expect(ERROR.parse(body.responses[2].body).error.code).toBe('Authorization_RequestDenied');
  });

  it('refuses as a whole: too many, repeated ids, no ids, no method, a body without its type, broken JSON', async () => {
    const many = Array.from({ length: 21 }, (_, index) => get(String(index), '/organization'));
    expect((await post(reader(), many)).status).toBe(400);
    expect((await post(reader(), many.slice(1))).status).toBe(200);
    const repeated = await post(reader(), [get('a', '/organization'), get('A', '/organization')]);
    expect(repeated.body.error.message).toBe('Request Id A has to be unique in a batch.');
    expect((await post(reader(), [{ method: 'GET', url: '/users' }])).status).toBe(400);
    expect((await post(reader(), [{ id: '1', url: '/users' }])).status).toBe(400);
    expect((await post(reader(), [{ id: '1', method: 'POST', url: '/users', body: {} }])).status).toBe(400);
    expect((await post(reader(), [])).status).toBe(400);
    expect((await ask(simulation, null, '/$batch', { method: 'POST', body: {} })).status).toBe(401);
  });

  it('runs dependent items after what they depend on, and 424 after a failure', async () => {
    const { body } = await post(reader(), [
      get('late', '/organization', { dependsOn: ['bad'] }),
      get('bad', '/nothing'),
      get('good', '/organization'),
      get('after', '/organization', { dependsOn: ['good'] }),
      get('third', '/organization', { dependsOn: ['late'] }),
    ]);
    expect(byId(body.responses, 'late')).toMatchObject({ status: 424 });
    expect(byId(body.responses, 'third')).toMatchObject({ status: 424 });
    expect(byId(body.responses, 'after')).toMatchObject({ status: 200 });
    const loop = [get('1', '/users', { dependsOn: ['2'] }), get('2', '/users', { dependsOn: ['1'] })];
    expect((await post(reader(), loop)).status).toBe(400);
    expect((await post(reader(), [get('1', '/users', { dependsOn: ['x'] })])).status).toBe(400);
  });

  it('throttles single items with their own Retry-After, and sometimes answers in another order', async () => {
    simulation.faults.setRules([
      { match: { origin: 'graph', pathPrefix: '/v1.0/users' }, kind: 'batchItem429', rate: 1, retryAfterSeconds: 7 },
    ]);
    simulation.randoms.push(0, 0.9, 0.5, 0);
    const { status, body } = await post(reader(), [
      get('1', '/organization'),
      get('2', '/users/delta?$select=id'),
      get('3', '/subscribedSkus'),
    ]);
    expect(status).toBe(200);
    expect(body.responses.map((item: { id: string }) => item.id)).toEqual(['3', '2', '1']);
    expect(byId(body.responses, '2')).toMatchObject({
      status: 429,
      headers: { 'Retry-After': '7' },
      body: { error: { code: 'TooManyRequests' } },
    });
  });

  it('carries an item header of its own into the item', async () => {
    const { body } = await post(reader(), [
      get('1', '/users?$count=true', { headers: { ConsistencyLevel: 'eventual', 'client-request-id': 'item' } }),
      get('2', '/nothing', { headers: { 'client-request-id': 'item' } }),
    ]);
    expect(body.responses[0].body['@odata.count']).toBe(3);
    expect(body.responses[1].body.error.innerError['client-request-id']).toBe('item');
  });
});

/** A path that the template matches, with made-up keys. */
function examplePath(template: string): string {
  return template
    .replaceAll('{sp}', `(appId='${APP_ID}')`)
    .replaceAll(/\{(cast|call)\}/g, '')
    .replaceAll(/\{(id|key)\}/g, AGENT_ID);
}

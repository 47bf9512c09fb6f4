// The simulated Partner Center over HTTP: customers by pages, subscriptions, application consent, MFA, refusals.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  APP_ID,
  ask,
  CLERK_ID,
  CUSTOMER_ID,
  DIRECTORY_READERS,
  OTHER_ID,
  PARTNER_ID,
  partnerToken,
  relationshipOf,
  type Simulation,
  startSimulation,
  tenantOf,
  userToken,
} from './simulator-graph-harness.ts';

let simulation: Simulation;
beforeEach(async () => {
  simulation = await startSimulation();
});
afterEach(() => simulation.close());

const call = (
  path: string,
  init: { method?: string; body?: unknown; headers?: Record<string, string>; bearer?: string } = {},
) => ask(simulation, init.bearer ?? partnerToken(simulation), `${simulation.partnerCenter}/v1${path}`, init);

const ERROR = z.strictObject({
  code: z.string(),
  description: z.string().max(1024),
  data: z.array(z.unknown()),
  source: z.string(),
});

describe('customers', () => {
  it('come by pages, the next by the continuation token in a header', async () => {
    const first = await call('/customers?size=1');
    expect(first.body).toMatchObject({
      totalCount: 2,
      items: [
        {
          id: CUSTOMER_ID,
          companyProfile: { tenantId: CUSTOMER_ID, domain: 'customer0.example', companyName: 'Old name 0' },
          relationshipToPartner: 'reseller',
        },
      ],
      links: { next: { uri: '/v1/customers?size=1&seekOperation=Next' } },
      attributes: { objectType: 'Collection' },
    });
    const { uri, headers } = first.body.links.next;
    const next = await call(uri.replace('/v1', ''), { headers: { [headers[0].key]: headers[0].value } });
    expect(next.body.items).toMatchObject([{ id: OTHER_ID }]);
    expect(next.body.links.next).toBeUndefined();
    const wrong = await call(uri.replace('/v1', ''), { headers: { 'MS-ContinuationToken': 'x' } });
    expect([wrong.status, ERROR.parse(wrong.body).code]).toEqual([400, '3000']);
    expect((await call('/customers?size=0')).status).toBe(400);
  });

  it('are refused to an indirect reseller and to users who are no admin agents', async () => {
    const clerk = partnerToken(simulation, { userId: CLERK_ID });
    expect(ERROR.parse((await call('/customers', { bearer: clerk })).body).code).toBe('2032');
    tenantOf(simulation, PARTNER_ID).partnerCenter = { available: false };
    expect((await call('/customers')).status).toBe(403);
  });

  it('one by one, with the subscriptions that this partner sold', async () => {
    expect((await call(`/customers/${OTHER_ID}`)).body).toMatchObject({ id: OTHER_ID });
    expect((await call(`/customers/${PARTNER_ID}`)).status).toBe(404);
    const sold = await call(`/customers/${CUSTOMER_ID}/subscriptions`);
    expect(sold.body).toMatchObject({ totalCount: 1, items: [{ quantity: 25, status: 'active', offerName: 'SPB' }] });
    for (const subscription of tenantOf(simulation, CUSTOMER_ID).subscriptions.values())
      subscription.ownerTenantId = null;
    expect((await call(`/customers/${CUSTOMER_ID}/subscriptions`)).body.totalCount).toBe(0);
  });
});

describe('tokens', () => {
  it('says whether the token meets MFA, and refuses those without', async () => {
    const headers = { ValidateMfa: 'true' };
    const good = await call('/customers', { headers });
    expect([good.status, good.headers.get('isMfaCompliant')]).toEqual([200, 'true']);
    const bearer = partnerToken(simulation, { mfa: false });
    const bad = await call('/customers', { headers, bearer });
    expect([bad.status, bad.headers.get('isMfaCompliant'), bad.body.code]).toEqual([401, 'false', '900421']);
    const unasked = await call('/customers', { bearer });
    expect([unasked.status, unasked.headers.get('isMfaCompliant')]).toEqual([401, null]);
  });

  it('refuses a token of Graph, and echoes the ids of the request', async () => {
    const bearer = userToken(simulation, { scopes: ['User.Read'] });
    const refused = await call('/customers', { bearer, headers: { 'MS-CorrelationId': 'c', 'MS-RequestId': 'r' } });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('OAuth realm=urn:cpsvc:cpid:c');
    expect(refused.headers.get('ms-requestid')).toBe('r');
    expect((await call('/nothing')).status).toBe(404);
  });
});

describe('application consent', () => {
  const PATH = `/customers/${CUSTOMER_ID}/applicationconsents`;
  const GRAPH = '00000003-0000-0000-c000-000000000000';
  const body = {
    applicationId: APP_ID,
    applicationGrants: [{ enterpriseApplicationId: GRAPH, scope: 'Directory.Read.All,User.Read' }],
  };
  const post = (path = PATH) => call(path, { method: 'POST', body });

  it('makes the service principal with its scopes, conflicts the second time, and is withdrawn', async () => {
    simulation.settings.propagationDelayMs = 30_000;
    expect((await post()).status).toBe(201);
    const { servicePrincipals } = tenantOf(simulation, CUSTOMER_ID);
    expect(servicePrincipals.get(APP_ID)).toMatchObject({
      effectiveMs: simulation.clock.nowMs + 30_000,
      delegatedGrants: [
        { resourceAppId: GRAPH, scopes: ['Directory.Read.All', 'User.Read'], consentType: 'AllPrincipals' },
      ],
    });
    const again = await post();
    expect([again.status, again.body.description]).toEqual([409, 'Permission entry already exists.']);
    expect((await call(`${PATH}/${APP_ID}`, { method: 'DELETE' })).status).toBe(204);
    expect(servicePrincipals.has(APP_ID)).toBe(false);
    expect((await call(`${PATH}/${APP_ID}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('wants an application role in the customer through an active relationship, and never the own tenant', async () => {
    expect((await post(`/customers/${OTHER_ID}/applicationconsents`)).status).toBe(403);
    expect((await post(`/customers/${PARTNER_ID}/applicationconsents`)).status).toBe(403);
    for (const assignment of relationshipOf(simulation).accessAssignments.values()) {
      assignment.roleDefinitionIds = [DIRECTORY_READERS];
    }
    expect((await post()).status).toBe(403);
  });

  it('refuses an application that nobody registered', async () => {
    const unknown = { ...body, applicationId: PARTNER_ID };
    expect((await call(PATH, { method: 'POST', body: unknown })).status).toBe(400);
    expect((await call(PATH, { method: 'POST', body: { applicationId: APP_ID } })).status).toBe(400);
  });

  it('takes 50 requests a second of one application, then 429 with Retry-After', async () => {
    for (let count = 0; count < 50; count += 1) expect((await post()).status).not.toBe(429);
    const limited = await post();
    expect(limited.status).toBe(429);
    expect(limited.headers.get('retry-after')).toBe('1');
    expect(limited.body).toEqual({ statusCode: 429, message: 'Rate limit is exceeded. Try again in 1 seconds.' });
    simulation.clock.nowMs += 1000;
    expect((await post()).status).toBe(409);
  });
});

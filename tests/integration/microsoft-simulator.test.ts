// The client of Microsoft against the simulated Microsoft, which reads the documentation independently.

import { createHash, X509Certificate } from 'node:crypto';
import selfsigned from 'selfsigned';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listAccounts } from '../../infra/local/microsoft/scenario/accounts.ts';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import { type SimClock, standingClock } from '../../infra/local/microsoft/sim-clock.ts';
import { type RunningMicrosoft, startMicrosoft } from '../../infra/local/microsoft/start.ts';
import { DAY_MS, HOUR_MS } from '../../shared/clock.ts';
import type { AppProof } from '../../shared/config.ts';
import { systemIds } from '../../shared/ids.ts';
import type { Microsoft } from '../../shared/microsoft/microsoft.ts';
import { openMicrosoft } from '../../shared/microsoft/open.ts';
import { partnerAppPermissions } from '../../shared/microsoft/permissions.ts';

const startMs = Date.parse('2034-06-01T08:00:00Z');
const redirectUri = 'http://127.0.0.1:7777/auth/callback';
const secret = 'a-secret-of-the-simulator';
let sim: RunningMicrosoft;
let clock: SimClock;
let pem: string;

beforeAll(async () => {
  const made = await selfsigned.generate([{ name: 'commonName', value: 'test' }], {
    keySize: 2048,
    notBeforeDate: new Date(startMs - DAY_MS),
    notAfterDate: new Date(startMs + 400 * DAY_MS),
  });
  pem = `${made.cert}\n${made.private}`;
  const thumbprint = new X509Certificate(made.cert).fingerprint256.replaceAll(':', '');
  const secrets = [{ value: secret, expiresMs: startMs + 100 * DAY_MS }];
  const certificates = [
    {
      thumbprint: Buffer.from(thumbprint, 'hex').toString('base64url'),
      pem: made.cert,
      expiresMs: startMs + 400 * DAY_MS,
    },
  ];
  clock = standingClock(startMs);
  sim = await startMicrosoft({
    seed: 7,
    customers: 3,
    mix: 'all-active',
    preconsented: true,
    clock,
    settings: { propagationDelayMs: 0 },
    partnerApp: { redirectUris: [redirectUri], secrets, certificates },
    customerApp: { redirectUris: [redirectUri], secrets, certificates },
  });
});
afterAll(() => sim.close());
beforeEach(() => sim.context.faults.setRules([]));

function open(proof: AppProof = { kind: 'secret', secret }): Microsoft {
  return openMicrosoft({
    config: {
      microsoft: {
        loginOrigin: sim.origins.login,
        graphOrigin: sim.origins.graph,
        partnerCenterOrigin: sim.origins.partnerCenter,
        productNamesUrl: sim.origins.graph,
      },
      partnerApp: { clientId: PARTNER_APP_ID, proof },
      customerApp: { clientId: CUSTOMER_APP_ID, proof },
    },
    clock,
    ids: systemIds,
    log: () => undefined,
  });
}

const tenants = (kind: 'customer' | 'partner') =>
  [...sim.world.tenants.values()].filter((tenant) => tenant.kind === kind);
function first<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined) throw new Error('the scenario has none');
  return item;
}
const organizations = z.object({ value: z.array(z.object({ id: z.string(), displayName: z.string() })) });

/** Walks Microsoft's pages like a person: picks the account, approves, consents; gives what comes back to the app. */
async function walk(address: string, upn: string): Promise<URLSearchParams> {
  let cookie = '';
  const steps = [
    { step: 'pick', account: upn },
    { step: 'approve', account: upn },
  ];
  const consent = { step: 'consent', account: upn, answer: 'accept', organisation: 'yes' };
  for (const fields of [...steps, consent]) {
    const response = await fetch(address, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { cookie },
      redirect: 'manual',
    });
    cookie = response.headers.get('set-cookie')?.split(';', 1)[0] ?? cookie;
    const location = response.headers.get('location');
    if (location) return new URL(location).searchParams;
  }
  throw new Error('the pages never came back to the app');
}

describe('app-only tokens', () => {
  const proofs: [string, () => AppProof][] = [
    ['a secret', () => ({ kind: 'secret', secret })],
    ['a certificate', () => ({ kind: 'certificate', pem })],
  ];
  it.each(proofs)('are given for %s and open the customer’s Graph', async (_name, proof) => {
    const customer = first(tenants('customer'));
    const microsoft = open(proof());
    const graph = microsoft.graph(microsoft.customerToken(customer.id));
    const { value } = await graph.get('/organization?$select=id,displayName', organizations);
    expect(value).toEqual([{ id: customer.id, displayName: customer.displayName }]);
  });

  it('are not given to a wrong secret (ours), nor in a tenant without the app (theirs), nor in none at all', async () => {
    const customer = first(tenants('customer'));
    const wrong = open({ kind: 'secret', secret: 'wrong' }).customerToken(customer.id).get();
    await expect(wrong).rejects.toMatchObject({ kind: 'credential', code: 'AADSTS7000215' });
    const partner = first(tenants('partner'));
    await expect(open().customerToken(partner.id).get()).rejects.toMatchObject({ kind: 'consent' });
    const nowhere = open().customerToken('00000000-1111-4222-8333-444444444444').get();
    await expect(nowhere).rejects.toMatchObject({ kind: 'consent', code: 'AADSTS90002' });
  });

  it('survive an outage of a moment, and are asked for anew when the clock moved', async () => {
    const customer = first(tenants('customer'));
    sim.context.faults.setRules([{ match: { origin: 'login' }, kind: 'reset', rate: 1, times: 1, phase: 'after' }]);
    const microsoft = open({ kind: 'certificate', pem });
    const before = await microsoft.customerToken(customer.id).get();
    expect(await microsoft.customerToken(customer.id).get()).toBe(before);
    clock.advance(2 * HOUR_MS);
    expect(await microsoft.customerToken(customer.id).get()).not.toBe(before);
  });
});

describe('batches', () => {
  const requests = [
    { id: 'organization', url: '/organization?$select=id' },
    { id: 'skus', url: '/subscribedSkus' },
    { id: 'users', url: '/users/delta?$select=id,displayName' },
    { id: 'denied', url: '/domains' },
  ];
  const customerGraph = () => {
    const microsoft = open();
    return microsoft.graph(microsoft.customerToken(first(tenants('customer')).id));
  };

  it('give each dataset its own outcome', async () => {
    const outcomes = await customerGraph().batch(requests);
    expect([...outcomes].map(([id, item]) => [id, item.ok || item.error.kind])).toEqual([
      ['organization', true],
      ['skus', true],
      ['users', true],
      ['denied', 'permission'],
    ]);
  });

  it('show a throttled item with its Retry-After, and repeat a short one', async () => {
    const throttle = { match: { origin: 'graph', pathPrefix: '/v1.0/users' }, kind: 'batchItem429', rate: 1 } as const;
    sim.context.faults.setRules([{ ...throttle, retryAfterSeconds: 20 }]);
    const outcomes = await customerGraph().batch(requests.slice(0, 3));
    expect(outcomes.get('skus')).toMatchObject({ ok: true });
    expect(outcomes.get('users')).toMatchObject({ ok: false, error: { kind: 'throttled', retryAfterMs: 20_000 } });
    sim.context.faults.setRules([{ ...throttle, retryAfterSeconds: 1, times: 1 }]);
    expect((await customerGraph().batch(requests.slice(0, 3))).get('users')).toMatchObject({ ok: true });
  });

  it('tell a delta reset', async () => {
    const page = z.object({ '@odata.deltaLink': z.string() });
    const { '@odata.deltaLink': url } = await customerGraph().get('/users/delta?$select=id', page);
    sim.context.faults.setRules([{ match: { origin: 'graph' }, kind: 'deltaReset', rate: 1 }]);
    const outcomes = await customerGraph().batch([{ id: 'users', url }]);
    expect(outcomes.get('users')).toMatchObject({ ok: false, error: { kind: 'reset' } });
  });
});

describe('a person of the partner signs in', () => {
  const codeVerifier = systemIds.token(32);
  const journey = { app: 'partner', redirectUri, nonce: 'n-1' } as const;
  const signIn = async (microsoft: Microsoft, tenant: string, upn: string, scopes: readonly string[]) => {
    const codeChallenge = createHash('sha256').update(codeVerifier).digest('base64url');
    const address = await microsoft.authorizeUrl({ ...journey, tenant, scopes, state: 's-1', codeChallenge });
    const answer = await walk(address, upn);
    expect(answer.get('state')).toBe('s-1');
    return { ...journey, tenant, scopes, code: answer.get('code') ?? '', codeVerifier };
  };
  const administrator = () =>
    first(
      listAccounts(sim.world).filter(
        ({ tenantKind, roleWords, mfa }) =>
          tenantKind === 'partner' &&
          mfa &&
          roleWords.includes('Global Administrator') &&
          roleWords.includes('AdminAgents'),
      ),
    );

  it('with a code that is good once, for an account with its roles', async () => {
    const microsoft = open();
    const account = administrator();
    const request = await signIn(microsoft, 'organizations', account.upn, ['openid', 'profile', 'User.Read']);
    const redeemed = await microsoft.redeemCode(request);
    expect(redeemed.refreshToken).toBeNull();
    expect(redeemed.account).toMatchObject({
      tenantId: account.tenantId,
      objectId: account.userId,
      username: account.upn,
      roles: expect.arrayContaining(['62e90394-69f5-4237-9190-012177145e10']),
    });
    await expect(microsoft.redeemCode(request)).rejects.toMatchObject({ code: 'AADSTS54005' });
  });

  it('not with another nonce or verifier', async () => {
    const microsoft = open();
    const { upn } = administrator();
    const request = await signIn(microsoft, 'organizations', upn, ['openid', 'profile']);
    await expect(microsoft.redeemCode({ ...request, nonce: 'n-2' })).rejects.toMatchObject({
      code: 'id_token_invalid',
    });
    const other = await signIn(microsoft, 'organizations', upn, ['openid', 'profile']);
    const stolen = microsoft.redeemCode({ ...other, codeVerifier: systemIds.token(32) });
    await expect(stolen).rejects.toMatchObject({ source: 'entra', status: 400 });
  });

  it('and the refresh token opens Graph and Partner Center, page by page', async () => {
    const microsoft = open({ kind: 'certificate', pem });
    const { upn, tenantId } = administrator();
    const graphScopes = partnerAppPermissions
      .filter(({ resource }) => resource === 'graph')
      .map(({ permission }) => permission);
    const consented = partnerAppPermissions.map((row) =>
      row.resource === 'graph' ? row.permission : `https://api.partnercenter.microsoft.com/${row.permission}`,
    );
    // Consent may be asked for several resources at once, but a token is for one.
    const request = { ...(await signIn(microsoft, tenantId, upn, consented)), scopes: graphScopes };
    const { refreshToken } = await microsoft.redeemCode(request);
    const graphTokens = await microsoft.refresh({ refreshToken: refreshToken ?? '', tenantId, resource: 'graph' });
    expect(graphTokens.expiresAtMs).toBeGreaterThan(clock.now());
    const sourceOf = (token: string) => ({ get: async () => token, renew: async () => token });
    const seen: unknown[] = [];
    const graph = microsoft.graph(sourceOf(graphTokens.accessToken));
    const path = '/tenantRelationships/delegatedAdminCustomers?$top=1';
    for await (const page of graph.pages(path, z.object({ tenantId: z.string() }))) seen.push(...page);
    expect(seen).toHaveLength(3);

    const tokens = await microsoft.refresh({
      refreshToken: graphTokens.refreshToken,
      tenantId,
      resource: 'partnerCenter',
    });
    const partnerCenter = microsoft.partnerCenter(sourceOf(tokens.accessToken));
    expect(await partnerCenter.isMfaCompliant()).toBe(true);
    const customers: string[] = [];
    for await (const page of partnerCenter.customers()) customers.push(...page.map((customer) => customer.tenantId));
    const sold = sim.world.resellerRelations.filter(({ partnerTenantId }) => partnerTenantId === tenantId);
    expect(sold.length).toBeGreaterThan(0);
    expect(customers.sort()).toEqual(sold.map(({ customerTenantId }) => customerTenantId).sort());
  });
});

// The cloud of the US Government beside the global one: every request goes to the addresses of its cloud and to no other,
// and asks for tokens for the Graph of that cloud. The network is a table of answers; nothing is sent anywhere.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../shared/clock.ts';
import { systemIds } from '../../shared/ids.ts';
import { cloudNames, clouds, tokenExchangeAudience } from '../../shared/microsoft/clouds.ts';
import type { OwnApp } from '../../shared/microsoft/microsoft.ts';
import { openMicrosoft } from '../../shared/microsoft/open.ts';
import { readConfig } from '../../shared/read-config.ts';
import { localEnvironment } from '../fixtures/host-app.ts';

const tenantId = '7dd7944f-b4aa-454b-9908-4376f6f770ca';
const objectId = '0f7d8a62-9f1b-4b57-a1b1-2c1f6d9e6f11';
const ownApp: OwnApp = { clientId: '33333333-0000-4000-8000-000000000003', proof: { kind: 'secret', secret: 'own' } };
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));

interface Sent {
  url: URL;
  form: URLSearchParams;
}

/** The client of Microsoft for a cloud, on a network that answers for exactly that cloud's hosts. */
function openCloud(cloud: (typeof cloudNames)[number]) {
  const config = readConfig({ ...localEnvironment('/data'), TENANTRY_CLOUD: cloud });
  const { loginOrigin, graphOrigin, partnerCenterOrigin } = clouds[cloud];
  const sent: Sent[] = [];
  const answer = async (url: URL, form: URLSearchParams): Promise<unknown> => {
    if (url.origin === graphOrigin && url.pathname.endsWith('/foreign'))
      return { value: [], '@odata.nextLink': 'https://graph.elsewhere.example/v1.0/users' };
    if (url.origin === graphOrigin) return { id: tenantId };
    if (url.origin === partnerCenterOrigin) return { items: [] };
    if (url.origin !== loginOrigin) throw new Error(`${url.origin} is not of this cloud`);
    if (url.pathname.endsWith('/keys'))
      return { keys: [{ ...(await exportJWK(createPublicKey(key))), kid: 'k1', use: 'sig' }] };
    if (url.pathname.endsWith('/openid-configuration')) {
      const named = url.pathname.startsWith('/organizations') ? '{tenantid}' : tenantId;
      return { issuer: `${loginOrigin}/${named}/v2.0`, jwks_uri: `${loginOrigin}/organizations/discovery/v2.0/keys` };
    }
    const tokens = { access_token: 'at', expires_in: 3600, refresh_token: 'rt' };
    if (form.get('grant_type') !== 'authorization_code') return tokens;
    const claims = {
      nonce: 'n',
      tid: tenantId,
      oid: objectId,
      name: 'Ada',
      preferred_username: 'ada@x.example',
      ver: '2.0',
    };
    const idToken = new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(`${loginOrigin}/${tenantId}/v2.0`)
      .setAudience(form.get('client_id') ?? '')
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime('1h');
    return { ...tokens, id_token: await idToken.sign(key) };
  };
  const fetch = async (address: string, init: RequestInit) => {
    const url = new URL(address);
    const form = new URLSearchParams(z.string().catch('').parse(init.body));
    sent.push({ url, form });
    return Response.json(await answer(url, form));
  };
  const microsoft = openMicrosoft({ config, clock: systemClock, ids: systemIds, log: () => undefined, fetch });
  return { microsoft, sent, ...clouds[cloud] };
}

const journey = {
  redirectUri: 'https://portal.example/own-app/x/callback',
  state: 's',
  nonce: 'n',
  codeChallenge: 'c',
};

describe.each(cloudNames)('the cloud %s', (cloud) => {
  it('signs in, and validates the id_token of its own issuer', async () => {
    const { microsoft, sent, loginOrigin, graphOrigin } = openCloud(cloud);
    const scopes = ['openid', `${graphOrigin}/User.Read`];
    const url = new URL(await microsoft.authorizeUrl({ app: ownApp, tenant: tenantId, scopes, ...journey }));
    expect(`${url.origin}${url.pathname}`).toBe(`${loginOrigin}/${tenantId}/oauth2/v2.0/authorize`);
    expect(url.searchParams.get('client_id')).toBe(ownApp.clientId);
    expect(url.searchParams.get('scope')).toBe(scopes.join(' '));
    const redemption = await microsoft.redeemCode({
      ...{ app: ownApp, tenant: tenantId, scopes, redirectUri: journey.redirectUri, nonce: 'n' },
      ...{ code: 'c', codeVerifier: 'v'.repeat(43) },
    });
    expect(redemption.account).toMatchObject({ tenantId, objectId });
    expect(sent.every((each) => each.url.origin === loginOrigin)).toBe(true);
  });

  it('asks for tokens for its own Graph, with either app, and reads there', async () => {
    const { microsoft, sent, loginOrigin, graphOrigin } = openCloud(cloud);
    for (const own of [undefined, ownApp]) {
      const graph = microsoft.graph(microsoft.customerToken(tenantId, own));
      await graph.get('/organization', z.object({ id: z.string() }));
    }
    const asked = sent.filter(({ url }) => url.pathname.endsWith('/token'));
    expect(asked.map(({ form }) => form.get('client_id'))).toEqual([
      '22222222-2222-4222-8222-222222222222',
      ownApp.clientId,
    ]);
    for (const { url, form } of asked) {
      expect(`${url.origin}${url.pathname}`).toBe(`${loginOrigin}/${tenantId}/oauth2/v2.0/token`);
      expect(form.get('scope')?.split(' ')).toContain(`${graphOrigin}/.default`);
    }
    const reads = sent.filter(({ url }) => url.pathname === '/v1.0/organization');
    expect(reads.map(({ url }) => url.origin)).toEqual([graphOrigin, graphOrigin]);
  });

  it('follows no link out of its cloud', async () => {
    const { microsoft } = openCloud(cloud);
    const pages = microsoft.graph(microsoft.customerToken(tenantId)).pages('/foreign', z.unknown());
    await expect(pages.next().then(() => pages.next())).rejects.toMatchObject({ code: 'foreign_link' });
  });

  it('consents at its own sign-in service, for its own Graph', () => {
    const { microsoft, loginOrigin, graphOrigin } = openCloud(cloud);
    const url = new URL(microsoft.adminConsentUrl({ tenantId, redirectUri: journey.redirectUri, state: 's', ownApp }));
    expect(`${url.origin}${url.pathname}`).toBe(`${loginOrigin}/${tenantId}/v2.0/adminconsent`);
    expect(url.searchParams.get('scope')).toBe(`${graphOrigin}/.default`);
    expect(url.searchParams.get('client_id')).toBe(ownApp.clientId);
  });

  it('uses refresh tokens for Graph and Partner Center of the cloud', async () => {
    const { microsoft, sent, graphOrigin, partnerCenterOrigin } = openCloud(cloud);
    await microsoft.refresh({ refreshToken: 'rt', tenantId, resource: 'graph', ownApp });
    await microsoft.refresh({ refreshToken: 'rt', tenantId, resource: 'partnerCenter' });
    const asked = sent.map(({ form }) => [form.get('client_id'), form.get('scope')?.split(' ')[0]]);
    expect(asked).toEqual([
      [ownApp.clientId, `${graphOrigin}/.default`],
      ['11111111-1111-4111-8111-111111111111', `${partnerCenterOrigin}/.default`],
    ]);
    const give = async () => 'token';
    for await (const customers of microsoft.partnerCenter({ get: give, renew: give }).customers())
      expect(customers).toEqual([]);
    expect(sent.at(-1)?.url.origin).toBe(partnerCenterOrigin);
  });

  it('finds the tenant of a domain', async () => {
    const { microsoft, sent, loginOrigin } = openCloud(cloud);
    expect(await microsoft.tenantOfDomain('Agency.example')).toBe(tenantId);
    expect(sent[0]?.url.href).toBe(`${loginOrigin}/agency.example/v2.0/.well-known/openid-configuration`);
  });
});

it.each([
  ['https://login.microsoftonline.com', 'api://AzureADTokenExchange'],
  ['https://login.microsoftonline.us', 'api://AzureADTokenExchangeUSGov'],
  ['http://localhost:4000', 'api://AzureADTokenExchange'],
])('a managed identity at %s asks for %s', (loginOrigin, audience) => {
  expect(tokenExchangeAudience(loginOrigin)).toBe(audience);
});

// Attacks on the journeys to Microsoft and back: states, callbacks, codes, evidence and links.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { memberDoc } from '../../shared/access/documents.ts';
import { DAY_MS, MINUTE_MS } from '../../shared/clock.ts';
import { readConsentResult } from '../../shared/consent/landing.ts';
import { runVerify } from '../../shared/consent/verify.ts';
import { listAs } from '../../shared/store/scoped.ts';
import {
  adminOf,
  connectedPartner,
  consentAs,
  consentOf,
  customerOf,
  endRelationships,
  first,
  linkPath,
  linksOf,
  must,
  noticeEnd,
  raw,
  second,
  service,
  startAttackedWorld,
  type Undelivered,
  undelivered,
} from './attacks-kit.ts';
import type { TestWorld } from './kit/world.ts';

let world: TestWorld;
let msp: HttpBrowser;
let customer: Tenant;

const callbacks = {
  signIn: '/auth/callback',
  connect: '/connect/callback',
  consent: '/consent/callback',
  consentEvidence: '/consent/sign-in-callback',
} as const;
type Purpose = keyof typeof callbacks;
const purposes = ['signIn', 'connect', 'consent', 'consentEvidence'] as const;

/** One journey of each kind, stopped before its answer is delivered. */
async function journeyOf(purpose: Purpose): Promise<Undelivered> {
  const { publicUrl } = world;
  if (purpose === 'signIn') {
    const browser = world.openBrowser();
    await browser.post(`${publicUrl}/sign-in/start`, {});
    return undelivered(browser, service(first), callbacks.signIn);
  }
  if (purpose === 'connect') {
    const browser = world.openBrowser();
    await world.signIn(browser, service(first));
    const { body } = await world.api(browser, 'GET', '/api/v1/connections');
    await world.postForm(browser, `/connections/${Object(body).items[0].connectionId}/reauthorize`);
    return undelivered(browser, service(first), callbacks.connect);
  }
  const browser = world.openBrowser();
  await browser.post(`${publicUrl}${await linkPath(world, msp, customer)}/start`, {});
  const consented = await undelivered(browser, adminOf(customer), callbacks.consent);
  if (purpose === 'consent') return consented;
  endRelationships(world, customer);
  await noticeEnd(world, customer);
  const page = await browser.get(consented.answer, {
    stopBefore: ({ pathname }) => pathname === callbacks.consentEvidence,
  });
  const onward = page.headers.get('location');
  if (onward && new URL(onward).pathname === callbacks.consentEvidence) return { browser, answer: new URL(onward) };
  return undelivered(browser, adminOf(customer), callbacks.consentEvidence);
}

const at = (path: string, answer: URL): URL => new URL(`${path}${answer.search}`, world.publicUrl);
const changed = (answer: URL, change: Record<string, string | null>): URL => {
  const url = new URL(answer);
  for (const [name, value] of Object.entries(change))
    if (value === null) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  return url;
};

/** What no refused answer may change. */
async function footprint(): Promise<unknown> {
  const { workspace } = world.workspace(world.tenant(first));
  return {
    consent: await consentOf(world, customer),
    links: await linksOf(world, customer),
    members: await listAs(workspace, { type: 'member' }, memberDoc),
    connections: (await world.api(msp, 'GET', '/api/v1/connections')).body,
  };
}

describe('states', () => {
  beforeAll(async () => {
    world = await startAttackedWorld({ customers: 6 });
    msp = await connectedPartner(world, first);
  });
  beforeEach(async () => {
    // Sessions do not outlive the journeys that are let run out.
    msp = await signedIn(service(first));
    const customers = world.customersOf(world.tenant(first));
    const consents = await Promise.all(customers.map((one) => consentOf(world, one)));
    customer = must(customers.find((_, index) => consents[index]?.status !== 'Granted'));
  });
  afterAll(() => world.close());

  for (const made of purposes)
    for (const taken of purposes.filter((one) => one !== made))
      it(`of ${made} are not taken by ${taken}, and stay good for their own`, async () => {
        const { browser, answer } = await journeyOf(made);
        const before = await footprint();
        const page = await browser.get(at(callbacks[taken], answer));
        if (taken === 'connect' && page.url.pathname === '/sign-in') expect(made).not.toBe('connect');
        else expect(page.status).toBe(400);
        expect(await footprint()).toEqual(before);
      });

  it.each(purposes)('of %s are good once, in one browser, whatever is raced', async (purpose) => {
    const { browser, answer } = await journeyOf(purpose);
    const thief = purpose === 'connect' ? await signedIn(service(first)) : world.openBrowser();
    expect((await thief.get(answer)).status).toBe(400);
    const header = { cookie: await browser.jar.getCookieString(answer.href) };
    const path = `${answer.pathname}${answer.search}`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => raw(world, path, { headers: header })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([303, 400, 400, 400, 400, 400, 400, 400]);
  });

  it.each(purposes)('of %s that are forged, cut, doubled or lacking are refused', async (purpose) => {
    const { browser, answer } = await journeyOf(purpose);
    const before = await footprint();
    const state = must(answer.searchParams.get('state'));
    const [head, ...rest] = state.split('.');
    const header = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url');
    const own = JSON.parse(Buffer.from(must(head), 'base64url').toString());
    const forgeries = [
      null,
      '',
      'x',
      '....',
      state.slice(0, -1),
      `${state}A`,
      [header({ ...own, kid: 'k2' }), ...rest].join('.'),
      [header({ ...own, alg: 'none' }), ...rest].join('.'),
      [header({ ...own, alg: 'A256KW' }), ...rest].join('.'),
      [header({ ...own, enc: 'A128CBC-HS256' }), ...rest].join('.'),
      [header({ ...own, zip: 'DEF' }), ...rest].join('.'),
      [header({ ...own, ctx: 'AAAA' }), ...rest].join('.'),
      `${header({ alg: 'none' })}.${header({ flowId: 'x' })}.`,
      `${'A'.repeat(6000)}.....`,
    ];
    for (const forged of forgeries) {
      const page = await browser.get(changed(answer, { state: forged }));
      expect([forged, page.status]).toEqual([forged, 400]);
    }
    const twice = new URL(answer);
    twice.searchParams.delete('state');
    twice.search = `?state=x&${twice.searchParams}&state=${state}`;
    expect((await browser.get(twice)).status).toBe(400);
    world.clock.advance(15 * MINUTE_MS);
    expect((await browser.get(answer)).status).toBe(400);
    if (purpose !== 'connect') expect(await footprint()).toEqual(before);
  });

  it('stay with their workspace: the Admin of another one cannot end a connection', async () => {
    const victim = await journeyOf('connect');
    const other = await signedIn(service(second));
    const flow = await victim.browser.jar.getCookieString(victim.answer.href);
    const session = await other.jar.getCookieString(victim.answer.href);
    const cookies = [...flow.split('; ').filter((one) => one.includes('-flow=')), ...session.split('; ')];
    const unique = [...new Map(cookies.map((one) => [one.split('=')[0], one])).values()];
    const mixed = unique.map((one) => (one.includes('-flow=') ? must(cookies.find((c) => c.includes('-flow='))) : one));
    const path = `${victim.answer.pathname}${victim.answer.search}`;
    const answer = await raw(world, path, { headers: { cookie: mixed.join('; ') } });
    expect(answer.status).toBe(404);
    expect(Object((await world.api(other, 'GET', '/api/v1/connections')).body).items).toEqual([]);
  });

  it('cannot be planted in another browser: no sign-in as somebody else', async () => {
    const attacker = await journeyOf('signIn');
    const victim = world.openBrowser();
    await victim.get(`${world.publicUrl}/sign-in`);
    expect((await victim.get(attacker.answer)).status).toBe(400);
    // A victim with a journey of their own under way has another secret in their cookie.
    await victim.post(`${world.publicUrl}/sign-in/start`, {}, { stopBefore: () => true });
    expect((await victim.get(attacker.answer)).status).toBe(400);
    expect((await world.api(victim, 'GET', '/api/v1/session')).status).toBe(401);
  });

  it.each<[string, string]>([
    ['two', '{0}; {0}'],
    ['an empty one', '__Host-tenantry-flow='],
    ['a short one', '__Host-tenantry-flow=AAAA'],
    ['a guess', `__Host-tenantry-flow=${'A'.repeat(43)}`],
  ])('are refused with %s instead of the cookie', async (_name, template) => {
    const { browser, answer } = await journeyOf('signIn');
    const cookie = template.replaceAll('{0}', await browser.jar.getCookieString(answer.href));
    const page = await raw(world, `${answer.pathname}${answer.search}`, { headers: { cookie } });
    expect(page.status).toBe(400);
  });

  it('a session is new at each sign-in, never one that the browser brought along', async () => {
    const { browser, answer } = await journeyOf('signIn');
    const planted = await signedIn(service(second));
    const foreign = must(
      (await planted.jar.getCookieString(answer.href)).split('; ').find((c) => c.startsWith('__Host-tenantry=')),
    );
    const own = await browser.jar.getCookieString(answer.href);
    const page = await raw(world, `${answer.pathname}${answer.search}`, { headers: { cookie: `${own}; ${foreign}` } });
    const set = [page.headers['set-cookie'] ?? []].flat().find((c) => c.startsWith('__Host-tenantry='));
    expect(set?.split(';')[0]).not.toBe(foreign);
    const cookie = must(set?.split(';')[0]);
    const session = await raw(world, '/api/v1/session', { headers: { cookie } });
    expect(JSON.parse(session.text).workspace.workspaceId).toBe(world.tenant(first).id);
  });

  it('a code of the customer app, or of another journey, is worth nothing at another callback', async () => {
    const evidence = await journeyOf('consentEvidence');
    const signIn = await journeyOf('signIn');
    const code = must(evidence.answer.searchParams.get('code'));
    const page = await signIn.browser.get(changed(signIn.answer, { code }));
    expect(page.status).toBe(403);
    expect((await world.api(signIn.browser, 'GET', '/api/v1/session')).status).toBe(401);
  });
});

async function signedIn(upn: string): Promise<HttpBrowser> {
  const browser = world.openBrowser();
  await world.signIn(browser, upn);
  return browser;
}

describe('consent without authority', () => {
  let other: Tenant;
  let untouched: Tenant[];
  beforeAll(async () => {
    world = await startAttackedWorld({ customers: 20 });
    msp = await connectedPartner(world, first);
    untouched = world.customersOf(world.tenant(first));
    other = must(untouched.shift());
  });
  beforeEach(async () => {
    msp = await signedIn(service(first));
    customer = must(untouched.shift());
  });
  afterAll(() => world.close());

  const resultOf = (browser: HttpBrowser) =>
    readConsentResult(world.app, browser.page().url.searchParams.get('r') ?? undefined);
  const verify = async () => {
    const message = { kind: 'verify', workspaceId: world.tenant(first).id, tenantId: customer.id, attempt: 1 } as const;
    await runVerify(world.app, message, `verify:${world.clock.now()}`);
    return consentOf(world, customer);
  };

  it('GDAP that ended a minute after discovery read it is no evidence', async () => {
    const { browser, answer } = await journeyOf('consent');
    endRelationships(world, customer);
    world.clock.advance(MINUTE_MS);
    const page = await browser.get(answer, { stopBefore: ({ pathname }) => pathname.endsWith('/authorize') });
    expect(must(page.headers.get('location'))).toContain(customer.id);
    expect((await consentOf(world, customer))?.status).toBe('InProgress');
  });

  it('an old sign-in does not speak for a grant that somebody makes later', async () => {
    endRelationships(world, customer);
    await noticeEnd(world, customer);
    await consentAs(world, await linkPath(world, msp, customer), adminOf(customer));
    expect(await consentOf(world, customer)).toMatchObject({ status: 'Granted', evidence: { kind: 'adminSignIn' } });
    const principal = must([...customer.servicePrincipals.values()].find(({ appRoles }) => appRoles.length > 1));
    const roles = principal.appRoles;
    principal.appRoles = roles.slice(1);
    expect((await verify())?.status).toBe('UpgradeNeeded');
    // Somebody opens a new link and declines; then the customer removes the app, and consents for another provider.
    const path = await linkPath(world, msp, customer);
    const browser = world.openBrowser();
    await browser.post(`${world.publicUrl}${path}/start`, {});
    await passMicrosoft(browser, adminOf(customer), { consent: 'cancel' });
    customer.servicePrincipals.delete(principal.appId);
    world.clock.advance(2 * DAY_MS);
    await verify();
    customer.servicePrincipals.set(principal.appId, { ...principal, appRoles: roles });
    const again = await signedIn(service(first));
    const check = () => world.api(again, 'POST', `/api/v1/customers/${customer.id}/consent/check`);
    await check();
    const start = `${world.publicUrl}${await linkPath(world, again, customer)}/start`;
    await world.openBrowser().post(start, {}, { stopBefore: () => true });
    expect((await consentOf(world, customer))?.status).toBe('InProgress');
    await check();
    expect((await consentOf(world, customer))?.status).toBe('InProgress');
  });

  it('what a stranger writes into the answer is not shown as Microsoft’s words', async () => {
    const path = await linkPath(world, msp, customer);
    for (const error of ['server_error', 'x'.repeat(5000), '<script>alert(1)</script>']) {
      const browser = world.openBrowser();
      const away = await browser.post(`${world.publicUrl}${path}/start`, {}, { stopBefore: () => true });
      const state = must(new URL(must(away.headers.get('location'))).searchParams.get('state'));
      const words = 'AADSTS99999999: Call +31 900 1234 and read out your password at evil.example';
      const query = new URLSearchParams({ state, error, error_description: words });
      const page = await browser.get(`${world.publicUrl}/consent/callback?${query}`);
      expect(page.status).toBe(200);
      expect(await resultOf(browser)).toMatchObject({ kind: 'failed' });
      for (const text of [page.text, JSON.stringify(await consentOf(world, customer))]) {
        expect(text).not.toContain('evil.example');
        expect(text).not.toContain('<script>alert');
        expect(text).not.toContain('x'.repeat(100));
      }
    }
  });

  it.each<[string, Record<string, string | null>]>([
    ['the tenant of another customer', { tenant: 'OTHER' }],
    ['no tenant', { tenant: null }],
    ['a tenant that is none', { tenant: 'common' }],
    ['consent that was not given', { admin_consent: 'False' }],
    ['no word on consent', { admin_consent: null }],
    ['an error beside the consent', { error: 'access_denied' }],
    ['an empty error beside the consent', { error: '' }],
  ])('is not taken from an answer with %s', async (_name, change) => {
    const { browser, answer } = await journeyOf('consent');
    const fields = { ...change, ...(change['tenant'] === 'OTHER' ? { tenant: other.id } : {}) };
    await browser.get(changed(answer, fields));
    expect((await consentOf(world, customer))?.evidence).toBeNull();
    expect(['Granted', 'ConsentPending', 'GrantingApplicationRoles']).not.toContain(
      (await consentOf(world, customer))?.status,
    );
    expect(await consentOf(world, other)).toBeUndefined();
  });

  it('the tenant’s id counts in whatever case Microsoft writes it', async () => {
    const { browser, answer } = await journeyOf('consent');
    await browser.get(changed(answer, { tenant: customer.id.toUpperCase(), admin_consent: 'true' }));
    expect((await consentOf(world, customer))?.status).toBe('Granted');
  });

  it.each<[string, () => string]>([
    [
      'an ordinary user',
      () =>
        must([...customer.users.values()].find((user) => user.directoryRoles.length === 0 && user.accountEnabled))
          .userPrincipalName,
    ],
    ['an administrator of another customer', () => adminOf(other)],
    ['the Admin of the MSP itself', () => service(first)],
    ['a guest of the tenant', () => addGuestOf(customer)],
  ])('the evidence of %s is none', async (_who, upn) => {
    const consented = await journeyOf('consent');
    endRelationships(world, customer);
    const { browser } = consented;
    const page = await browser.get(consented.answer, { stopBefore: ({ pathname }) => pathname.endsWith('/authorize') });
    const authorize = new URL(must(page.headers.get('location')));
    authorize.searchParams.set('prompt', 'login');
    await browser.get(authorize);
    await passMicrosoft(browser, upn());
    expect((await consentOf(world, customer))?.evidence).toBeNull();
    expect((await consentOf(world, customer))?.status).not.toBe('Granted');
  });

  it('a sign-in at another tenant, where the person is an administrator, is no evidence', async () => {
    const consented = await journeyOf('consent');
    endRelationships(world, customer);
    const { browser } = consented;
    const page = await browser.get(consented.answer, { stopBefore: ({ pathname }) => pathname.endsWith('/authorize') });
    const authorize = new URL(must(page.headers.get('location')).replace(customer.id, other.id));
    authorize.searchParams.set('prompt', 'login');
    await browser.get(authorize);
    await passMicrosoft(browser, adminOf(other));
    expect((await consentOf(world, customer))?.evidence).toBeNull();
    expect(await consentOf(world, other)).toBeUndefined();
  });

  /** An ordinary user of the other partner, invited by the customer. */
  function addGuestOf(tenant: Tenant): string {
    const home = world.tenant(second);
    const account = must(
      [...home.users.values()].find(({ userPrincipalName }) => userPrincipalName.startsWith('sam.')),
    );
    const id = '0e9e7b52-52f5-4d34-9e2c-6f2a3a5a7c11';
    tenant.users.set(id, {
      ...account,
      id,
      userPrincipalName: `sam_guest#EXT#@${tenant.initialDomain}`,
      userType: 'Guest',
      homeAccount: { tenantId: home.id, userId: account.id },
    });
    return account.userPrincipalName;
  }

  it('a run stops as soon as discovery sees that GDAP has ended', async () => {
    await consentAs(world, await linkPath(world, msp, customer), adminOf(customer));
    expect((await world.api(msp, 'POST', `/api/v1/customers/${customer.id}/sync`)).status).toBe(202);
    endRelationships(world, customer);
    await noticeEnd(world, customer);
    expect((await world.api(msp, 'POST', `/api/v1/customers/${customer.id}/sync`)).status).toBe(409);
    expect((await world.api(msp, 'GET', `/api/v1/customers/${customer.id}`)).body).toMatchObject({
      readiness: { ready: false },
    });
  });
});

describe('links', () => {
  beforeAll(async () => {
    world = await startAttackedWorld();
    msp = await connectedPartner(world, first);
    customer = customerOf(world, first);
  });
  afterAll(() => world.close());

  it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'PATCH', 'DELETE'])('change nothing by %s', async (method) => {
    const path = await linkPath(world, msp, customer);
    const before = await footprint();
    const scanner = { 'user-agent': 'MailScanner/1.0', 'sec-purpose': 'prefetch' };
    for (const target of [path, `${path}/`, `${path}/start`, `${path}?start`, `${path}%2Fstart`]) {
      const answer = await raw(world, target, { method, headers: scanner });
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.status).toBeLessThan(500);
    }
    expect(await footprint()).toEqual(before);
  });

  it.each<[string, Record<string, string>]>([
    ['without a word on where it comes from', {}],
    ['from another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['from a site of the same host', { origin: 'null', 'sec-fetch-site': 'same-site' }],
    ['with the origin null alone', { origin: 'null' }],
    ['typed', { 'sec-fetch-site': 'none' }],
    ['with an override of the method', { 'x-http-method-override': 'POST', 'sec-fetch-site': 'cross-site' }],
  ])('begin nothing by a POST %s', async (_name, headers) => {
    const path = await linkPath(world, msp, customer);
    const before = await footprint();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await raw(world, `${path}/start`, {
      method: 'POST',
      headers: { ...form, ...headers },
      body: '_method=POST',
    });
    expect(answer.status).toBe(403);
    expect(await footprint()).toEqual(before);
  });

  it('of nobody, in every odd form, look the same to a stranger', async () => {
    const odd = [
      'A'.repeat(43),
      'A'.repeat(42),
      'a',
      '.'.repeat(43),
      '%00'.repeat(3),
      '..%2f..%2fconnections',
      'A'.repeat(3000),
      '%F0%9F%92%A9',
      'A'.repeat(43).replace(/^A/, '%41'),
    ];
    const texts = new Set<string>();
    for (const token of odd) {
      const answer = await raw(world, `/consent/${token}`);
      expect([token, answer.status]).toEqual([token, 404]);
      texts.add(answer.text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, ''));
      const start = await raw(world, `/consent/${token}/start`, {
        method: 'POST',
        headers: { 'sec-fetch-site': 'same-origin' },
      });
      expect([token, start.status]).toEqual([token, 404]);
    }
    expect(texts.size).toBe(1);
  });

  it('that are revoked during the journey do not end it', async () => {
    const revoked = await journeyOf('consent');
    const link = must((await linksOf(world, customer)).find(({ status }) => status === 'open'));
    const path = `/api/v1/customers/${customer.id}/consent-links/${link.linkId}`;
    expect((await world.api(msp, 'DELETE', path)).status).toBe(200);
    expect((await revoked.browser.get(revoked.answer)).status).toBe(404);
    expect((await consentOf(world, customer))?.status).toBe('InProgress');
  });
});

// Attacks on what is written down: after every journey was driven, with the log at debug, no secret is in the log, the
// files of store and queue, the audit, the pages or the answers of the API. And names that are code are shown as names.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { openSealer } from '../../shared/access/seal.ts';
import { consentLinkDoc } from '../../shared/consent/documents.ts';
import { readAs } from '../../shared/store/scoped.ts';
import {
  adminOf,
  connectedPartner,
  consentAs,
  cookieOf,
  csrfOf,
  customerOf,
  discovered,
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
} from './attacks-kit.ts';
import { type TestWorld, until } from './kit/world.ts';

let world: TestWorld;
let admin: HttpBrowser;
let reader: HttpBrowser;
const secrets = new Map<string, string>();
const seen: string[] = [];

const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>'&lt;{{7*7}}\${7*7}`;
const isMarkup = /<script>alert|<img src=x|onerror=alert\(2\)>/;

const getAs = async (browser: HttpBrowser, path: string) => {
  const { text, headers } = await browser.get(`${world.publicUrl}${path}`);
  seen.push(text, JSON.stringify([...headers]));
  return text;
};
const partner = () => world.tenant(first);
const customer = (index: number): Tenant => customerOf(world, first, index);

beforeAll(async () => {
  world = await startAttackedWorld({ customers: 4 });
  const named = customer(0);
  // Names are whatever people typed at Microsoft.
  named.displayName = evil;
  for (const user of named.users.values()) Object.assign(user, { displayName: evil, department: evil, jobTitle: evil });
  for (const relationship of world.microsoft.world.relationships.values()) relationship.displayName = evil;
  for (const sku of named.skus.values()) sku.skuPartNumber = evil;
  partner().displayName = `Northwind ${evil}`;
  admin = await connectedPartner(world, first);
  await drive();
});
afterAll(() => world.close());

/** Every journey, the ones that fail too, with its secrets noted down. */
async function drive() {
  for (const index of [0, 1]) {
    const path = await linkPath(world, admin, customer(index));
    secrets.set(`link token ${index}`, path.split('/')[2] ?? '');
    if (index === 1) {
      endRelationships(world, customer(1));
      await noticeEnd(world, customer(1));
    }
    seen.push((await admin.get(`${world.publicUrl}${path}`)).text);
    const browser = await consentAs(world, path, adminOf(customer(index)));
    seen.push(browser.page().text);
    secrets.set(`flow cookie ${index}`, await cookieOf(browser, world, '__Host-tenantry-flow'));
  }
  const open = await linkPath(world, admin, customer(2));
  secrets.set('open link token', open.split('/')[2] ?? '');
  const { id: objectId } = must(
    [...partner().users.values()].find(({ userPrincipalName }) => userPrincipalName.startsWith('olivia.')),
  );
  await world.api(admin, 'POST', '/api/v1/members', { objectId, name: evil.slice(0, 100), role: 'Reader' });
  reader = world.openBrowser();
  await world.signIn(reader, `olivia.ordinary@${first}`);
  await fail();
  await until(
    async () =>
      Object(Object((await world.api(admin, 'GET', `/api/v1/customers/${customer(0).id}`)).body).sync).status ===
      'Success',
    20_000,
  );
  secrets.set('session cookie', await cookieOf(admin, world, '__Host-tenantry'));
  secrets.set('client secret', 'simulated-secret');
  for (const [index, token] of [...world.microsoft.world.refreshTokens.keys()].entries())
    secrets.set(`refresh token ${index}`, token);
  for (const [index, code] of [...world.microsoft.world.codes.keys()].entries()) secrets.set(`code ${index}`, code);
  secrets.set('sealing key', Buffer.from(must(world.app.config.sealingKeys[0]).key).toString('base64'));
}

/** Errors log more than successes do. */
async function fail() {
  const { faults } = world.microsoft.context;
  for (const kind of ['503', 'reset', 'truncate'] as const) {
    faults.setRules([{ match: { origin: 'login' }, kind, rate: 1 }]);
    const browser = world.openBrowser();
    faults.setRules([]);
    await browser.post(`${world.publicUrl}/sign-in/start`, {});
    const page = await passMicrosoft(browser, service(first), {
      stopBefore: ({ pathname }) => pathname === '/auth/callback',
    });
    faults.setRules([{ match: { origin: 'login', pathPrefix: '/organizations/oauth2/v2.0/token' }, kind, rate: 1 }]);
    seen.push((await browser.get(must(page.headers.get('location')))).text);
    faults.setRules([{ match: { origin: 'graph' }, kind, rate: 1 }]);
    await world.api(admin, 'POST', `/api/v1/customers/${customer(0).id}/consent/check`);
    faults.setRules([]);
  }
  const connections = await world.api(admin, 'GET', '/api/v1/connections');
  await world.api(admin, 'POST', `/api/v1/connections/${Object(connections.body).items[0].connectionId}/refresh`);
  await discovered(world, admin);
}

describe('secrets', () => {
  it('were driven at all', () => {
    expect([...secrets.keys()].filter((name) => name.startsWith('refresh token')).length).toBeGreaterThan(0);
    expect([...secrets.keys()].filter((name) => name.startsWith('code')).length).toBeGreaterThan(4);
    for (const [name, value] of secrets) expect([name, value.length > 10]).toEqual([name, true]);
    expect(world.logLines.length).toBeGreaterThan(5);
  });

  it('are in no line of the log', () => {
    const log = world.logLines.join('\n');
    const found = [...secrets].filter(([, value]) => log.includes(value)).map(([name]) => name);
    expect(found).toEqual([]);
    expect(log).not.toMatch(/eyJ[\w-]{20,}\.|-----BEGIN|Bearer [\w-]{10}/);
  });

  it('are in no file of the store and the queue', async () => {
    for (const file of await readdir(world.folder)) {
      const bytes = await readFile(join(world.folder, file));
      const found = [...secrets].filter(([, value]) => bytes.includes(value)).map(([name]) => name);
      expect([file, found]).toEqual([file, []]);
    }
  });

  it('are in no page and no answer, but for a link’s address on an Admin’s own page', async () => {
    const paths = [
      '/',
      '/connections',
      '/members',
      '/settings',
      '/connect',
      ...[0, 1, 2].map((index) => `/customers/${customer(index).id}`),
    ];
    for (const path of paths) {
      await getAs(admin, path);
      await getAs(reader, path);
    }
    for (const path of [
      'session',
      'customers',
      'connections',
      'members',
      'settings',
      'dead-letters',
      `customers/${customer(0).id}`,
      `customers/${customer(2).id}/consent-links`,
    ])
      for (const browser of [admin, reader])
        seen.push(JSON.stringify((await world.api(browser, 'GET', `/api/v1/${path}`)).body));
    const all = seen.join('\n');
    const found = [...secrets].filter(([, value]) => all.includes(value)).map(([name]) => name);
    expect(found.filter((name) => !name.includes('link token'))).toEqual([]);
    expect(all).not.toContain('sealedToken');
    expect(all).not.toContain('sealedRefreshToken');
    expect(all).not.toContain('tokenHash');
  });

  it('a Reader sees no address of a link, on no page and by no API', async () => {
    const token = must(secrets.get('open link token'));
    for (const path of ['/', '/connections', `/customers/${customer(2).id}`])
      expect(await getAs(reader, path)).not.toContain(token);
    const links = `/api/v1/customers/${customer(2).id}/consent-links`;
    expect((await world.api(reader, 'GET', links)).status).toBe(403);
    expect((await world.api(reader, 'POST', links, {})).status).toBe(403);
    expect(await getAs(admin, `/customers/${customer(2).id}`)).toContain(token);
  });

  it('sealed for one document open in no other', async () => {
    const { customers } = world.workspace(partner());
    const [one, other] = [must((await linksOf(world, customer(2)))[0]), must((await linksOf(world, customer(0)))[0])];
    await expect(
      world.app.sealer.open(one.sealedToken, `consentLink:${partner().id}:${other.linkId}`),
    ).rejects.toThrow();
    await expect(
      world.app.sealer.open(one.sealedToken, `consentLink:${world.tenant(second).id}:${one.linkId}`),
    ).rejects.toThrow();
    await expect(world.app.sealer.open(one.sealedToken, 'session')).rejects.toThrow();
    // Moved into another document all the same, it shows nobody's address, and breaks no page.
    const stored = must(await readAs(customers, `link:${one.linkId}`, consentLinkDoc));
    const etag = await customers.replace({ ...stored.doc, sealedToken: other.sealedToken }, stored.etag);
    const page = await getAs(admin, `/customers/${customer(2).id}`);
    expect(page).not.toContain(must(secrets.get('link token 0')));
    await customers.replace(stored.doc, etag);
  });

  it('sealed with a key that is gone break no page: a new link takes the place of the old', async () => {
    const { sealer } = world.app;
    const original = { ...sealer };
    const other = openSealer([{ kid: 'k9', key: new Uint8Array(32).fill(9) }]);
    const path = `/api/v1/customers/${customer(2).id}/consent-links`;
    // The session's own cookie still opens: only what is stored was sealed with the lost key.
    const by = (context: string) => (context.startsWith('consentLink:') ? other : original);
    Object.assign(sealer, {
      seal: (plaintext: string, context: string) => by(context).seal(plaintext, context),
      open: (sealed: string, context: string) => by(context).open(sealed, context),
    });
    const listed = await world.api(admin, 'GET', path);
    const page = await admin.get(`${world.publicUrl}/customers/${customer(2).id}`);
    const made = await world.api(admin, 'POST', path, {});
    Object.assign(sealer, original);
    expect([listed.status, page.status]).toEqual([200, 200]);
    expect(Object(listed.body).items[0]).toMatchObject({ status: 'open', address: null });
    expect(Object(made.body).address).toContain(world.publicUrl);
    expect((await linksOf(world, customer(2))).map(({ status }) => status).sort()).toEqual(['open', 'revoked']);
  });
});

describe('names that are code', () => {
  it('are names on every page', async () => {
    const token = must(secrets.get('open link token'));
    const paths = [
      '/',
      '/connections',
      `/connections?text=${encodeURIComponent(evil)}`,
      '/members',
      '/settings',
      `/customers/${customer(0).id}`,
      `/customers/${customer(0).id}?text=${encodeURIComponent('<script>alert(1)</script>')}`,
      `/consent/${token}`,
      `/consent/${must(secrets.get('link token 0'))}`,
      `/sign-in?returnTo=${encodeURIComponent(evil)}&notice=${encodeURIComponent(evil)}`,
      `/consent-result?r=${encodeURIComponent(evil)}`,
      `/connections?notice=${encodeURIComponent(evil).slice(0, 30)}`,
    ];
    for (const path of paths) {
      const text = await getAs(admin, path);
      expect([path, isMarkup.test(text)]).toEqual([path, false]);
    }
    const text = await getAs(admin, `/customers/${customer(0).id}`);
    expect(text).toContain('&lt;script&gt;');
    expect(await getAs(admin, '/connections')).toContain('&lt;script&gt;');
  });

  it('are names in refused forms that are shown again', async () => {
    const csrf = await csrfOf(world, admin);
    const cookie = await admin.jar.getCookieString(world.publicUrl);
    for (const path of ['/members', '/connect/start', '/settings']) {
      const fields = {
        csrf,
        name: evil.repeat(3),
        objectId: evil,
        username: evil,
        role: evil,
        syncIntervalMinutes: evil,
        [evil]: evil,
      };
      const answer = await raw(world, path, {
        method: 'POST',
        headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      });
      expect([path, answer.status]).toEqual([path, 400]);
      expect([path, isMarkup.test(answer.text)]).toEqual([path, false]);
    }
  });
});

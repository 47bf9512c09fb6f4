// Attacks on the HTTP side: forms and writes of other sites, cookies, odd requests, paths and bodies, and what the status
// of an answer tells a stranger.
import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpFunction } from '../../functions/define.ts';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import type { Tenant } from '../../infra/local/microsoft/world.ts';
import { MINUTE_MS } from '../../shared/clock.ts';
import {
  connectedPartner,
  cookieOf,
  csrfOf,
  customerOf,
  first,
  linkPath,
  must,
  type RawRequest,
  raw,
  second,
  service,
  startAttackedWorld,
} from './attacks-kit.ts';
import type { TestWorld } from './kit/world.ts';

const routes = functionList.filter((one): one is HttpFunction => one.kind === 'http');
const writes = routes.flatMap((one) =>
  one.methods.filter((method) => method !== 'GET').map((method) => ({ method, ...one })),
);
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const json = { 'content-type': 'application/json' };

let world: TestWorld;
let admin: HttpBrowser;
let cookie: string;
let csrf: string;
let customer: Tenant;

beforeAll(async () => {
  world = await startAttackedWorld();
  admin = await connectedPartner(world, first);
  customer = customerOf(world, first);
});
beforeEach(async () => {
  await world.signIn(admin, service(first));
  cookie = await admin.jar.getCookieString(world.publicUrl);
  csrf = await csrfOf(world, admin);
});
afterAll(() => world.close());

const own = { 'sec-fetch-site': 'same-origin' };
/** An address of a route, its parameters filled in. */
const filled = (route: string, params: Record<string, string> = {}) =>
  `/${route.replace('{ignored:maxlength(0)?}', '').replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? customer.id)}`;
const contents = async () => ({
  settings: (await world.api(admin, 'GET', '/api/v1/settings')).body,
  members: (await world.api(admin, 'GET', '/api/v1/members')).body,
  links: (await world.api(admin, 'GET', `/api/v1/customers/${customer.id}/consent-links`)).body,
});

describe('writes of another site', () => {
  const origins: [string, Record<string, string>][] = [
    ['that says nothing', {}],
    ['with a foreign origin', { origin: 'https://evil.example' }],
    ['with a foreign origin that calls itself ours', { origin: 'https://evil.example', ...own }],
    ['with an origin that begins like ours', { origin: 'PUBLIC.evil.example', ...own }],
    ['with the origin null and no other word', { origin: 'null' }],
    ['of the same site', { origin: 'null', 'sec-fetch-site': 'same-site' }],
    ['across sites', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['with our origin across sites', { origin: 'PUBLIC', 'sec-fetch-site': 'cross-site' }],
  ];
  it.each(origins)('are refused on every route: %s', async (_name, given) => {
    const before = await contents();
    const headers = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replace('PUBLIC', world.publicUrl)]),
    );
    for (const { method, route, name } of writes) {
      const request = { method, headers: { cookie, ...headers, ...form, 'x-csrf-token': csrf }, body: `csrf=${csrf}` };
      const answer = await raw(world, filled(route), request);
      expect([name, answer.status]).toEqual([name, 403]);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect(await contents()).toEqual(before);
  });

  it.each<[string, (token: string) => RawRequest]>([
    ['without a token', () => ({})],
    ['with a cut token', (token) => ({ headers: { 'x-csrf-token': token.slice(1) } })],
    [
      'with an empty header beside a good field',
      (token) => ({ headers: { 'x-csrf-token': '' }, body: `csrf=${token}` }),
    ],
    ['with the token twice', (token) => ({ body: `csrf=${token}&csrf=${token}` })],
    ['with the token in the query', () => ({ headers: { 'x-csrf-query': 'x' } })],
  ])('%s are refused on every route of a session', async (_name, make) => {
    const before = await contents();
    for (const { method, route, name, access } of writes) {
      if (access === 'public') continue;
      const { headers = {}, body = '' } = make(csrf);
      // An id that cannot be one is 404 before any token is looked at.
      const path = `${filled(route, { memberId: memberOf(), queue: 'sync', sequenceNumber: '1' })}?csrf=${csrf}`;
      const kind = route.startsWith('api/') ? (body === '' ? {} : json) : form;
      const answer = await raw(world, path, {
        method,
        headers: { cookie, ...own, ...kind, ...headers },
        body: route.startsWith('api/') ? '' : body,
      });
      expect([name, answer.status]).toEqual([name, 403]);
    }
    expect(await contents()).toEqual(before);
  });

  it('with the token of another session are refused', async () => {
    const other = world.openBrowser();
    await world.signIn(other, service(second));
    const foreign = await csrfOf(world, other);
    const request = {
      method: 'PATCH',
      headers: { cookie, ...own, ...json, 'x-csrf-token': foreign },
      body: '{"consentLinkDays":2}',
    };
    expect((await raw(world, '/api/v1/settings', request)).status).toBe(403);
  });

  it('cannot hide in a GET', async () => {
    const before = await contents();
    const headers = { cookie, 'x-http-method-override': 'POST', 'x-http-method': 'DELETE', 'x-csrf-token': csrf };
    for (const { route } of writes) await raw(world, `${filled(route)}?_method=POST&csrf=${csrf}`, { headers });
    expect(await contents()).toEqual(before);
  });

  it('are not invited by CORS', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'PATCH', cookie };
    for (const method of ['OPTIONS', 'GET']) {
      const answer = await raw(world, '/api/v1/settings', { method, headers });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });
  const memberOf = () => `member:${world.tenant(first).id}:${customer.id}`;
});

describe('bodies', () => {
  const send = (headers: Record<string, string>, body: string | Buffer) =>
    raw(world, '/api/v1/settings', {
      method: 'PATCH',
      headers: { cookie, ...own, 'x-csrf-token': csrf, ...headers },
      body,
    });
  const deep = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;

  it.each<[string, number, Record<string, string>, string | Buffer]>([
    ['plain text', 415, { 'content-type': 'text/plain' }, '{"consentLinkDays":2}'],
    ['a form', 415, form, 'consentLinkDays=2'],
    ['JSON that calls itself a form', 415, form, '{"consentLinkDays":2}'],
    ['multipart', 415, { 'content-type': 'multipart/form-data; boundary=x' }, '--x--'],
    ['no kind at all', 415, {}, '{"consentLinkDays":2}'],
    ['a kind with JSON behind', 415, { 'content-type': 'text/plain; application/json' }, '{"consentLinkDays":2}'],
    ['JSON that breaks off', 400, json, '{"consentLinkDays":'],
    ['bytes that are no text', 400, json, Buffer.from([0xff, 0xfe, 0x00])],
    ['null', 200, json, 'null'],
    ['an array', 400, json, '[]'],
    ['a number', 400, json, '1e999'],
    ['an unknown field', 400, json, '{"workspaceId":"x"}'],
    ['a prototype', 400, json, '{"__proto__":{"consentLinkDays":2}}'],
    ['a constructor', 400, json, '{"constructor":{"prototype":{"polluted":1}}}'],
    ['great depth', 400, json, deep],
    ['an array of great depth', 400, json, `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
    ['a fraction', 400, json, '{"consentLinkDays":1.5}'],
    ['a number as text', 400, json, '{"consentLinkDays":"2"}'],
    ['a number beyond numbers', 400, json, '{"consentLinkDays":1e400}'],
    ['65 KB', 413, json, `{"a":"${'x'.repeat(66_000)}"}`],
    ['1 MB and more', 413, json, `{"a":"${'x'.repeat(1_100_000)}"}`],
  ])('of %s', async (_name, status, headers, body) => {
    const before = await contents();
    const answer = await send(headers, body);
    expect(answer.status).toBe(status);
    if (status >= 400) expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(await contents()).toEqual(before);
    expect(Object({}).polluted).toBeUndefined();
  });

  it('in chunks, with two lengths, or both ways are refused', async () => {
    const head = (extra: string) =>
      `PATCH /api/v1/settings HTTP/1.1\r\nHost: ${new URL(world.publicUrl).host}\r\n${extra}\r\n`;
    for (const extra of [
      'Transfer-Encoding: chunked\r\n',
      'Content-Length: 2\r\nContent-Length: 3\r\n',
      'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n',
      'Content-Length: -1\r\n',
      'Transfer-Encoding: chunked, identity\r\n',
    ])
      expect(await statusOfBytes(`${head(extra)}5\r\nhello\r\n0\r\n\r\n`)).toMatch(/^HTTP\/1\.1 4(00|11) /);
  });
});

/** The first line of what comes back for these very bytes. */
function statusOfBytes(bytes: string): Promise<string> {
  const { hostname, port } = new URL(world.publicUrl);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      socket.end();
    });
    socket.on('close', () => resolve(text.split('\r\n')[0] ?? ''));
    socket.on('error', reject);
  });
}

describe('odd requests', () => {
  it.each([
    'GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n',
    'GET //evil.example/%2e%2e HTTP/1.1\r\nHost: x\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: a b\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: evil.example/@x\r\n\r\n',
    'GET / HTTP/1.1\r\n\r\n',
    'GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n',
    'TRACE / HTTP/1.1\r\nHost: x\r\nCookie: a=b\r\n\r\n',
    'GET /sign-in HTTP/1.1\r\nHost: x\r\nX-A: a\r\n\tb\r\n\r\n',
    'BREW / HTTP/1.1\r\nHost: x\r\n\r\n',
  ])('%j gets a refusal and no fault', async (bytes) => {
    expect(await statusOfBytes(bytes)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(world.errors).toEqual([]);
  });

  it('a head that never ends is cut, and too long a one is refused', async () => {
    const long = `GET /sign-in HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(40_000)}\r\n\r\n`;
    expect(await statusOfBytes(long)).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    '/assets/..%2f..%2fpackage.json',
    '/assets/../../package.json',
    '/assets/%2e%2e/tenantry.db',
    '/assets/tenantry.css%00.js',
    '/assets/__proto__',
    '/assets/constructor',
    '/.env',
    '/tenantry.db',
    '/admin/functions',
    '/api/v1/../../package.json',
    '/..;/api/v1/session',
    '/%2fevil.example',
  ])('%s is no address', async (path) => {
    const answer = await raw(world, path, { headers: { cookie } });
    expect(answer.status).toBe(404);
    expect(answer.headers['location']).toBeUndefined();
  });

  it.each([
    '?page=0',
    '?page=1e9',
    '?page=',
    '?page=1&page=-1',
    '?status=x',
    '?sort=__proto__',
    '?descending=maybe',
    `?text=${'x'.repeat(300)}`,
    '?text=%00',
    '?__proto__=1',
    '?constructor=1',
    '?notice=%3Cscript%3E',
    '?reason=%0d%0aSet-Cookie:a=b',
  ])('the query %s of a list does no harm', async (query) => {
    for (const path of ['/api/v1/customers', '/connections']) {
      const answer = await raw(world, `${path}${query}`, { headers: { cookie } });
      expect([200, 400]).toContain(answer.status);
      expect(answer.text).not.toContain('<script>alert');
      expect([answer.headers['set-cookie'] ?? []].flat().some((one) => one.startsWith('a='))).toBe(false);
    }
    expect(world.errors).toEqual([]);
  });

  it.each(['x', '%00', 'eyJhIjoxfQ', btoa(JSON.stringify(['a', 'b'])), 'A'.repeat(3999)])(
    'a page of users after %s is refused as what it is',
    async (after) => {
      const answer = await raw(world, `/customers/${customer.id}?after=${after}`, { headers: { cookie } });
      expect(answer.status).toBe(400);
      expect(world.errors).toEqual([]);
    },
  );
});

describe('cookies and headers', () => {
  it('every answer carries the headers that keep it where it belongs', async () => {
    const token = await linkPath(world, admin, customer);
    for (const path of [
      '/',
      '/sign-in',
      '/connections',
      token,
      '/consent-result',
      '/api/v1/session',
      '/nowhere',
      '/health',
      '/api/v1/customers/x',
    ]) {
      const { headers } = await raw(world, path, { headers: { cookie, 'x-correlation-id': 'mine' } });
      expect([path, headers['x-content-type-options']]).toEqual([path, 'nosniff']);
      expect(headers['cache-control']).toBe('no-store');
      expect(headers['x-correlation-id']).toMatch(/^[0-9a-f-]{36}$/);
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['server']).toBeUndefined();
      if (path === '/nowhere') continue;
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe|\*/);
      expect(headers['x-frame-options']).toBe('DENY');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    }
  });

  it('cookies are of this host, over TLS, for no script and no other site, and small', async () => {
    const browser = world.openBrowser();
    const start = await browser.post(`${world.publicUrl}/sign-in/start`, {}, { stopBefore: () => true });
    await browser.get(must(start.headers.get('location')));
    await passMicrosoft(browser, service(first), { stopBefore: ({ pathname }) => pathname === '/' });
    const set = [...start.headers.getSetCookie(), ...browser.page().headers.getSetCookie()];
    expect(set.map((one) => one.split('=')[0]).sort()).toEqual(['__Host-tenantry', '__Host-tenantry-flow']);
    for (const one of set) {
      expect(one).toMatch(/; Path=\/(;|$)/);
      expect(one).toMatch(/; Secure(;|$)/);
      expect(one).toMatch(/; HttpOnly(;|$)/);
      expect(one).toMatch(/; SameSite=Lax(;|$)/);
      expect(one).not.toMatch(/Domain=/i);
      expect(one.length).toBeLessThan(2500);
    }
  });

  it('sessions of other keys, algorithms, contexts and shapes are none', async () => {
    const session = await cookieOf(admin, world, '__Host-tenantry');
    const [head, key, ...rest] = session.split('.');
    const header = (fields: object) => Buffer.from(JSON.stringify(fields)).toString('base64url');
    const fields = JSON.parse(Buffer.from(must(head), 'base64url').toString());
    const away = await world.openBrowser().post(`${world.publicUrl}/sign-in/start`, {}, { stopBefore: () => true });
    const state = must(new URL(must(away.headers.get('location'))).searchParams.get('state'));
    const own = JSON.stringify({ tenantId: world.tenant(first).id, role: 'Admin' });
    const values = [
      '',
      state,
      [header({ ...fields, kid: 'k0' }), key, ...rest].join('.'),
      [header({ ...fields, kid: undefined }), key, ...rest].join('.'),
      [header({ ...fields, kid: '__proto__' }), key, ...rest].join('.'),
      [header({ ...fields, alg: 'none' }), key, ...rest].join('.'),
      [header({ ...fields, enc: 'A128GCM' }), key, ...rest].join('.'),
      [header({ ...fields, crit: ['x'], x: 1 }), key, ...rest].join('.'),
      [head, key, ...rest.slice(0, 2), 'AAAAAAAAAAAAAAAAAAAAAA'].join('.'),
      [head, key, ...rest.slice(0, 2), must(rest[2]).slice(0, 6)].join('.'),
      `${header({ alg: 'none' })}.${Buffer.from(own).toString('base64url')}.`,
      Buffer.from(own).toString('base64url'),
      `${session}; __Host-tenantry=${session}`,
      'A'.repeat(8000),
    ];
    for (const value of values) {
      const answer = await raw(world, '/api/v1/session', { headers: { cookie: `__Host-tenantry=${value}` } });
      expect([value.slice(0, 60), answer.status]).toEqual([value.slice(0, 60), 401]);
    }
    expect((await raw(world, '/api/v1/session', { headers: { cookie: `__Host-tenantry=${session}` } })).status).toBe(
      200,
    );
  });

  it('a copy of a cookie from before the sign-out stays worthless, renewed ones too', async () => {
    const browser = world.openBrowser();
    await world.signIn(browser, service(second));
    const copy = await browser.jar.getCookieString(world.publicUrl);
    world.clock.advance(6 * MINUTE_MS);
    const page = await raw(world, '/connections', { headers: { cookie: copy } });
    const renewed = must([page.headers['set-cookie'] ?? []].flat()[0]?.split(';')[0]);
    expect(renewed).not.toBe(copy);
    await world.postForm(browser, '/sign-out', {}, { stopBefore: () => true });
    for (const one of [copy, renewed])
      expect((await raw(world, '/api/v1/session', { headers: { cookie: one } })).status).toBe(401);
  });

  it.each([
    '//evil.example',
    '/\\evil.example',
    '/%2fevil.example',
    '/%5cevil.example',
    '/connections/../../evil.example',
    '/connections%0d%0aLocation:%20https://evil.example',
    '/connections\r\nSet-Cookie: a=b',
    'javascript:alert(1)',
    'data:text/html,x',
    '/consent/x',
    '/sign-out',
    '/api/v1/session',
    'https:evil.example',
    '\t//evil.example',
    '/connections#javascript:alert(1)',
    '/connections?a="><script>alert(1)</script>',
  ])('returnTo %j leads nowhere but to a page of ours', async (returnTo) => {
    const page = await raw(world, `/sign-in?returnTo=${encodeURIComponent(returnTo)}`);
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('<script>alert');
    const browser = world.openBrowser();
    await browser.post(`${world.publicUrl}/sign-in/start`, { returnTo });
    const end = await passMicrosoft(browser, service(first), {
      stopBefore: ({ pathname }) => pathname !== '/auth/callback',
    });
    const location = must(end.headers.get('location'));
    expect(location).toMatch(/^\/(connections(\?.*)?)?$/);
    expect(location).not.toMatch(/[\r\n<>"]/);
    expect(end.headers.getSetCookie().some((one) => one.startsWith('a='))).toBe(false);
  });
});

describe('what a status tells', () => {
  const odd = [
    'x',
    '0',
    'null',
    '%00',
    '..%2f',
    'A'.repeat(5000),
    "'%20or%201=1",
    '%F0%9F%92%A9',
    'member:x',
    'workspace',
    'settings',
  ];
  const unknown = 'd9428888-122b-41e1-b85b-61fdbf3b7e0a';

  it('an id that cannot be one is as unknown as any other, whatever the body', async () => {
    for (const { route, methods, name, access } of routes.filter(
      (one) => one.route.includes('{') && !one.route.includes('ignored'),
    ))
      for (const method of methods)
        for (const id of [...odd, unknown]) {
          const path = filled(
            route,
            Object.fromEntries([...route.matchAll(/\{(\w+)\}/g)].map(([, param]) => [param ?? '', id])),
          );
          const bodies = method === 'GET' ? [undefined] : ['', 'not what is wanted'];
          for (const body of bodies) {
            const headers = { cookie, ...own, 'x-csrf-token': csrf };
            const answer = await raw(world, path, { method, headers, ...(body === undefined ? {} : { body }) });
            // An id of the right form is looked up after the body was read: a body of the wrong kind, or one that lacks what
            // is needed, is refused first, for all alike.
            const isText = route.includes('{token}') || id === unknown;
            const kind = !isText || body === undefined ? [404] : body === '' ? [400, 404] : [404, 415];
            expect({
              name,
              access,
              id: id.slice(0, 20),
              body,
              kind: kind.includes(answer.status) || answer.status,
            }).toMatchObject({ kind: true });
          }
        }
    expect(world.errors).toEqual([]);
  });

  it('a stranger gets the same answer for what exists and what does not', async () => {
    for (const { route, methods, name, access } of routes) {
      if (access === 'public') continue;
      for (const method of methods) {
        const statuses = new Set<string>();
        for (const id of [customer.id, unknown, 'x']) {
          const answer = await raw(
            world,
            filled(route, {
              tenantId: id,
              connectionId: id,
              linkId: id,
              memberId: id,
              queue: 'sync',
              sequenceNumber: '1',
            }),
            { method, headers: own },
          );
          statuses.add(`${answer.status} ${answer.headers['location']?.toString().replace(id, 'ID')}`);
        }
        expect([name, [...statuses].filter((one) => !one.includes('%2F')).length <= 1]).toEqual([name, true]);
      }
    }
  });

  it('health says whether it is well, and no more', async () => {
    const { text } = await raw(world, '/health');
    expect(JSON.parse(text)).toEqual({ status: 'ok', store: 'reachable', queue: 'reachable' });
  });
});

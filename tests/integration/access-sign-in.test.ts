// Sign-in over the simulated Microsoft: who is let in, and which answers are refused.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { memberDoc } from '../../shared/access/documents.ts';
import { listAs } from '../../shared/store/scoped.ts';
import { startTestWorld, type TestWorld } from './kit/world.ts';

const admin = 'svc-tenantry@northwindpartners.example';
const ordinary = 'olivia.ordinary@northwindpartners.example';
let world: TestWorld;

beforeAll(async () => {
  world = await startTestWorld();
});
afterAll(() => world.close());

const isCallback = (url: URL) => url.pathname === '/auth/callback';
const membersOf = async (domain: string) =>
  listAs(world.workspace(world.tenant(domain)).workspace, { type: 'member' }, memberDoc);

/** As far as Microsoft's answer, which is not delivered. */
async function answerTo(upn: string) {
  const browser = world.openBrowser();
  await browser.post(`${world.publicUrl}/sign-in/start`, {});
  const page = await passMicrosoft(browser, upn, { stopBefore: isCallback });
  return { browser, answer: new URL(page.headers.get('location') ?? '') };
}

describe('sign-in', () => {
  it('leaves a stranger without a word about the workspace, and stores nothing', async () => {
    const browser = world.openBrowser();
    const page = await world.signIn(browser, ordinary);
    expect(page.status).toBe(403);
    expect(page.text).toContain('You have not been added');
    expect(page.text).not.toContain('Northwind');
    expect(await membersOf('northwindpartners.example')).toEqual([]);
    expect((await world.api(browser, 'GET', '/api/v1/session')).status).toBe(401);
  });

  it('makes the workspace for the first Global Administrator, who is its Admin', async () => {
    const browser = world.openBrowser();
    const page = await world.signIn(browser, admin);
    expect(page.trail.map(({ pathname }) => pathname)).toContain('/auth/callback');
    const { status, body } = await world.api(browser, 'GET', '/api/v1/session');
    expect(status).toBe(200);
    expect(body).toMatchObject({ role: 'Admin', workspace: { name: 'Northwind Partners' } });
  });

  it('lets no second Global Administrator in by themselves', async () => {
    const page = await world.signIn(world.openBrowser(), 'lena.lone@northwindpartners.example');
    expect(page.status).toBe(403);
    expect(await membersOf('northwindpartners.example')).toHaveLength(1);
  });

  it('refuses a personal account', async () => {
    const page = await world.signIn(world.openBrowser(), 'pat.personal@outlook.example');
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect((await world.api(world.openBrowser(), 'GET', '/api/v1/session')).status).toBe(401);
  });

  it('refuses an answer from another browser, without using it up', async () => {
    const { browser, answer } = await answerTo(admin);
    const stolen = await world.openBrowser().get(answer);
    expect(stolen.status).toBe(400);
    expect(stolen.text).toContain('another browser');
    const own = await browser.get(answer);
    expect(own.trail.at(-1)?.pathname).toBe('/');
  });

  it('refuses an answer that is delivered twice', async () => {
    const { browser, answer } = await answerTo(admin);
    await browser.get(answer);
    const again = await browser.get(answer);
    expect(again.status).toBe(400);
    expect(again.text).toContain('used before');
  });

  it('refuses an answer after 15 minutes', async () => {
    const { browser, answer } = await answerTo(admin);
    world.clock.advance(15 * 60_000);
    expect((await browser.get(answer)).text).toContain('15 minutes');
  });

  it('refuses a forged state and a state of another journey', async () => {
    const { browser, answer } = await answerTo(admin);
    const forged = new URL(answer);
    forged.searchParams.set('state', 'e30.e30.e30.e30.e30');
    expect((await browser.get(forged)).status).toBe(400);
    const other = await answerTo(admin);
    const swapped = new URL(answer);
    swapped.searchParams.set('state', other.answer.searchParams.get('state') ?? '');
    expect((await browser.get(swapped)).status).toBe(400);
  });

  it('refuses a stolen code: the verifier of the thief is another', async () => {
    const victim = await answerTo(admin);
    const thief = await answerTo(ordinary);
    const injected = new URL(thief.answer);
    injected.searchParams.set('code', victim.answer.searchParams.get('code') ?? '');
    const page = await thief.browser.get(injected);
    expect(page.status).toBeGreaterThanOrEqual(400);
    expect((await world.api(thief.browser, 'GET', '/api/v1/session')).status).toBe(401);
  });

  it.each([
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/sign-out',
    'javascript:alert(1)',
    '/\t/evil.example',
  ])('never leads to %j after the sign-in', async (returnTo) => {
    const browser = world.openBrowser();
    await browser.post(`${world.publicUrl}/sign-in/start`, { returnTo });
    const page = await passMicrosoft(browser, admin);
    expect(page.url.href).toBe(`${world.publicUrl}/`);
  });

  it('leads back to the page that was asked for', async () => {
    const browser = world.openBrowser();
    await browser.post(`${world.publicUrl}/sign-in/start`, { returnTo: '/connections?status=Active' });
    const page = await passMicrosoft(browser, admin);
    expect(page.url.href).toBe(`${world.publicUrl}/connections?status=Active`);
  });

  it('refuses to start from another site', async () => {
    const response = await fetch(`${world.publicUrl}/sign-in/start`, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'sec-fetch-site': 'cross-site', origin: 'null', 'content-type': 'application/x-www-form-urlencoded' },
      body: '',
    });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});

describe('sessions', () => {
  const cookieOf = async (upn: string) => {
    const browser = world.openBrowser();
    await world.signIn(browser, upn);
    return { browser, cookie: await browser.jar.getCookieString(world.publicUrl) };
  };
  const sessionStatus = async (cookie: string) =>
    (await fetch(`${world.publicUrl}/api/v1/session`, { headers: { cookie } })).status;

  it('open only untampered', async () => {
    const { cookie } = await cookieOf(admin);
    expect(await sessionStatus(cookie)).toBe(200);
    const middle = Math.floor(cookie.indexOf('__Host-tenantry=') + 120);
    const other = cookie[middle] === 'A' ? 'B' : 'A';
    expect(await sessionStatus(`${cookie.slice(0, middle)}${other}${cookie.slice(middle + 1)}`)).toBe(401);
  });

  it('end on the server at sign-out', async () => {
    const { browser, cookie } = await cookieOf(admin);
    expect((await world.postForm(browser, '/sign-out', {}, { stopBefore: () => true })).status).toBe(303);
    expect(await sessionStatus(cookie)).toBe(401);
  });

  it('end after an hour without a page, and 12 hours after sign-in at the latest', async () => {
    const { cookie } = await cookieOf(admin);
    world.clock.advance(61 * 60_000);
    expect(await sessionStatus(cookie)).toBe(401);
  });

  it('need their own token for every write', async () => {
    const { browser } = await cookieOf(admin);
    const settings = `${world.publicUrl}/api/v1/settings`;
    expect((await browser.fetch('PATCH', settings, { json: { consentLinkDays: 3 } })).status).toBe(403);
    const other = await cookieOf(admin);
    const { body } = await world.api(other.browser, 'GET', '/api/v1/session');
    const token = String(Object(body).csrfToken);
    const options = { json: { consentLinkDays: 3 }, headers: { 'x-csrf-token': token } };
    expect((await browser.fetch('PATCH', settings, options)).status).toBe(403);
    expect((await world.api(browser, 'PATCH', '/api/v1/settings', { consentLinkDays: 3 })).status).toBe(200);
  });
});

describe('members', () => {
  it('are added by object id, lose access at once, and leave one Admin', async () => {
    const browser = world.openBrowser();
    await world.signIn(browser, admin);
    const partner = world.tenant('northwindpartners.example');
    const olivia = [...partner.users.values()].find(({ userPrincipalName }) => userPrincipalName === ordinary);
    const added = await world.api(browser, 'POST', '/api/v1/members', {
      objectId: olivia?.id,
      name: 'Olivia Okafor',
      role: 'Reader',
    });
    expect(added.status).toBe(201);
    const memberId = String(Object(added.body).id);
    const reader = world.openBrowser();
    await world.signIn(reader, ordinary);
    expect((await world.api(reader, 'GET', '/api/v1/members')).status).toBe(200);
    expect((await world.api(reader, 'DELETE', `/api/v1/members/${memberId}`)).status).toBe(403);

    expect((await world.api(browser, 'DELETE', `/api/v1/members/${memberId}`)).status).toBe(204);
    expect((await world.api(reader, 'GET', '/api/v1/members')).status).toBe(403);
    const [only] = await membersOf('northwindpartners.example');
    const last = await world.api(browser, 'PATCH', `/api/v1/members/${only?.id}`, { role: 'Reader' });
    expect(last.status).toBe(409);
    expect(last.body).toMatchObject({ type: 'urn:tenantry:problem:last_admin' });
  });
});

// Connecting the partner tenant over the simulated Microsoft: every reason to fail, Reauthorize, and the kept token.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { auditDoc } from '../../shared/access/audit.ts';
import { memberDoc } from '../../shared/access/documents.ts';
import { memberId } from '../../shared/access/members.ts';
import { DAY_MS } from '../../shared/clock.ts';
import { type ConnectionDoc, connectionDoc, credentialDoc } from '../../shared/connections/documents.ts';
import { runKeepAlive } from '../../shared/connections/keep-alive.ts';
import { partnerTokens } from '../../shared/connections/partner-tokens.ts';
import { partnerConnectionId } from '../../shared/connections/state.ts';
import { listAs, readAs } from '../../shared/store/scoped.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

const domain = 'northwindpartners.example';
const service = `svc-tenantry@${domain}`;
let world: TestWorld;
let browser: HttpBrowser;

beforeEach(async () => {
  world = await startTestWorld();
  browser = world.openBrowser();
  await world.signIn(browser, service);
});
afterEach(() => world.close());

const partner = () => world.tenant(domain);
const connectionId = () => partnerConnectionId(partner().id);
const stored = async () =>
  (await readAs(world.workspace(partner()).workspace, `connection:${connectionId()}`, connectionDoc))?.doc;
const credential = async () =>
  (await readAs(world.workspace(partner()).workspace, `credential:${connectionId()}`, credentialDoc))?.doc;
const form = { name: 'Northwind', prerequisites: 'on' };

async function connect(upn: string, consent: 'accept' | 'cancel' = 'accept') {
  await world.postForm(browser, '/connect/start', form);
  return passMicrosoft(browser, upn, { consent });
}

describe('connecting', () => {
  it('G1-09 G1-10 connects with a service account that passes every check, and discovers', async () => {
    const page = await connect(service);
    expect(page.url.pathname + page.url.search).toBe('/connections?notice=connected');
    const connection = await stored();
    expect(connection).toMatchObject({ state: 'Connected', name: 'Northwind', account: { username: service } });
    expect(connection?.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['globalAdministrator', true],
      ['mfa', true],
      ['adminAgents', true],
      ['customers', true],
    ]);
    expect((await credential())?.sealedRefreshToken).toMatch(/^ey[\w-]+\.\./);
    const customers = await until(async () => {
      const { body } = await world.api(browser, 'GET', '/api/v1/customers');
      return Object(body).counts?.all === 3 && Object(body);
    });
    expect(customers.rows).toHaveLength(3);
    const month = new Date(world.clock.now()).toISOString().slice(0, 7);
    const entries = await listAs(world.workspace(partner()).audit(month), { type: 'audit' }, auditDoc);
    expect(entries.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['workspace.created', 'connection.started', 'connection.connected']),
    );
  });

  it('G1-08 does not begin before the prerequisites are ticked', async () => {
    const page = await world.postForm(browser, '/connect/start', { name: 'Northwind' });
    expect(page.status).toBe(400);
    expect(page.text).toContain('prerequisites');
    expect(await stored()).toBeUndefined();
  });

  it.each<[string, string, string, ConnectionDoc['reason']]>([
    ['SY-23b', 'no MFA', 'nora.nomfa', 'no_mfa_prompt'],
    ['SY-23c', 'not in AdminAgents', 'lena.lone', 'not_in_admin_agents'],
  ])('%s fails with its reason: %s', async (_id, _words, mailbox, reason) => {
    const page = await connect(`${mailbox}@${domain}`);
    expect(page.url.search).toBe(`?notice=connect_failed&reason=${reason}`);
    expect(await stored()).toMatchObject({ state: 'AuthFailed', reason, explanation: { code: reason } });
    expect(await credential()).toBeUndefined();
  });

  it('G1-11 refuses an ordinary user of the tenant', async () => {
    await connect(`olivia.ordinary@${domain}`);
    const connection = await stored();
    expect(connection?.state).not.toBe('Connected');
    expect(await credential()).toBeUndefined();
  });

  it('refuses a guest of the tenant', async () => {
    await connect('sam.support@southridge.example');
    expect((await stored())?.state).not.toBe('Connected');
    expect(await credential()).toBeUndefined();
  });

  it('SY-23d fails without customers', async () => {
    await world.close();
    world = await startTestWorld();
    browser = world.openBrowser();
    const luca = 'admin@lucernemanaged.example';
    await world.signIn(browser, luca);
    const page = await connect(luca);
    expect(page.url.search).toBe('?notice=connect_failed&reason=no_child_tenants');
  });

  it('goes back to not connected when the sign-in is cancelled', async () => {
    await world.postForm(browser, '/connect/start', form);
    await browser.submit('form:has(input[name=step][value=cancel])');
    expect(browser.page().url.search).toBe('?notice=connect_cancelled');
    expect(await stored()).toMatchObject({ state: 'NotConnected', explanation: { code: 'access_denied' } });
  });

  it('forgets a journey that was never finished', async () => {
    await world.postForm(browser, '/connect/start', form);
    world.clock.advance(16 * 60_000);
    const { body } = await world.api(browser, 'GET', `/api/v1/connections/${connectionId()}`);
    expect(body).toMatchObject({ state: 'NotConnected', explanation: { code: 'sign_in_abandoned' } });
  });

  it('takes the answer only to the workspace that asked, once, with its session', async () => {
    await world.postForm(browser, '/connect/start', form);
    const isCallback = (url: URL) => url.pathname === '/connect/callback';
    const page = await passMicrosoft(browser, service, { stopBefore: isCallback });
    const answer = new URL(page.headers.get('location') ?? '');
    const other = world.openBrowser();
    await world.signIn(other, 'svc-tenantry@southridge.example');
    expect((await other.get(answer)).status).toBe(400);
    expect((await world.openBrowser().get(answer)).url.pathname).toBe('/sign-in');
    expect((await browser.get(answer)).url.search).toBe('?notice=connected');
    expect((await browser.get(answer)).status).toBe(400);
  });

  it('SY-06 is for Admins only', async () => {
    const olivia = [...partner().users.values()].find(({ displayName }) => displayName === 'Olivia Okafor');
    const body = { objectId: olivia?.id, name: 'Olivia', role: 'Reader' };
    expect((await world.api(browser, 'POST', '/api/v1/members', body)).status).toBe(201);
    const reader = world.openBrowser();
    await world.signIn(reader, `olivia.ordinary@${domain}`);
    expect((await world.postForm(reader, '/connect/start', form)).status).toBe(403);
    const account = { tenantId: partner().id, objectId: olivia?.id ?? '' };
    const member = await readAs(world.workspace(partner()).workspace, memberId(account), memberDoc);
    expect(member?.doc.role).toBe('Reader');
  });
});

describe('reauthorising', () => {
  beforeEach(async () => {
    await connect(service);
  });

  const reauthorize = async (upn: string) => {
    await world.postForm(browser, `/connections/${connectionId()}/reauthorize`);
    return passMicrosoft(browser, upn);
  };

  it('SY-40 keeps a working connection when the new account fails', async () => {
    const before = await credential();
    const page = await reauthorize(`lena.lone@${domain}`);
    expect(page.url.search).toBe('?notice=reauthorize_failed&reason=not_in_admin_agents');
    expect((await stored())?.state).toBe('Connected');
    expect((await credential())?.obtainedAt).toBe(before?.obtainedAt);
  });

  it('SY-40 mends a connection whose token was refused', async () => {
    world.microsoft.world.refreshTokens.clear();
    const { graph } = partnerTokens(world.app, partner().id, connectionId());
    await expect(graph.renew()).rejects.toThrow();
    expect(await stored()).toMatchObject({ state: 'ReauthRequired', reason: 'refresh_token_revoked' });
    expect((await reauthorize(service)).url.search).toBe('?notice=connected');
    await expect(graph.renew()).resolves.toEqual(expect.any(String));
  });

  it('answers 404 for a connection of another workspace', async () => {
    const other = world.openBrowser();
    await world.signIn(other, 'svc-tenantry@southridge.example');
    expect((await world.postForm(other, `/connections/${connectionId()}/reauthorize`)).status).toBe(404);
    expect((await world.api(other, 'GET', `/api/v1/connections/${connectionId()}`)).status).toBe(404);
  });
});

describe('the kept refresh token', () => {
  beforeEach(async () => {
    await connect(service);
  });

  it('is replaced at each use, and survives uses at the same moment', async () => {
    const before = await credential();
    const { graph, partnerCenter } = partnerTokens(world.app, partner().id, connectionId());
    await Promise.all([graph.renew(), partnerCenter.renew(), graph.renew()]);
    const after = await credential();
    expect(after?.sealedRefreshToken).not.toBe(before?.sealedRefreshToken);
    await expect(graph.renew()).resolves.toEqual(expect.any(String));
    expect((await stored())?.state).toBe('Connected');
  });

  it('is used after six days without use, and left alone before', async () => {
    await until(async () => (await world.api(browser, 'GET', '/api/v1/customers')).status === 200);
    const { graph } = partnerTokens(world.app, partner().id, connectionId());
    await graph.renew();
    const message = {
      kind: 'keepAlive',
      workspaceId: partner().id,
      connectionId: connectionId(),
      attempt: 1,
    } as const;
    const before = await credential();
    world.clock.advance(5 * DAY_MS);
    await runKeepAlive(world.app, message, 'keep:1');
    expect(await credential()).toEqual(before);
    world.clock.advance(2 * DAY_MS);
    await runKeepAlive(world.app, message, 'keep:2');
    expect((await credential())?.lastUsedAt).toBe(new Date(world.clock.now()).toISOString());
  });

  it('cannot be moved to another workspace', async () => {
    const doc = await credential();
    expect(doc).toBeDefined();
    if (doc) await world.workspace(world.tenant('southridge.example')).workspace.create(doc);
    const { graph } = partnerTokens(world.app, world.tenant('southridge.example').id, connectionId());
    await expect(graph.get()).rejects.toThrow('cannot be opened');
  });
});

// Attacks on who may do what: taking a workspace over, roles that changed meanwhile, the last Admin, refresh tokens.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import type { Tenant, User } from '../../infra/local/microsoft/world.ts';
import { memberDoc } from '../../shared/access/documents.ts';
import { memberId } from '../../shared/access/members.ts';
import { GLOBAL_ADMINISTRATOR } from '../../shared/customers/gdap-status.ts';
import { listAs } from '../../shared/store/scoped.ts';
import {
  adminOf,
  connectedPartner,
  customerOf,
  first,
  must,
  second,
  service,
  startAttackedWorld,
} from './attacks-kit.ts';
import type { TestWorld, TestWorldOptions } from './kit/world.ts';

let world: TestWorld;
afterEach(() => world.close());

const begin = async (options: TestWorldOptions = {}) => {
  world = await startAttackedWorld(options);
};
const userOf = (tenant: Tenant, mailbox: string): User =>
  must([...tenant.users.values()].find(({ userPrincipalName }) => userPrincipalName.startsWith(`${mailbox}@`)));
const membersOf = (tenant: Tenant) => listAs(world.workspace(tenant).workspace, { type: 'member' }, memberDoc);
const signedIn = async (upn: string): Promise<HttpBrowser> => {
  const browser = world.openBrowser();
  await world.signIn(browser, upn);
  return browser;
};

/** Signs in at the named tenant instead of the person's own: the browser may change the address. */
async function signInAt(tenant: Tenant, upn: string): Promise<HttpBrowser> {
  const browser = world.openBrowser();
  const away = await browser.post(`${world.publicUrl}/sign-in/start`, {}, { stopBefore: () => true });
  const authorize = must(away.headers.get('location')).replace('/organizations/', `/${tenant.id}/`);
  await browser.get(authorize);
  await passMicrosoft(browser, upn);
  return browser;
}

describe('a workspace is not founded', () => {
  it.each<[string, TestWorldOptions, string]>([
    ['by an ordinary user', {}, `olivia.ordinary@${first}`],
    [
      'by a Global Administrator of a tenant that is not allowed',
      { allowedTenants: new Set(['00000000-0000-4000-8000-000000000001']) },
      service(first),
    ],
    ['by a personal account', {}, 'pat.personal@outlook.example'],
  ])('%s', async (_who, options, upn) => {
    await begin(options);
    const browser = await signedIn(upn);
    expect((await world.api(browser, 'GET', '/api/v1/session')).status).toBe(401);
    expect(await membersOf(world.tenant(first))).toEqual([]);
  });

  it('by a guest, whatever role they were given', async () => {
    await begin();
    const host = world.tenant(first);
    const guest = must([...host.users.values()].find(({ userType }) => userType === 'Guest'));
    guest.directoryRoles = [GLOBAL_ADMINISTRATOR];
    const browser = await signInAt(host, `sam.support@${second}`);
    expect(await membersOf(host)).toEqual([]);
    expect((await world.api(browser, 'GET', '/api/v1/session')).status).toBe(401);
  });

  it('in a customer’s tenant by their partner, whose GDAP gives Global Administrator there', async () => {
    await begin();
    const partner = world.tenant(first);
    const customer = customerOf(world, first);
    for (const relationship of world.microsoft.world.relationships.values())
      if (relationship.partnerTenantId === partner.id && relationship.customerTenantId === customer.id) {
        relationship.roleDefinitionIds.push(GLOBAL_ADMINISTRATOR);
        for (const assignment of relationship.accessAssignments.values())
          assignment.roleDefinitionIds.push(GLOBAL_ADMINISTRATOR);
      }
    await signInAt(customer, service(first));
    expect(await membersOf(customer)).toEqual([]);
    await signedIn(adminOf(customer));
    expect((await membersOf(customer)).map(({ username }) => username)).toEqual([adminOf(customer)]);
  });

  it('twice: of two Global Administrators at the same moment one is Admin, the other a stranger', async () => {
    await begin();
    const isCallback = ({ pathname }: URL) => pathname === '/auth/callback';
    const answers = await Promise.all(
      [service(first), `lena.lone@${first}`, `nora.nomfa@${first}`].map(async (upn) => {
        const browser = world.openBrowser();
        await browser.post(`${world.publicUrl}/sign-in/start`, {});
        const page = await passMicrosoft(browser, upn, { stopBefore: isCallback });
        return { browser, answer: must(page.headers.get('location')) };
      }),
    );
    const pages = await Promise.all(answers.map(({ browser, answer }) => browser.get(answer)));
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 403, 403]);
    expect(await membersOf(world.tenant(first))).toHaveLength(1);
  });
});

describe('roles', () => {
  let admin: HttpBrowser;
  let partner: Tenant;
  beforeEach(async () => {
    await begin();
    admin = await signedIn(service(first));
    partner = world.tenant(first);
  });
  const add = async (mailbox: string, role: 'Admin' | 'Reader') => {
    const { id: objectId, displayName: name } = userOf(partner, mailbox);
    const { status } = await world.api(admin, 'POST', '/api/v1/members', { objectId, name, role });
    expect(status).toBe(201);
    return { id: memberId({ tenantId: partner.id, objectId }), browser: await signedIn(`${mailbox}@${first}`) };
  };
  const adminId = () => memberId({ tenantId: partner.id, objectId: userOf(partner, 'svc-tenantry').id });

  it('are read at each request: a demoted Admin and a removed member lose at once what they had', async () => {
    const lena = await add('lena.lone', 'Admin');
    expect((await world.api(lena.browser, 'PATCH', '/api/v1/settings', { consentLinkDays: 9 })).status).toBe(200);
    expect((await world.api(admin, 'PATCH', `/api/v1/members/${lena.id}`, { role: 'Reader' })).status).toBe(200);
    expect((await world.api(lena.browser, 'PATCH', '/api/v1/settings', { consentLinkDays: 8 })).status).toBe(403);
    expect((await world.api(lena.browser, 'PATCH', `/api/v1/members/${lena.id}`, { role: 'Admin' })).status).toBe(403);
    expect((await lena.browser.get(`${world.publicUrl}/connect`)).status).toBe(403);
    expect((await world.api(admin, 'DELETE', `/api/v1/members/${lena.id}`)).status).toBe(204);
    for (const path of ['/api/v1/customers', '/api/v1/members', '/api/v1/settings'])
      expect((await world.api(lena.browser, 'GET', path)).status).toBe(403);
    expect((await lena.browser.get(`${world.publicUrl}/connections`)).status).toBe(403);
    expect((await world.signIn(world.openBrowser(), `lena.lone@${first}`)).status).toBe(403);
  });

  it('leave an Admin, whoever removes or demotes whom at the same moment', async () => {
    const lena = await add('lena.lone', 'Admin');
    const nora = await add('nora.nomfa', 'Admin');
    const requests = [
      world.api(admin, 'DELETE', `/api/v1/members/${lena.id}`),
      world.api(lena.browser, 'PATCH', `/api/v1/members/${nora.id}`, { role: 'Reader' }),
      world.api(nora.browser, 'DELETE', `/api/v1/members/${adminId()}`),
      world.api(lena.browser, 'PATCH', `/api/v1/members/${lena.id}`, { role: 'Reader' }),
      world.api(admin, 'PATCH', `/api/v1/members/${adminId()}`, { role: 'Reader' }),
      world.api(nora.browser, 'DELETE', `/api/v1/members/${nora.id}`),
    ];
    const statuses = (await Promise.all(requests)).map(({ status }) => status);
    for (const status of statuses) expect([200, 204, 403, 404, 409]).toContain(status);
    const left = (await membersOf(partner)).filter(({ role }) => role === 'Admin');
    expect(left.length).toBeGreaterThanOrEqual(1);
  });

  it('of a tenant that the deployment no longer allows end with it', async () => {
    const { config } = world.app;
    const cookie = await admin.jar.getCookieString(world.publicUrl);
    Object.assign(world.app, { config: { ...config, allowedTenants: new Set<string>() } });
    const answer = await fetch(`${world.publicUrl}/api/v1/session`, { headers: { cookie } });
    Object.assign(world.app, { config });
    expect(answer.status).toBe(403);
  });

  it.each<[string, object]>([
    ['another role', { role: 'Owner' }],
    ['no object id', { objectId: 'me' }],
    ['a control character in the name', { name: 'Eve\u0000' }],
    ['a turned writing direction in the name', { name: 'nimdA \u202eeve' }],
    ['half a character in the name', { name: 'Eve \ud800' }],
    ['a name of nothing to see', { name: '\u200b\u200b' }],
    ['an array for a name', { name: ['Eve'] }],
  ])('are not given to somebody with %s', async (_what, change) => {
    const eve = { objectId: userOf(partner, 'lena.lone').id, name: 'Eve', role: 'Reader' };
    expect((await world.api(admin, 'POST', '/api/v1/members', { ...eve, ...change })).status).toBe(400);
    expect(await membersOf(partner)).toHaveLength(1);
  });

  it('cannot be given away by extra fields', async () => {
    const { id: objectId } = userOf(partner, 'lena.lone');
    const eve = {
      objectId,
      name: 'Eve',
      role: 'Reader',
      tenantId: world.tenant(second).id,
      id: 'workspace',
      addedBy: 'x',
    };
    const json = `${JSON.stringify(eve).slice(0, -1)},"__proto__":{"role":"Admin"},"constructor":{"prototype":{"role":"Admin"}}}`;
    const { status, body } = await world.api(admin, 'POST', '/api/v1/members', JSON.parse(json));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: memberId({ tenantId: partner.id, objectId }),
      role: 'Reader',
      tenantId: partner.id,
    });
    expect(Object({}).role).toBeUndefined();
  });
});

describe('the partner’s refresh token', () => {
  it('survives several uses at once in several processes, and is never in clear', async () => {
    await begin();
    await connectedPartner(world, first);
    const { partnerTokens } = await import('../../shared/connections/partner-tokens.ts');
    const { partnerConnectionId } = await import('../../shared/connections/state.ts');
    const { openMicrosoft } = await import('../../shared/microsoft/open.ts');
    const { id } = world.tenant(first);
    const connectionId = partnerConnectionId(id);
    // A process is told from another by its Microsoft port: each has its own cache of tokens.
    const processes = Array.from({ length: 4 }, () => ({ ...world.app, microsoft: openMicrosoft(world.app) }));
    for (let round = 0; round < 3; round += 1) {
      const tokens = await Promise.all(
        processes.flatMap((app) => {
          const { graph, partnerCenter } = partnerTokens(app, id, connectionId);
          return [graph.renew(), partnerCenter.renew()];
        }),
      );
      expect(new Set(tokens).size).toBeGreaterThan(1);
    }
    const fresh = { ...world.app, microsoft: openMicrosoft(world.app) };
    expect(await partnerTokens(fresh, id, connectionId).graph.get()).toMatch(/^eyJ/);
  });

  it('that was moved into another workspace does not open, and the worker is not stuck on it', async () => {
    await begin();
    const a = await connectedPartner(world, first);
    const b = await connectedPartner(world, second);
    const { partnerTokens } = await import('../../shared/connections/partner-tokens.ts');
    const { partnerConnectionId } = await import('../../shared/connections/state.ts');
    const { openMicrosoft } = await import('../../shared/microsoft/open.ts');
    const [from, to] = [world.tenant(first), world.tenant(second)];
    const stolen = must(await world.workspace(from).workspace.read(`credential:${partnerConnectionId(from.id)}`)).doc;
    const target = `credential:${partnerConnectionId(to.id)}`;
    const { doc } = must(await world.workspace(to).workspace.read(target));
    await world.workspace(to).workspace.upsert({ ...doc, sealedRefreshToken: stolen['sealedRefreshToken'] });
    const app = { ...world.app, microsoft: openMicrosoft(world.app) };
    await expect(partnerTokens(app, to.id, partnerConnectionId(to.id)).graph.renew()).rejects.toThrow();
    const { body } = await world.api(b, 'GET', `/api/v1/connections/${partnerConnectionId(to.id)}`);
    expect(body).toMatchObject({ state: 'ReauthRequired', explanation: { code: 'credential_unreadable' } });
    expect((await world.api(a, 'GET', `/api/v1/connections/${partnerConnectionId(from.id)}`)).body).toMatchObject({
      state: 'Connected',
    });
  });
});

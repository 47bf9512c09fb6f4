// What the four products say of the service account, its groups and connecting, sentence by sentence, over the simulated
// Microsoft.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpFunctions } from '../../functions/http/routes.ts';
import { pageFunctions } from '../../functions/portal/pages.ts';
import { consentFunction } from '../../functions/workers/consent.ts';
import { discoverFunction } from '../../functions/workers/discover.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { ROLE } from '../../infra/local/microsoft/graph/directory-roles.ts';
import { PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { User } from '../../infra/local/microsoft/world.ts';
import { HOUR_MS } from '../../shared/clock.ts';
import { connectionDoc } from '../../shared/connections/documents.ts';
import { updateDoc } from '../../shared/store/scoped.ts';
import { connectAs, connectionIdOf, customerOf, discovered, northwind, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld } from './kit/world.ts';

let world: TestWorld;
let browser: HttpBrowser;
beforeEach(async () => {
  const functions = [...httpFunctions, ...pageFunctions, consentFunction, discoverFunction];
  world = await startTestWorld({ mix: 'all-active', functions });
  browser = world.openBrowser();
  await world.signIn(browser, serviceAccount);
});
afterEach(() => world.close());

const partner = () => world.tenant(northwind);
function account(upn: string): User {
  const user = [...partner().users.values()].find(({ userPrincipalName }) => userPrincipalName === upn);
  if (!user) throw new Error(`There is no ${upn}.`);
  return user;
}
function group(name: string) {
  const found = [...partner().groups.values()].find(({ displayName }) => displayName === name);
  if (!found) throw new Error(`There is no group ${name}.`);
  return found;
}
const firstCustomer = () => {
  const [tenant] = world.customersOf(partner());
  if (!tenant) throw new Error('The scenario has no customer.');
  return tenant;
};
async function refresh(): Promise<void> {
  await world.postForm(browser, `/connections/${await connectionIdOf(world, browser)}/refresh`);
  await discovered(world, browser);
}
const card = async () => {
  const { document } = await browser.get(`${world.publicUrl}/connections`);
  return document?.querySelector('[data-connection]');
};
const mainText = () => browser.page().document?.querySelector('main')?.textContent.replace(/\s+/g, ' ') ?? '';

describe('before connecting', () => {
  it('SP-03 SP-04 SP-08 says what account and what group to prepare', async () => {
    await browser.get(`${world.publicUrl}/connect`);
    for (const words of [
      'A service account of its own. Freshly made for this, with a user name and a generated password',
      'enabled, and signed in once to finish its first set-up and MFA enrolment',
      'assigned to a security group that the account is in, itself or through a group within it',
    ])
      expect(mainText()).toContain(words);
  });

  it('SP-02 says what to do before, who can connect, how, and what the first sync does', async () => {
    const { document } = await browser.get(`${world.publicUrl}/connect`);
    const headings = document?.querySelectorAll('h2').map(({ text }) => text);
    expect(headings?.slice(0, 2)).toEqual(['Before you begin', 'Who can connect, and what happens then']);
    expect(mainText()).toContain('An Admin of this workspace can');
    expect(mainText()).toContain('A first sync may take up to 48 hours');
    expect(document?.querySelector('form[action="/connect/start"] button')?.textContent.trim()).toBe(
      'Connect to Microsoft',
    );
  });

  it('G2-19 links to Partner Center, where the roles of the account can be checked', async () => {
    const { document } = await browser.get(`${world.publicUrl}/connect`);
    const link = document?.querySelectorAll('main a').find(({ text }) => text.includes('Partner Center'));
    expect(link?.getAttribute('href')).toMatch(/^https:\/\/partner\.microsoft\.com\//);
  });

  it('G2-01 names each permission that Microsoft will ask for, with a reason', async () => {
    const { document } = await browser.get(`${world.publicUrl}/connect`);
    const rows = document?.querySelectorAll('[aria-labelledby=permissions] tbody tr') ?? [];
    const asked = world.microsoft.world.apps.get(world.app.config.partnerApp.clientId)?.requiredResourceAccess ?? [];
    expect(rows.map((row) => row.querySelector('th')?.textContent).sort()).toEqual(
      asked.flatMap(({ scopes }) => scopes).sort(),
    );
    for (const row of rows) expect(row.querySelector('td')?.textContent).toMatch(/^To .+\.$/);
  });
});

describe('connecting', () => {
  it('G1-10 G1-11 SP-05 an account that is all but Global Administrator is refused, and told why', async () => {
    account(serviceAccount).directoryRoles = [ROLE.applicationAdministrator];
    await connectAs(world, browser);
    const failed = await card();
    expect(failed?.getAttribute('data-connection')).toBe('AuthFailed');
    expect(failed?.textContent).toContain('The account is not a Global Administrator of the partner tenant.');
  });

  it('SP-07 an account outside AdminAgents is refused until it is a member', async () => {
    const agents = group('AdminAgents');
    const { id } = account(serviceAccount);
    agents.memberIds = agents.memberIds.filter((member) => member !== id);
    await connectAs(world, browser);
    expect((await card())?.textContent).toContain('not a member of the AdminAgents group');
    agents.memberIds.push(id);
    await world.postForm(browser, `/connections/${await connectionIdOf(world, browser)}/reauthorize`);
    await passMicrosoft(browser, serviceAccount);
    expect((await card())?.getAttribute('data-connection')).toBe('Connected');
  });

  it('SP-12 SY-14 once authorised it is in the list of connections, above its tenants', async () => {
    await browser.get(`${world.publicUrl}/connections`);
    expect(browser.page().document?.querySelector('[data-connection]')).toBeNull();
    await connectAs(world, browser);
    await discovered(world, browser);
    expect((await card())?.textContent).toContain('Northwind');
    const rows = browser.page().document?.querySelectorAll('#customers tbody tr') ?? [];
    expect(rows.map((row) => row.getAttribute('data-tenant')).sort()).toEqual(
      world
        .customersOf(partner())
        .map(({ id }) => id)
        .sort(),
    );
  });

  it.each([ROLE.applicationAdministrator, ROLE.cloudApplicationAdministrator])(
    'SP-06 afterwards %s in place of Global Administrator is enough, and the page says so',
    async (role) => {
      await connectAs(world, browser);
      expect(mainText()).toContain(
        'no longer needs Global Administrator: Application Administrator or Cloud Application Administrator will do',
      );
      await discovered(world, browser);
      account(serviceAccount).directoryRoles = [role];
      // Tokens of before, with the old role in them, are of no use any more.
      world.clock.advance(2 * HOUR_MS);
      await world.signIn(browser, serviceAccount);
      await refresh();
      expect((await card())?.getAttribute('data-connection')).toBe('Connected');
      expect(await customerOf(world, firstCustomer())).toMatchObject({
        gdapReadAt: new Date(world.clock.now()).toISOString(),
        readiness: { gdap: { status: 'Active' } },
      });
    },
  );
});

describe('the row of the CSP', () => {
  it('SY-22 says Auth pending, and that it may take minutes, and lists the tenants once it succeeded', async () => {
    await connectAs(world, browser);
    await discovered(world, browser);
    const id = `connection:${await connectionIdOf(world, browser)}`;
    const { workspace } = world.workspace(partner());
    const set = (state: 'AuthPending' | 'Connected') =>
      updateDoc(workspace, id, connectionDoc, (stored) => stored && { ...stored, state });
    await set('AuthPending');
    expect((await card())?.querySelector('.status')?.textContent).toBe('Auth pending');
    expect(mainText()).toContain('this may take several minutes');
    await set('Connected');
    expect((await card())?.querySelector('.status')?.textContent).toBe('Connected');
    expect(mainText()).not.toContain('several minutes');
    expect(browser.page().document?.querySelectorAll('#customers tbody tr')).toHaveLength(3);
  });

  it('SY-24 says Error, with the cause, while the CSP does not let its customers be read, and no more once it does', async () => {
    await connectAs(world, browser);
    await discovered(world, browser);
    const app = partner().servicePrincipals.get(PARTNER_APP_ID);
    const granted = structuredClone(app?.delegatedGrants ?? []);
    for (const grant of app?.delegatedGrants ?? [])
      grant.scopes = grant.scopes.filter((scope) => !scope.startsWith('DelegatedAdminRelationship'));
    world.clock.advance(2 * HOUR_MS);
    await world.signIn(browser, serviceAccount);
    await expect(refresh()).rejects.toThrow('could not be read');
    const failing = await card();
    expect(failing?.querySelector('.status')?.textContent).toBe('Error');
    expect(failing?.querySelector('.status')?.classList.contains('needsPerson')).toBe(true);
    expect(failing?.textContent).toContain('Customers could not be read.');
    if (app) app.delegatedGrants = granted;
    world.clock.advance(2 * HOUR_MS);
    await world.signIn(browser, serviceAccount);
    await refresh();
    expect((await card())?.querySelector('.status')?.textContent).toBe('Connected');
  });
});

describe('groups for GDAP', () => {
  it('SP-08 SP-09 the account has its roles through a group that is nested in the group of each relationship', async () => {
    await connectAs(world, browser);
    await discovered(world, browser);
    const own = group('GDAP Tenantry');
    const holder = group('GDAP - Application Administrator');
    expect(own.memberIds).toContain(account(serviceAccount).id);
    expect(holder.memberIds).toEqual([own.id]);
    expect((await customerOf(world, firstCustomer())).readiness.gdap.status).toBe('Active');
    holder.memberIds = [];
    await refresh();
    expect((await customerOf(world, firstCustomer())).readiness.gdap).toMatchObject({
      status: 'MissingSecurityGroup',
      reason: 'notMember',
    });
    holder.memberIds = [own.id];
    await refresh();
    expect((await customerOf(world, firstCustomer())).readiness.gdap.status).toBe('Active');
  });
});

describe('reauthorising', () => {
  beforeEach(async () => {
    await connectAs(world, browser);
  });
  const reauthorize = async (upn: string) => {
    await world.postForm(browser, `/connections/${await connectionIdOf(world, browser)}/reauthorize`);
    return passMicrosoft(browser, upn);
  };
  const connected = async () => {
    const { body } = await world.api(browser, 'GET', `/api/v1/connections/${await connectionIdOf(world, browser)}`);
    return { state: Object(body).state, tenantId: Object(body).tenantId, username: Object(body).account?.username };
  };

  it('SY-40 takes different credentials of the same tenant', async () => {
    const nora = account(`nora.nomfa@${northwind}`);
    nora.mfa = true;
    await reauthorize(nora.userPrincipalName);
    expect(await connected()).toEqual({
      state: 'Connected',
      tenantId: partner().id,
      username: nora.userPrincipalName,
    });
  });

  it('SY-40 refuses credentials of another tenant, and keeps those it has', async () => {
    const page = await reauthorize('svc-tenantry@southridge.example');
    expect(page.url.search).not.toContain('notice=connected');
    expect(await connected()).toEqual({ state: 'Connected', tenantId: partner().id, username: serviceAccount });
  });
});

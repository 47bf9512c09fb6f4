// The service account: which roles it still holds, and whether it is a guest where it should come through GDAP.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { httpFunctions } from '../../functions/http/routes.ts';
import { pageFunctions } from '../../functions/portal/pages.ts';
import { consentFunction } from '../../functions/workers/consent.ts';
import { discoverFunction } from '../../functions/workers/discover.ts';
import { syncFunction } from '../../functions/workers/sync.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { ROLE } from '../../infra/local/microsoft/graph/directory-roles.ts';
import { DAY_MS } from '../../shared/clock.ts';
import { dispatch } from '../../shared/sync/dispatcher.ts';
import {
  connectionIdOf,
  consentAs,
  customerOf,
  linkOf,
  northwind,
  openConnected,
  serviceAccount,
} from './kit/connected.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

let world: TestWorld;
let msp: HttpBrowser;
beforeEach(async () => {
  world = await startTestWorld({
    customers: 2,
    mix: 'all-active',
    functions: [...httpFunctions, ...pageFunctions, consentFunction, discoverFunction, syncFunction],
  });
  msp = await openConnected(world);
  await dispatch(world.app);
});
afterEach(() => world.close());

async function change(what: Record<string, unknown>): Promise<void> {
  const answer = await fetch(`${world.microsoft.control}/control/change`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(what),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
}

it('SP-06 may give up Global Administrator once connected, which is looked at again daily and costs no connection', async () => {
  const connectionId = await connectionIdOf(world, msp);
  const account = async () => Object((await world.api(msp, 'GET', `/api/v1/connections/${connectionId}/account`)).body);
  expect(await account()).toMatchObject({ account: { username: serviceAccount } });
  expect(['mayStepDown', 'replaceFirst']).toContain((await account()).stepDown.state);
  const { document } = await msp.get(`${world.publicUrl}/connections`);
  expect(document?.querySelector('[data-step-down]')?.textContent).toContain('Global Administrator');
  const { id: tenantId, users } = world.tenant(northwind);
  const userId = [...users.values()].find(({ userPrincipalName }) => userPrincipalName === serviceAccount)?.id;
  await change({ kind: 'updateUser', tenantId, userId, set: { directoryRoles: [ROLE.applicationAdministrator] } });
  world.clock.advance(DAY_MS);
  await dispatch(world.app);
  await world.signIn(msp, serviceAccount);
  const after = await until(async () => {
    const now = await account();
    return now.stepDown.state === 'steppedDown' && now;
  });
  expect(after.roles).toHaveLength(1);
  const { body } = await world.api(msp, 'GET', `/api/v1/connections/${connectionId}`);
  expect(body).toMatchObject({ state: 'Connected' });
});

it('is found as a guest of a customer’s tenant, with what that means and what to do', async () => {
  const [tenant] = world.customersOf(world.tenant(northwind));
  if (!tenant) throw new Error('The scenario has no customer.');
  const guest = `${serviceAccount.replace('@', '_')}#EXT#@${tenant.defaultDomain}`;
  const user = { userPrincipalName: guest, displayName: 'Service', mail: serviceAccount, userType: 'Guest' };
  await change({ kind: 'addUser', tenantId: tenant.id, user });
  await consentAs(world, world.openBrowser(), await linkOf(world, msp, tenant), `admin@${tenant.defaultDomain}`);
  await until(async () => (await customerOf(world, tenant)).sync?.status === 'Success');
  await world.api(msp, 'POST', `/api/v1/customers/${tenant.id}/consent/check`, {});
  expect((await customerOf(world, tenant)).guestAccount).toBe(guest);
  const { document } = await msp.get(`${world.publicUrl}/customers/${tenant.id}`);
  expect(document?.querySelector('[data-guest]')?.textContent).toContain('AADSTS50020');
  const userId = [...tenant.users.values()].find(({ userPrincipalName }) => userPrincipalName === guest)?.id;
  await change({ kind: 'softDeleteUser', tenantId: tenant.id, userId });
  await world.api(msp, 'POST', `/api/v1/customers/${tenant.id}/sync`, {});
  await until(async () => {
    await world.api(msp, 'POST', `/api/v1/customers/${tenant.id}/consent/check`, {});
    return (await customerOf(world, tenant)).guestAccount === null;
  });
});

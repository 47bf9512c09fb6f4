// The tables of permissions beside what happened: each request that the app made in a long journey passed at the simulated
// Microsoft by a permission whose row names it, and no row names a request or a permission that nothing needed.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { functionList } from '../../functions/list.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { CUSTOMER_APP_ID, PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { ScenarioGdapStatus, Tenant } from '../../infra/local/microsoft/world.ts';
import { tenantryActor } from '../../shared/access/audit.ts';
import { startAutomatic } from '../../shared/consent/automatic/start.ts';
import {
  automaticConsentPermissions,
  customerAppPermissions,
  type PermissionRow,
  partnerAppPermissions,
} from '../../shared/microsoft/permissions.ts';
import { follow, isGranted } from './kit/automatic.ts';
import { connectAs, consentAs, discovered, linkOf, northwind, serviceAccount } from './kit/connected.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

interface Passed {
  app: PermissionRow['app'];
  /** Method and path, as the tables write them. */
  request: string;
  /** The least privileged first; each would have done. */
  permissions: readonly string[];
}

let world: TestWorld;
let msp: HttpBrowser;
let passed: Passed[];
beforeAll(async () => {
  world = await startTestWorld({ customers: 14, functions: functionList });
  msp = world.openBrowser();
  await journey();
  passed = world.microsoft.stats.snapshot().grants.flatMap(({ appId, method, path, permissions }) => {
    const app = appId === PARTNER_APP_ID ? 'partner' : appId === CUSTOMER_APP_ID ? 'customer' : undefined;
    return app ? [{ app, request: `${method} ${templateOf(path)}`, permissions }] : [];
  });
}, 120_000);
afterAll(() => world?.close());

/** A relationship's id is two GUIDs; what a cast narrows is the same request. */
function templateOf(path: string): string {
  return path.replaceAll('{id}-{id}', '{id}').replace(/\/microsoft\.graph\.\w+/, '');
}

const partner = () => world.tenant(northwind);
function withStatus(status: ScenarioGdapStatus): Tenant[] {
  const { scenarioStatuses, tenants } = world.microsoft.world;
  return scenarioStatuses
    .filter(({ partnerTenantId, gdapStatus }) => partnerTenantId === partner().id && gdapStatus === status)
    .flatMap(({ customerTenantId }) => tenants.get(customerTenantId) ?? []);
}
function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The scenario has no such thing.');
  return value;
}
async function ask(method: string, path: string, json?: unknown) {
  const { status, body } = await world.api(msp, method, `/api/v1/${path}`, json);
  expect(status, `${method} ${path}: ${JSON.stringify(body)}`).toBeLessThan(300);
  return Object(body);
}

/** Everything that makes the app ask Microsoft for something. */
async function journey(): Promise<void> {
  await world.signIn(msp, serviceAccount);
  await connectAs(world, msp);
  await discovered(world, msp);
  const [byLink, byItself] = withStatus('Active');
  await readTenant(must(byLink));
  await consentAutomatically(must(byItself));
  await ask('POST', `customers/${must(withStatus('Missing')[0]).id}/gdap/requests`, {});
  await ask('POST', `customers/${must(withStatus('Expiring')[0]).id}/gdap/auto-extend`, {});
  await assignTwice(must(withStatus('MissingSecurityGroup')[0]));
  await connectSingle();
}

async function readTenant(tenant: Tenant): Promise<void> {
  await consentAs(world, world.openBrowser(), await linkOf(world, msp, tenant), `admin@${tenant.defaultDomain}`);
  await until(async () => (await ask('GET', `customers/${tenant.id}`)).sync?.status === 'Success');
  const { items } = await ask('GET', `customers/${tenant.id}/groups`);
  await ask('GET', `contacts?tenantId=${tenant.id}&groupId=${must(items[0]).groupId}`);
}

async function consentAutomatically(tenant: Tenant): Promise<void> {
  await startAutomatic(world.app, world.workspace(partner()), tenantryActor, [tenant.id]);
  await follow(world, tenant, isGranted);
}

/** First one role of a group, then another beside it. */
async function assignTwice(tenant: Tenant): Promise<void> {
  const relationship = [...world.microsoft.world.relationships.values()].find(
    ({ customerTenantId, status }) => customerTenantId === tenant.id && status === 'active',
  );
  const group = [...partner().groups.values()].find(({ displayName }) => displayName === 'GDAP Tenantry');
  for (const roleId of must(relationship).roleDefinitionIds.slice(0, 2)) {
    const asked = { relationshipId: must(relationship).id, groupId: must(group).id, roleIds: [roleId] };
    await ask('POST', `customers/${tenant.id}/gdap/assignments`, asked);
    world.clock.advance(30_000);
  }
}

/** A tenant that the partner has no relationship with. */
async function connectSingle(): Promise<void> {
  const own = new Set(world.customersOf(partner()).map(({ id }) => id));
  const tenant = must(world.customersOf(world.tenant('southridge.example')).find(({ id }) => !own.has(id)));
  await world.postForm(msp, '/connect/single/start', { name: 'Single', domain: tenant.defaultDomain });
  for (let pages = 0; pages < 2; pages += 1) await passMicrosoft(msp, `admin@${tenant.defaultDomain}`);
}

const tables: readonly PermissionRow[] = [
  ...partnerAppPermissions,
  ...automaticConsentPermissions,
  ...customerAppPermissions,
].filter(({ feature }) => feature !== 'Sign-in');

/** Two permissions that an operation wants together are `A+B`: each is one of those that allowed it. */
const names = (permissions: readonly string[]) => permissions.flatMap((each) => each.split('+'));

it('every request is in the table of its app, beside a permission that it passed by', () => {
  const unlisted = passed.filter(
    ({ app, request, permissions }) =>
      !tables.some(
        (row) => row.app === app && row.endpoints.includes(request) && names(permissions).includes(row.permission),
      ),
  );
  expect(unlisted).toEqual([]);
});

it.each(tables.flatMap((row) => row.endpoints.map((endpoint) => ({ ...row, endpoint }))))(
  '$app app: $endpoint was made, and passed by $permission',
  ({ app, endpoint, permission }) => {
    const allowed = passed.filter((each) => each.app === app && each.request === endpoint);
    expect(names(allowed.flatMap(({ permissions }) => permissions))).toContain(permission);
  },
);

it.each(tables)('$app app: for one request at least $permission is the least that it holds', (row) => {
  const least = passed
    .filter(({ app, request }) => app === row.app && row.endpoints.includes(request))
    .flatMap(({ permissions }) => names(permissions.slice(0, 1)));
  expect(least).toContain(row.permission);
});

// GDAP from request to use, over the simulated Microsoft: request, approval, security group, auto-extend, and every refusal.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { httpFunctions } from '../../functions/http/routes.ts';
import { pageFunctions } from '../../functions/portal/pages.ts';
import { discoverFunction } from '../../functions/workers/discover.ts';
import type { HttpBrowser } from '../../infra/local/journey/http-browser.ts';
import { passMicrosoft } from '../../infra/local/journey/microsoft-pages.ts';
import { ROLE } from '../../infra/local/microsoft/graph/directory-roles.ts';
import { PARTNER_APP_ID } from '../../infra/local/microsoft/scenario/apps.ts';
import type { Relationship, Tenant } from '../../infra/local/microsoft/world.ts';
import { auditDoc } from '../../shared/access/audit.ts';
import { forgetPartnerTokens } from '../../shared/connections/partner-tokens.ts';
import { partnerConnectionId } from '../../shared/connections/state.ts';
import { relationshipName } from '../../shared/customers/gdap-terms.ts';
import { listAs } from '../../shared/store/scoped.ts';
import { startTestWorld, type TestWorld, until } from './kit/world.ts';

const domain = 'northwindpartners.example';
const service = `svc-tenantry@${domain}`;
/** All that the scenario asks for, by the words of its first twelve customers. */
const variants = { expiring: 1, autoExtend: 2, pending: 3, missingRoles: 5, expired: 7, notMember: 8, missing: 10 };
let world: TestWorld;
let browser: HttpBrowser;

beforeEach(async () => {
  world = await startTestWorld({
    customers: 12,
    functions: [...pageFunctions, ...httpFunctions, discoverFunction],
  });
  browser = world.openBrowser();
  await world.signIn(browser, service);
  await world.postForm(browser, '/connect/start', { name: 'Northwind', prerequisites: 'on' });
  await passMicrosoft(browser, service);
  await until(async () => Object(await get('/api/v1/customers')).counts?.all === 12);
  await until(async () => Object(await gdapOf(customer('notMember'))).readAt);
});
afterEach(() => world.close());

const partner = () => world.tenant(domain);
const customer = (which: keyof typeof variants): Tenant => {
  const found = world.customersOf(partner())[variants[which]];
  if (!found) throw new Error(`There is no customer ${which}.`);
  return found;
};
const get = async (path: string) => (await world.api(browser, 'GET', path)).body;
const gdapOf = ({ id }: Tenant) => get(`/api/v1/customers/${id}/gdap`);
const post = async ({ id }: Tenant, what: string, json: unknown = {}) => {
  const { status, body } = await world.api(browser, 'POST', `/api/v1/customers/${id}/gdap/${what}`, json);
  return { status, body: Object(body) };
};
const relationshipsOf = ({ id }: Tenant): Relationship[] =>
  [...world.microsoft.world.relationships.values()].filter(({ customerTenantId }) => customerTenantId === id);
const control = async (change: Record<string, unknown>) => {
  const answer = await fetch(`${world.microsoft.control}/control/change`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  });
  expect(answer.status, await answer.text()).toBeLessThan(300);
};
const entries = async () => {
  const month = new Date(world.clock.now()).toISOString().slice(0, 7);
  return listAs(world.workspace(partner()).audit(month), { type: 'audit' }, auditDoc);
};
const groupNamed = (name: string) => {
  const found = [...partner().groups.values()].find(({ displayName }) => displayName === name);
  if (!found) throw new Error(`There is no group ${name}.`);
  return found;
};

describe('a request', () => {
  it('G2-06 SP-10 G2-18 is created with the roles, locked, approved, given to groups, and then Active', async () => {
    const tenant = customer('missing');
    expect(await gdapOf(tenant)).toMatchObject({ status: 'Missing', reason: 'neverRequested' });
    const { status, body } = await post(tenant, 'requests');
    expect(status).toBe(201);
    expect(body).toMatchObject({ status: 'approvalPending', autoExtendDuration: 'P180D', duration: 'P730D' });
    expect(body.approvalLink.endsWith(`/granularAdminRelationships/${body.relationshipId}`)).toBe(true);
    expect(await gdapOf(tenant)).toMatchObject({ status: 'Pending' });
    const [made] = relationshipsOf(tenant);
    expect(made?.roleDefinitionIds.toSorted()).toEqual(
      [ROLE.privilegedRoleAdministrator, ROLE.applicationAdministrator].toSorted(),
    );

    await control({ kind: 'activateRelationship', tenantId: tenant.id, relationshipId: body.relationshipId });
    world.clock.advance(20_000);
    expect((await post(tenant, 'check')).body).toMatchObject({ status: 'MissingSecurityGroup', reason: 'noGroup' });

    const group = groupNamed('GDAP Tenantry');
    const assigned = await post(tenant, 'assignments', { groupId: group.id });
    expect(assigned).toMatchObject({ status: 201, body: { status: 'pending', changed: true } });
    expect(await gdapOf(tenant)).toMatchObject({ status: 'MissingSecurityGroup', moving: true });
    // The worker follows it: nobody has to press anything.
    world.clock.advance(30_000);
    const active = await until(async () => {
      const report = Object(await gdapOf(tenant));
      return report.status === 'Active' && report;
    });
    expect(
      active.required.map(Object).map(({ role, group: through }: Record<string, unknown>) => [role, through]),
    ).toEqual([
      [
        { id: ROLE.privilegedRoleAdministrator, name: 'Privileged Role Administrator' },
        expect.objectContaining({ name: 'GDAP Tenantry' }),
      ],
      [
        { id: ROLE.applicationAdministrator, name: 'Application Administrator' },
        expect.objectContaining({ name: 'GDAP Tenantry' }),
      ],
    ]);
    expect((await entries()).map(({ action }) => action)).toEqual(
      expect.arrayContaining(['gdap.requested', 'gdap.groupAssigned']),
    );
  });

  it('pressed twice, also at the same moment, is one request', async () => {
    const tenant = customer('missing');
    const answers = await Promise.all([post(tenant, 'requests'), post(tenant, 'requests')]);
    const again = await post(tenant, 'requests');
    expect(again).toMatchObject({ status: 200, body: { created: false } });
    expect(new Set([...answers, again].map(({ body }) => body.relationshipId)).size).toBe(1);
    expect(relationshipsOf(tenant)).toHaveLength(1);
  });

  it('goes on with one that was created and never locked, as after a crash', async () => {
    const tenant = customer('missing');
    const { body } = await post(tenant, 'requests');
    const made = world.microsoft.world.relationships.get(body.relationshipId);
    if (made) made.status = 'created';
    const again = await post(tenant, 'requests');
    expect(again).toMatchObject({
      status: 200,
      body: { relationshipId: body.relationshipId, status: 'approvalPending' },
    });
    expect(relationshipsOf(tenant)).toHaveLength(1);
  });

  it('takes the next name where one is taken (409)', async () => {
    const [tenant, other] = [customer('missing'), customer('expired')];
    const [ended] = relationshipsOf(other);
    if (ended) ended.displayName = relationshipName({ tenantId: tenant.id, name: tenant.displayName }, 1);
    const { status, body } = await post(tenant, 'requests');
    expect(status).toBe(201);
    expect(body.name).toBe(relationshipName({ tenantId: tenant.id, name: tenant.displayName }, 2));
  });

  it('SY-33 with Global Administrator does not extend itself, and chosen roles and duration are kept', async () => {
    const roleIds = [ROLE.globalAdministrator];
    const { body } = await post(customer('missingRoles'), 'requests', { roleIds, duration: 'P90D' });
    expect(body).toMatchObject({ autoExtendDuration: 'PT0S', duration: 'P90D', roles: [{ id: roleIds[0] }] });
    expect(await gdapOf(customer('missingRoles'))).toMatchObject({ status: 'MissingRoles' });
  });

  it('SY-29 keeps Expired and says that a renewal was requested', async () => {
    await post(customer('expired'), 'requests');
    expect(await gdapOf(customer('expired'))).toMatchObject({ status: 'Expired', renewalRequested: true });
  });

  it.each<[string, unknown]>([
    ['a role that is none', { roleIds: ['11111111-1111-4111-8111-111111111111'] }],
    ['no role', { roleIds: [] }],
    ['more than two years', { duration: 'P3Y' }],
  ])('refuses %s', async (_words, json) => {
    expect((await post(customer('missing'), 'requests', json)).status).toBe(400);
    expect(relationshipsOf(customer('missing'))).toEqual([]);
  });
});

describe('a refusal of Microsoft', () => {
  /** As an hour later: the next call asks for a new token. */
  const forgetTokens = () => forgetPartnerTokens(world.app, partner().id, partnerConnectionId(partner().id));
  const refused = async (code: string) => {
    const { status, body } = await post(customer('missing'), 'requests');
    expect({ status, code: body.code }).toEqual({ status: 409, code });
    expect(relationshipsOf(customer('missing'))).toEqual([]);
    expect((await entries()).map(({ action }) => action)).not.toContain('gdap.requested');
    return body;
  };

  it('SY-23c is told as not in AdminAgents', async () => {
    groupNamed('AdminAgents').memberIds = [];
    await refused('not_in_admin_agents');
  });

  it('SY-40 is told as Reauthorize where the connection was made with the right to read alone', async () => {
    const grants = partner().servicePrincipals.get(PARTNER_APP_ID)?.delegatedGrants ?? [];
    for (const grant of grants)
      grant.scopes = grant.scopes.map((scope) => scope.replace('Relationship.ReadWrite.All', 'Relationship.Read.All'));
    forgetTokens();
    const body = await refused('gdap_write_not_granted');
    expect(body.detail).toContain('Reauthorize the connection to allow requests');
    // Reading goes on as before.
    expect((await post(customer('missing'), 'check')).status).toBe(200);
  });

  it('SY-23b is told as no MFA, in the words of the page too', async () => {
    for (const token of world.microsoft.world.refreshTokens.values()) token.mfa = false;
    forgetTokens();
    const tenant = customer('notMember');
    const form = await world.postForm(browser, `/customers/${tenant.id}/gdap/assignments`, {});
    expect(form.status).toBe(409);
    expect(form.text).toContain('no_mfa_prompt');
  });
});

describe('a security group', () => {
  it('SP-08 SP-09 SY-34 is proposed among those that the service account is in, and gets what is missing', async () => {
    const tenant = customer('notMember');
    const before = Object(await gdapOf(tenant));
    expect(before).toMatchObject({ status: 'MissingSecurityGroup', reason: 'notMember' });
    const names = before.proposal.choices.map(({ name }: { name: string }) => name);
    expect(names).toContain('GDAP Tenantry');
    expect(names).not.toContain('AdminAgents');
    const assigned = await post(tenant, 'assignments');
    expect(assigned).toMatchObject({ status: 201, body: { groupId: before.proposal.groupId } });
    world.clock.advance(30_000);
    await until(async () => Object(await gdapOf(tenant)).status === 'Active');
    expect((await post(tenant, 'assignments')).body.code).toBe('gdap_nothing_to_assign');
  });

  it('gets roles added to those that it has, also when somebody else changed it meanwhile (412)', async () => {
    const tenant = customer('notMember');
    const [relationship] = relationshipsOf(tenant);
    const group = groupNamed('GDAP Tenantry');
    const asked = { relationshipId: relationship?.id, groupId: group.id };
    await post(tenant, 'assignments', { ...asked, roleIds: [ROLE.directoryReaders] });
    world.clock.advance(10_000);
    const assignment = [...(relationship?.accessAssignments.values() ?? [])].find(
      ({ groupId }) => groupId === group.id,
    );
    const stop = changeOnce(assignment);
    const { status } = await post(tenant, 'assignments', { ...asked, roleIds: [ROLE.privilegedRoleAdministrator] });
    stop();
    expect(status).toBe(201);
    expect(assignment?.roleDefinitionIds.toSorted()).toEqual(
      [ROLE.directoryReaders, ROLE.privilegedRoleAdministrator].toSorted(),
    );
    const again = await post(tenant, 'assignments', { ...asked, roleIds: [ROLE.directoryReaders] });
    expect(again).toMatchObject({ status: 200, body: { changed: false } });
  });

  it('must hold the service account, and its roles must be in the relationship', async () => {
    const tenant = customer('notMember');
    const [relationship] = relationshipsOf(tenant);
    const strangers = groupNamed('GDAP - Former engineers');
    expect((await post(tenant, 'assignments', { groupId: strangers.id })).body.code).toBe('gdap_not_in_group');
    const asked = { relationshipId: relationship?.id, roleIds: [ROLE.globalAdministrator] };
    expect((await post(tenant, 'assignments', asked)).body.code).toBe('gdap_role_not_in_relationship');
  });
});

describe('auto-extend', () => {
  it('SY-30 is turned on for what can extend itself, which then is not Expiring any more', async () => {
    const tenant = customer('expiring');
    expect(await gdapOf(tenant)).toMatchObject({ status: 'Expiring' });
    const calendar = Object(await get('/api/v1/gdap/calendar?within=7'));
    expect(calendar.entries.map(({ tenantId }: { tenantId: string }) => tenantId)).toEqual([tenant.id]);
    const [relationship] = relationshipsOf(tenant);
    const stop = changeOnce(relationship);
    const { status, body } = await post(tenant, 'auto-extend');
    stop();
    expect({ status, on: body.turnedOn }).toEqual({ status: 200, on: [relationship?.id] });
    expect(relationship?.autoExtendDuration).toBe('P180D');
    expect(await gdapOf(tenant)).toMatchObject({ status: 'Active', expiresAt: null });
    expect(Object(await get('/api/v1/gdap/calendar')).entries).toEqual([]);
    expect((await post(tenant, 'auto-extend')).body).toMatchObject({ turnedOn: [], wereOn: [relationship?.id] });
    expect((await entries()).filter(({ action }) => action === 'gdap.autoExtendTurnedOn')).toHaveLength(1);
  });

  it('is refused where Global Administrator is in the relationship', async () => {
    const tenant = customer('expiring');
    relationshipsOf(tenant)[0]?.roleDefinitionIds.push(ROLE.globalAdministrator);
    await post(tenant, 'check');
    expect((await post(tenant, 'auto-extend')).body.code).toBe('auto_extend_global_administrator');
  });
});

describe('another workspace', () => {
  it('reaches neither the customer nor a relationship of it', async () => {
    const [relationship] = relationshipsOf(customer('notMember'));
    const other = world.openBrowser();
    const sam = 'svc-tenantry@southridge.example';
    await world.signIn(other, sam);
    await world.postForm(other, '/connect/start', { name: 'Southridge', prerequisites: 'on' });
    await passMicrosoft(other, sam);
    const own = world.customersOf(world.tenant('southridge.example')).at(-1);
    await until(async () => (await world.api(other, 'GET', `/api/v1/customers/${own?.id}/gdap`)).status === 200);
    const versions = () => [...world.microsoft.world.relationships.values()].map(({ id, version }) => [id, version]);
    const before = versions();
    for (const what of ['requests', 'assignments', 'auto-extend', 'check']) {
      const path = `/api/v1/customers/${customer('notMember').id}/gdap/${what}`;
      expect((await world.api(other, 'POST', path, {})).status).toBe(404);
    }
    for (const what of ['assignments', 'auto-extend']) {
      const path = `/api/v1/customers/${own?.id}/gdap/${what}`;
      expect((await world.api(other, 'POST', path, { relationshipId: relationship?.id })).status).toBe(404);
    }
    expect(versions()).toEqual(before);
  });
});

describe('the role profile and the pages', () => {
  it('SP-10 MP-07 is changed by preset or role by role, and decides at once', async () => {
    const patch = (roleProfile: unknown) => world.api(browser, 'PATCH', '/api/v1/settings', { roleProfile });
    const tenant = customer('missingRoles');
    expect(await gdapOf(tenant)).toMatchObject({ status: 'MissingRoles', profile: { preset: 'gradient' } });
    expect((await patch({ preset: 'scalepad' })).status).toBe(200);
    expect(await gdapOf(tenant)).toMatchObject({ status: 'Active', profile: { preset: 'scalepad' } });
    expect((await patch({ preset: 'nobody' })).status).toBe(400);
    const form = { preset: 'custom', allOf: ROLE.globalReader, orGlobalAdmin: 'on' };
    expect((await world.postForm(browser, '/settings/roles', form)).url.search).toBe('?notice=settings_changed');
    const needs = Object(await get('/api/v1/gdap/roles'));
    expect(needs.profile).toEqual({ allOf: [ROLE.globalReader], anyOf: [], orGlobalAdmin: true });
    expect(needs.preset).toBeNull();
  });

  it('SY-32 leads from request to approval link on the customer’s page, with Partner Center’s word', async () => {
    const tenant = customer('missing');
    expect((await browser.get(new URL(`${world.publicUrl}/customers/${tenant.id}`))).text).toContain('Request GDAP');
    const page = await world.postForm(browser, `/customers/${tenant.id}/gdap/requests`, {});
    expect(page.text).toContain('The request is ready');
    expect(page.text).toContain('/partners/invitation/granularAdminRelationships/');
    expect(page.text).toContain('Partner Center: Approval pending');
  });

  it('SY-30 lists on Renewals what ends, and turns auto-extend on from there', async () => {
    const tenant = customer('expiring');
    const page = await browser.get(new URL(`${world.publicUrl}/renewals?within=7`));
    expect(page.text).toContain(tenant.displayName);
    const relationshipId = relationshipsOf(tenant)[0]?.id ?? '';
    const after = await world.postForm(browser, `/customers/${tenant.id}/gdap/auto-extend`, {
      relationshipId,
      back: 'renewals',
    });
    expect(after.url.pathname).toBe('/renewals');
    expect(after.text).not.toContain(tenant.displayName);
  });
});

/** Moves the version of something on Microsoft's side just before the first write to it, as a colleague's change would. */
function changeOnce(changed: { version: number } | undefined): () => void {
  if (!changed) throw new Error('There is nothing to change.');
  let { version } = changed;
  let reads = 0;
  Object.defineProperty(changed, 'version', {
    configurable: true,
    get: () => {
      reads += 1;
      // The first reading is answered, then somebody else changes it.
      if (reads === 2) version += 1;
      return version;
    },
    set: (next: number) => {
      version = next;
    },
  });
  return () =>
    Object.defineProperty(changed, 'version', { configurable: true, writable: true, enumerable: true, value: version });
}

// The simulated Graph as a partner sees it: GDAP relationships and assignments by the clock, groups, contracts, service
// principals and grants.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  approveRelationship,
  preciseTime,
  terminateRelationship,
} from '../../infra/local/microsoft/graph/relationship-lifecycle.ts';
import type { ServicePrincipal } from '../../infra/local/microsoft/world.ts';
import {
  AGENT_ID,
  AGENTS_GROUP_ID,
  APP_ID,
  APPLICATION_ADMINISTRATOR,
  appToken,
  ask,
  CLERK_ID,
  CUSTOMER_ID,
  DAY_MS,
  DIRECTORY_READERS,
  GLOBAL_ADMINISTRATOR,
  NESTED_GROUP_ID,
  OTHER_ID,
  RELATIONSHIP_ID,
  relationshipOf,
  type Simulation,
  START_MS,
  startSimulation,
  tenantOf,
  userToken,
} from './simulator-graph-harness.ts';

let simulation: Simulation;
beforeEach(async () => {
  simulation = await startSimulation();
});
afterEach(() => simulation.close());

const BASE = '/tenantRelationships/delegatedAdminRelationships';
const ONE = `${BASE}/${RELATIONSHIP_ID}`;
const agent = (mfa = true) =>
  userToken(simulation, { scopes: ['DelegatedAdminRelationship.ReadWrite.All', 'Directory.Read.All'], mfa });
const get = (address: string) => ask(simulation, agent(), address);
const send = (method: string, address: string, body?: unknown, headers: Record<string, string> = {}) =>
  ask(simulation, agent(), address, { method, headers, ...(body === undefined ? {} : { body }) });

const TIME = z.iso.datetime({ offset: true });
const RELATIONSHIP = z.strictObject({
  '@odata.type': z.literal('#microsoft.graph.delegatedAdminRelationship'),
  '@odata.etag': z.string().regex(/^W\/"/),
  id: z.string(),
  displayName: z.string().max(50),
  duration: z.string().regex(/^P\d+D$/),
  customer: z.strictObject({ tenantId: z.guid(), displayName: z.string().nullable() }).nullable(),
  accessDetails: z.strictObject({ unifiedRoles: z.array(z.strictObject({ roleDefinitionId: z.guid() })) }),
  status: z.string(),
  autoExtendDuration: z.string(),
  createdDateTime: TIME,
  lastModifiedDateTime: TIME,
  activatedDateTime: TIME.nullable(),
  endDateTime: TIME.nullable(),
});

function addRelationships(count: number): void {
  for (let index = 0; index < count; index += 1) {
    const id = `${index}`;
    const part = { id, displayName: `More ${index}`, customerTenantId: OTHER_ID, status: 'created' as const };
    simulation.world.relationships.set(id, { ...relationshipOf(simulation), ...part, activatedDateTime: null });
  }
}

describe('relationships', () => {
  it('lists them in their documented shape, filtered, counted and in pages of at most 300', async () => {
    addRelationships(301);
    const first = await get(`${BASE}?$count=true`);
    expect(first.body['@odata.count']).toBe(302);
    expect(z.array(RELATIONSHIP).parse(first.body.value)).toHaveLength(300);
    expect((await get(first.body['@odata.nextLink'])).body.value).toHaveLength(2);
    expect((await get(`${BASE}?$top=301`)).status).toBe(400);
    const active = await get(`${BASE}?$filter=status eq 'active'`);
    expect(active.body.value.map((item: { id: string }) => item.id)).toEqual([RELATIONSHIP_ID]);
    const ofCustomer = await get(`${BASE}?$filter=customer/tenantId eq '${CUSTOMER_ID}'&$select=id,status`);
    expect(ofCustomer.body.value).toMatchObject([{ id: RELATIONSHIP_ID, status: 'active' }]);
  });

  it('is for partners only, and changes are for admin agents only', async () => {
    const scopes = ['DelegatedAdminRelationship.ReadWrite.All'];
    const fromCustomer = userToken(simulation, { tenantId: CUSTOMER_ID, scopes });
    expect((await ask(simulation, fromCustomer, BASE)).status).toBe(403);
    const clerk = userToken(simulation, { userId: CLERK_ID, scopes });
    expect((await ask(simulation, clerk, BASE)).status).toBe(200);
    const terminate = { method: 'POST', body: { action: 'terminate' } };
    expect((await ask(simulation, clerk, `${ONE}/requests`, terminate)).status).toBe(403);
  });

  it('goes from created through the approval of the customer to active, by the clock', async () => {
    const body = {
      displayName: 'New one',
      duration: 'P2Y',
      customer: { tenantId: OTHER_ID },
      accessDetails: { unifiedRoles: [{ roleDefinitionId: DIRECTORY_READERS }] },
    };
    const created = await send('POST', BASE, body);
    expect(created.status).toBe(201);
    const { '@odata.context': _context, ...entity } = created.body;
    expect(RELATIONSHIP.parse(entity)).toMatchObject({ status: 'created', duration: 'P730D', activatedDateTime: null });
    const path = `${BASE}/${entity.id}`;
    expect((await send('POST', BASE, body)).status).toBe(409);
    const etag: string = entity['@odata.etag'];
    expect((await send('PATCH', path, { displayName: 'Newer' })).status).toBe(400);
    expect((await send('PATCH', path, { displayName: 'Newer' }, { 'If-Match': 'W/"x"' })).status).toBe(412);
    expect((await send('PATCH', path, { displayName: 'Newer' }, { 'If-Match': etag })).body.displayName).toBe('Newer');
    expect((await send('POST', `${path}/requests`, { action: 'lockForApproval' }, { 'If-Match': etag })).status).toBe(
      412,
    );
    const locked = await send('POST', `${path}/requests`, { action: 'lockForApproval' });
    expect([locked.status, locked.body.action, locked.body.status]).toEqual([201, 'lockForApproval', 'created']);
    expect((await get(path)).body.status).toBe('approvalPending');
    const stored = simulation.world.relationships.get(entity.id);
    if (!stored) throw new Error('not stored');
    approveRelationship(simulation.world, stored, simulation.clock.nowMs);
    expect((await get(path)).body.status).toBe('approved');
    simulation.clock.nowMs += 2000;
    expect((await get(path)).body.status).toBe('activating');
    simulation.clock.nowMs += 3000;
    const active = await get(path);
    expect(active.body).toMatchObject({ status: 'active', activatedDateTime: preciseTime(START_MS + 5000) });
    expect(Date.parse(active.body.endDateTime) - Date.parse(active.body.activatedDateTime)).toBe(730 * DAY_MS);
  });

  it.each([
    [{ duration: 'P731D' }],
    [{ duration: 'PT5H' }],
    [{ displayName: 'x'.repeat(51) }],
    [{ accessDetails: { unifiedRoles: [] } }],
    [{ autoExtendDuration: 'P180D', accessDetails: { unifiedRoles: [{ roleDefinitionId: GLOBAL_ADMINISTRATOR }] } }],
  ])('refuses a new relationship with %j', async (part) => {
    const accessDetails = { unifiedRoles: [{ roleDefinitionId: DIRECTORY_READERS }] };
    expect((await send('POST', BASE, { displayName: 'a', duration: 'P1D', accessDetails, ...part })).status).toBe(400);
  });

  it('ends at its end date, extends itself when it may, and lapses unanswered after 90 days', async () => {
    const relationship = relationshipOf(simulation);
    simulation.clock.nowMs = Date.parse('2027-01-01T00:00:00Z') - 1;
    expect((await get(ONE)).body.status).toBe('active');
    simulation.clock.nowMs += 1;
    expect((await get(ONE)).body.status).toBe('expiring');
    simulation.clock.nowMs += 7 * DAY_MS;
    expect((await get(ONE)).body.status).toBe('expired');
    Object.assign(relationship, { status: 'active', autoExtendDuration: 'P180D' });
    const extended = await get(ONE);
    expect([extended.body.status, extended.body.endDateTime.slice(0, 10)]).toEqual(['active', '2027-06-30']);
    relationship.roleDefinitionIds = [GLOBAL_ADMINISTRATOR];
    simulation.clock.nowMs = Date.parse('2027-06-30T00:00:00Z');
    expect((await get(ONE)).body.status).toBe('expiring');
    const asked = { status: 'approvalPending', activatedDateTime: null, endDateTime: null };
    Object.assign(relationship, asked, { lastModifiedDateTime: preciseTime(simulation.clock.nowMs) });
    simulation.clock.nowMs += 90 * DAY_MS;
    expect((await get(ONE)).body).toMatchObject({ status: 'expired', activatedDateTime: null });
  });

  it('terminates on request, and takes the partner user access away', async () => {
    const inCustomer = userToken(simulation, { tenantId: CUSTOMER_ID, scopes: ['User.Read.All'] });
    expect((await ask(simulation, inCustomer, '/users')).status).toBe(200);
    expect((await send('POST', `${ONE}/requests`, { action: 'terminate' })).status).toBe(201);
    expect((await get(ONE)).body.status).toBe('terminationRequested');
    expect((await ask(simulation, inCustomer, '/users')).status).toBe(403);
    simulation.clock.nowMs += 5000;
    expect((await get(ONE)).body.status).toBe('terminated');
    expect((await send('POST', `${ONE}/requests`, { action: 'terminate' })).status).toBe(400);
    expect((await get(`${ONE}/requests`)).body.value).toMatchObject([{ action: 'terminate', status: 'succeeded' }]);
    expect(terminateRelationship(simulation.world, relationshipOf(simulation), simulation.clock.nowMs)).toBe(false);
  });

  it('leaves alone what was under way before the scenario began', async () => {
    Object.assign(relationshipOf(simulation), { status: 'activating', lastModifiedDateTime: '2026-01-01T00:00:00Z' });
    simulation.clock.nowMs += DAY_MS;
    expect((await get(ONE)).body.status).toBe('activating');
  });

  it('names the customers whose relationship was active, and finds tenants without any', async () => {
    addRelationships(2);
    const customers = await get('/tenantRelationships/delegatedAdminCustomers');
    expect(customers.body.value).toMatchObject([{ id: CUSTOMER_ID, tenantId: CUSTOMER_ID, displayName: 'Contoso' }]);
    const bearer = userToken(simulation, { scopes: ['CrossTenantInformation.ReadBasic.All'] });
    const path = `/tenantRelationships/findTenantInformationByTenantId(tenantId='${OTHER_ID}')`;
    expect((await ask(simulation, bearer, path)).body).toMatchObject({
      tenantId: OTHER_ID,
      displayName: 'Fabrikam',
      defaultDomainName: 'fabrikam.example',
    });
    expect((await ask(simulation, bearer, path.replace(OTHER_ID, AGENT_ID))).status).toBe(404);
  });
});

describe('access assignments', () => {
  const LIST = `${ONE}/accessAssignments`;
  const body = (groupId: string, role = APPLICATION_ADMINISTRATOR) => ({
    accessContainer: { accessContainerId: groupId, accessContainerType: 'securityGroup' },
    accessDetails: { unifiedRoles: [{ roleDefinitionId: role }] },
  });

  it('are listed in their documented shape, or answer the status that the scenario wants', async () => {
    const ASSIGNMENT = z.strictObject({
      '@odata.type': z.literal('#microsoft.graph.delegatedAdminAccessAssignment'),
      '@odata.etag': z.string(),
      id: z.guid(),
      status: z.literal('active'),
      createdDateTime: TIME,
      lastModifiedDateTime: TIME,
      accessContainer: z.strictObject({ accessContainerId: z.guid(), accessContainerType: z.literal('securityGroup') }),
      accessDetails: z.strictObject({ unifiedRoles: z.array(z.strictObject({ roleDefinitionId: z.guid() })) }),
    });
    expect(z.array(ASSIGNMENT).parse((await get(LIST)).body.value)).toHaveLength(1);
    relationshipOf(simulation).unreadable = 403;
    expect((await get(LIST)).body.error.code).toBe('Authorization_RequestDenied');
    relationshipOf(simulation).unreadable = 503;
    expect((await get(LIST)).status).toBe(503);
  });

  it('are pending, then active; changed by etag through an operation; deleted in two steps', async () => {
    const created = await send('POST', LIST, body(AGENTS_GROUP_ID));
    expect([created.status, created.body.status]).toEqual([201, 'pending']);
    const path = `${LIST}/${created.body.id}`;
    simulation.clock.nowMs += 5000;
    const active = await get(path);
    expect(active.body.status).toBe('active');
    const change = { accessDetails: { unifiedRoles: [{ roleDefinitionId: DIRECTORY_READERS }] } };
    expect((await send('PATCH', path, change, { 'If-Match': created.body['@odata.etag'] })).status).toBe(412);
    const patched = await send('PATCH', path, change, { 'If-Match': active.body['@odata.etag'] });
    expect([patched.status, patched.body.status]).toEqual([202, 'pending']);
    expect((await get(patched.headers.get('location') ?? '')).body).toMatchObject({
      operationType: 'delegatedAdminAccessAssignmentUpdate',
      status: 'succeeded',
    });
    expect((await send('DELETE', path)).status).toBe(400);
    expect((await send('DELETE', path, undefined, { 'If-Match': patched.body['@odata.etag'] })).status).toBe(204);
    expect((await get(path)).body.status).toBe('deleting');
    simulation.clock.nowMs += 5000;
    expect((await get(path)).body.status).toBe('deleted');
  });

  it('refuses a group that is not there, a role outside the relationship, a second assignment, and no MFA', async () => {
    expect((await send('POST', LIST, body(CUSTOMER_ID))).body.error.message).toContain('access container');
    expect((await send('POST', LIST, body(AGENTS_GROUP_ID, GLOBAL_ADMINISTRATOR))).status).toBe(400);
    expect((await send('POST', LIST, body(AGENTS_GROUP_ID))).status).toBe(201);
    expect((await send('POST', LIST, body(AGENTS_GROUP_ID))).status).toBe(409);
    const init = { method: 'POST', body: body(NESTED_GROUP_ID) };
    expect((await ask(simulation, agent(false), LIST, init)).status).toBe(403);
  });
});

describe('groups, roles and contracts', () => {
  it('answers transitive membership with types, and casts', async () => {
    const all = await get('/me/transitiveMemberOf');
    expect(all.body.value.map((item: Record<string, unknown>) => [item['@odata.type'], item['displayName']])).toEqual([
      ['#microsoft.graph.group', 'Engineers'],
      ['#microsoft.graph.group', 'AdminAgents'],
      ['#microsoft.graph.group', 'GDAP'],
      ['#microsoft.graph.directoryRole', 'Global Administrator'],
    ]);
    const roles = await get('/me/transitiveMemberOf/microsoft.graph.directoryRole?$select=roleTemplateId');
    expect(roles.body.value).toEqual([{ roleTemplateId: GLOBAL_ADMINISTRATOR }]);
    const groups = await get(`/users/${AGENT_ID}/transitiveMemberOf/microsoft.graph.group?$select=id`);
    expect(groups.body.value).toHaveLength(3);
    expect((await get('/me/memberOf/microsoft.graph.group?$select=id')).body.value).toEqual([{ id: NESTED_GROUP_ID }]);
  });

  it('finds groups by name and their members through nesting, cycles too', async () => {
    const partner = tenantOf(simulation, '11111111-1111-4111-8111-111111111111');
    partner.groups.get(NESTED_GROUP_ID)?.memberIds.push(AGENTS_GROUP_ID);
    const found = await get("/groups?$filter=displayName eq 'AdminAgents'&$select=id,displayName");
    expect(found.body.value).toEqual([{ id: AGENTS_GROUP_ID, displayName: 'AdminAgents' }]);
    const members = await get(`/groups/${AGENTS_GROUP_ID}/transitiveMembers`);
    expect(members.body.value.map((item: { id: string }) => item.id)).toEqual([NESTED_GROUP_ID, AGENT_ID]);
    const users = await get(`/groups/${AGENTS_GROUP_ID}/transitiveMembers/microsoft.graph.user?$select=id`);
    expect(users.body.value).toEqual([{ id: AGENT_ID }]);
    expect((await get('/me/transitiveMemberOf/microsoft.graph.group')).body.value).toHaveLength(3);
  });

  it('lists contracts to partners only, by pages, with the old names', async () => {
    const first = await get('/contracts?$top=1');
    expect(first.body.value).toMatchObject([
      { customerId: CUSTOMER_ID, displayName: 'Old name 0', contractType: 'ResellerPartner' },
    ]);
    expect((await get(first.body['@odata.nextLink'])).body.value).toMatchObject([{ customerId: OTHER_ID }]);
    expect((await get(`/contracts?$filter=customerId eq ${OTHER_ID}`)).body.value).toHaveLength(1);
    const customer = appToken(simulation, CUSTOMER_ID, ['Directory.Read.All']);
    expect((await ask(simulation, customer, '/contracts')).status).toBe(403);
  });
});

describe('service principals and grants in a customer tenant', () => {
  const GRAPH = '00000003-0000-0000-c000-000000000000';
  const USER_READ_ALL = 'df021288-bdef-4463-88db-98f22de89214';
  const bearer = () =>
    userToken(simulation, {
      tenantId: CUSTOMER_ID,
      scopes: ['AppRoleAssignment.ReadWrite.All', 'DelegatedPermissionGrant.ReadWrite.All', 'Directory.Read.All'],
    });
  const call = (method: string, address: string, body?: unknown) =>
    ask(simulation, bearer(), address, { method, ...(body === undefined ? {} : { body }) });

  function addPrincipal(effectiveMs = START_MS): ServicePrincipal {
    const principal: ServicePrincipal = {
      id: '12121212-0000-4000-8000-000000000001',
      appId: APP_ID,
      accountEnabled: true,
      createdMs: START_MS,
      appRoles: [],
      delegatedGrants: [],
      effectiveMs,
    };
    tenantOf(simulation, CUSTOMER_ID).servicePrincipals.set(APP_ID, principal);
    return principal;
  }

  it('shows a service principal once it has spread, by app id, filter and object id', async () => {
    addPrincipal(START_MS + 1000);
    expect((await call('GET', `/servicePrincipals(appId='${APP_ID}')`)).status).toBe(404);
    simulation.clock.nowMs += 1000;
    const byAppId = await call('GET', `/servicePrincipals(appId='${APP_ID}')?$select=id,appId,displayName`);
    expect(byAppId.body).toMatchObject({ appId: APP_ID, displayName: 'Tenantry' });
    const filtered = await call('GET', `/servicePrincipals?$filter=appId eq '${APP_ID}'&$select=id`);
    expect(filtered.body.value).toEqual([{ id: byAppId.body.id }]);
    expect((await call('GET', `/servicePrincipals/${byAppId.body.id}`)).body.appId).toBe(APP_ID);
  });

  it('assigns an application role once, lists it and takes it away', async () => {
    const principal = addPrincipal();
    simulation.settings.rolePropagationDelayMs = 60_000;
    const resource = await call('GET', `/servicePrincipals(appId='${GRAPH}')`);
    const role = resource.body.appRoles.find((item: { value: string }) => item.value === 'User.Read.All');
    expect(role.id).toBe(USER_READ_ALL);
    const path = `/servicePrincipals/${principal.id}/appRoleAssignments`;
    const body = { principalId: principal.id, resourceId: resource.body.id, appRoleId: role.id };
    expect((await call('POST', path, body)).status).toBe(201);
    expect(principal.appRoles).toEqual([
      { resourceAppId: GRAPH, role: 'User.Read.All', effectiveMs: START_MS + 60_000 },
    ]);
    expect((await call('POST', path, body)).status).toBe(400);
    const listed = await call('GET', path);
    expect(listed.body.value).toMatchObject([{ appRoleId: USER_READ_ALL, resourceId: resource.body.id }]);
    expect((await call('DELETE', `${path}/${listed.body.value[0].id}`)).status).toBe(204);
    expect(principal.appRoles).toEqual([]);
  });

  it('wants Privileged Role Administrator for application roles', async () => {
    const principal = addPrincipal();
    for (const assignment of relationshipOf(simulation).accessAssignments.values()) {
      assignment.roleDefinitionIds = [APPLICATION_ADMINISTRATOR];
    }
    const body = { principalId: principal.id, resourceId: principal.id, appRoleId: USER_READ_ALL };
    expect((await call('POST', `/servicePrincipals/${principal.id}/appRoleAssignments`, body)).status).toBe(403);
    expect((await call('GET', '/oauth2PermissionGrants')).status).toBe(200);
  });

  it('grants, widens and withdraws delegated permissions', async () => {
    const principal = addPrincipal();
    const resource = await call('GET', `/servicePrincipals(appId='${GRAPH}')`);
    const body = {
      clientId: principal.id,
      consentType: 'AllPrincipals',
      resourceId: resource.body.id,
      scope: 'User.Read',
    };
    const created = await call('POST', '/oauth2PermissionGrants', body);
    expect(created.status).toBe(201);
    expect((await call('POST', '/oauth2PermissionGrants', body)).status).toBe(409);
    const path = `/oauth2PermissionGrants/${created.body.id}`;
    expect((await call('PATCH', path, { scope: 'User.Read User.Read.All' })).status).toBe(204);
    const listed = await call('GET', `/oauth2PermissionGrants?$filter=clientId eq '${principal.id}'`);
    expect(listed.body.value).toMatchObject([{ scope: 'User.Read User.Read.All', principalId: null }]);
    expect((await call('DELETE', path)).status).toBe(204);
    expect(principal.delegatedGrants).toEqual([]);
  });
});

// /servicePrincipals with appRoleAssignments: the enterprise applications of a tenant and what was granted to them.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { principalEffectiveMs, rolesEffectiveMs } from '../propagation.ts';
import {
  type AppRegistration,
  GRAPH_APP_ID,
  PARTNER_CENTER_APP_ID,
  type ServicePrincipal,
  type Tenant,
  type World,
} from '../world.ts';
import {
  badRequest,
  type GraphAnswer,
  type GraphCall,
  GraphFailure,
  graphAddress,
  metadata,
  missingObject,
  parameter,
  secondsOf,
} from './call.ts';
import { derivedGuid } from './derived-id.ts';
import { listAnswer } from './listing.ts';
import { appRoleId, appRoleName, graphPermissions } from './permission-ids.ts';
import { allowOptions, contextSelect, type EntityShape, project, readSelect } from './query-options.ts';

interface PrincipalSource {
  /** Microsoft's own resources are in every tenant without being stored there. */
  principal: Pick<ServicePrincipal, 'id' | 'appId' | 'accountEnabled'> & Partial<ServicePrincipal>;
  app: AppRegistration | undefined;
}

const RESOURCE_NAMES: ReadonlyMap<string, string> = new Map([
  [GRAPH_APP_ID, 'Microsoft Graph'],
  [PARTNER_CENTER_APP_ID, 'Microsoft Partner Center'],
]);
/** The tenant in which Microsoft's own applications live. */
const MICROSOFT_SERVICES_TENANT = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a';

const PRINCIPAL_SHAPE: EntityShape<PrincipalSource> = {
  typeName: 'microsoft.graph.servicePrincipal',
  properties: new Map<string, (source: PrincipalSource) => unknown>([
    ['id', ({ principal }) => principal.id],
    ['deletedDateTime', () => null],
    ['accountEnabled', ({ principal }) => principal.accountEnabled],
    ['appDisplayName', displayName],
    ['appId', ({ principal }) => principal.appId],
    ['appOwnerOrganizationId', ({ app }) => app?.homeTenantId ?? MICROSOFT_SERVICES_TENANT],
    ['appRoleAssignmentRequired', () => false],
    ['appRoles', appRoles],
    ['displayName', displayName],
    ['oauth2PermissionScopes', permissionScopes],
    ['replyUrls', ({ app }) => app?.redirectUris ?? []],
    ['servicePrincipalNames', ({ principal }) => [principal.appId]],
    ['servicePrincipalType', () => 'Application'],
    ['signInAudience', ({ app }) => (app?.multiTenant === false ? 'AzureADMyOrg' : 'AzureADMultipleOrgs')],
    ['tags', () => []],
  ]),
};

/** GET /servicePrincipals */
export function listServicePrincipals(call: GraphCall): GraphAnswer {
  const resources = [...RESOURCE_NAMES.keys()].map((appId) => resourcePrincipal(call.tenant.id, appId));
  const nowMs = call.context.clock.now();
  const stored = [...call.tenant.servicePrincipals.values()].filter(
    (principal) => principal.effectiveMs <= nowMs && !RESOURCE_NAMES.has(principal.appId),
  );
  const items = [...resources, ...stored].map((principal) => sourceOf(call.context.world, principal));
  return listAnswer(call, items, {
    contextFragment: 'servicePrincipals',
    shape: PRINCIPAL_SHAPE,
    pageSize: 100,
    maxTop: 999,
    filters: { appId: ['eq', 'in'], displayName: ['eq', 'startswith'], id: ['eq', 'in'] },
  });
}

/** GET /servicePrincipals/{id} and /servicePrincipals(appId='…') */
export function getServicePrincipal(call: GraphCall): GraphAnswer {
  allowOptions(call, ['$select']);
  const selected = readSelect(call, PRINCIPAL_SHAPE, 'entity');
  const source = requirePrincipal(call);
  const context = metadata(call, `servicePrincipals${contextSelect(selected)}/$entity`);
  return { status: 200, body: { '@odata.context': context, ...project(PRINCIPAL_SHAPE, source, selected) } };
}

const NEW_PRINCIPAL = z.object({ appId: z.guid() });

/**
 * POST /servicePrincipals: brings an app of any tenant into this one, without any permission. It is found, and can be
 * used, once it took effect. https://learn.microsoft.com/graph/api/serviceprincipal-post-serviceprincipals
 */
export function createServicePrincipal(call: GraphCall): GraphAnswer {
  const body = NEW_PRINCIPAL.safeParse(call.body);
  if (!body.success) throw badRequest('appId is required.');
  const appId = body.data.appId.toLowerCase();
  const { world, clock } = call.context;
  const app = world.apps.get(appId);
  if (!app || (!app.multiTenant && app.homeTenantId !== call.tenant.id)) {
    throw badRequest(`The appId '${body.data.appId}' of the service principal does not reference a valid application.`);
  }
  if (call.tenant.servicePrincipals.has(appId)) {
    const text = `The service principal cannot be created, because the service principal name ${appId} is already in use.`;
    throw new GraphFailure(409, 'Request_MultipleObjectsWithSameKeyValue', text);
  }
  const principal: ServicePrincipal = {
    id: randomUUID(),
    appId,
    accountEnabled: true,
    createdMs: clock.now(),
    appRoles: [],
    delegatedGrants: [],
    effectiveMs: principalEffectiveMs(call.context, call.tenant),
  };
  call.tenant.servicePrincipals.set(appId, principal);
  return {
    status: 201,
    headers: { location: graphAddress(call, `/servicePrincipals/${principal.id}`) },
    body: {
      '@odata.context': metadata(call, 'servicePrincipals/$entity'),
      ...project(PRINCIPAL_SHAPE, sourceOf(world, principal), null),
    },
  };
}

/**
 * The service principal that the path names by object id or app id. One that is not effective yet is not found: the
 * directory is eventually consistent.
 * @throws GraphFailure 404
 */
export function requirePrincipal(call: GraphCall): PrincipalSource {
  const asked = parameter(call, 0).toLowerCase();
  const source = findPrincipal(call, asked);
  if (!source) throw missingObject(asked);
  return source;
}

/** Finds a service principal by object id or app id, Microsoft's resources included. */
export function findPrincipal(call: GraphCall, idOrAppId: string): PrincipalSource | undefined {
  for (const appId of RESOURCE_NAMES.keys()) {
    const resource = resourcePrincipal(call.tenant.id, appId);
    if (idOrAppId === appId || idOrAppId === resource.id) return sourceOf(call.context.world, resource);
  }
  const principal =
    call.tenant.servicePrincipals.get(idOrAppId) ??
    [...call.tenant.servicePrincipals.values()].find(({ id }) => id === idOrAppId);
  const visible = principal !== undefined && principal.effectiveMs <= call.context.clock.now();
  return visible ? sourceOf(call.context.world, principal) : undefined;
}

/** The object id of a resource (Microsoft Graph, Partner Center) in a tenant. */
export function resourceObjectId(tenant: Tenant, resourceAppId: string): string {
  return tenant.servicePrincipals.get(resourceAppId)?.id ?? derivedGuid('resource', tenant.id, resourceAppId);
}

type AppRole = ServicePrincipal['appRoles'][number];

interface AssignmentSource {
  principal: ServicePrincipal;
  role: AppRole;
  tenant: Tenant;
  world: World;
}

const ASSIGNMENT_SHAPE: EntityShape<AssignmentSource> = {
  typeName: 'microsoft.graph.appRoleAssignment',
  properties: new Map<string, (source: AssignmentSource) => unknown>([
    ['id', ({ principal, role }) => assignmentId(principal, role)],
    ['deletedDateTime', () => null],
    ['appRoleId', ({ role }) => appRoleId(role.resourceAppId, role.role)],
    ['createdDateTime', ({ principal }) => secondsOf(principal.createdMs)],
    ['principalDisplayName', ({ principal, world }) => displayName(sourceOf(world, principal))],
    ['principalId', ({ principal }) => principal.id],
    ['principalType', () => 'ServicePrincipal'],
    ['resourceDisplayName', ({ role }) => RESOURCE_NAMES.get(role.resourceAppId) ?? role.resourceAppId],
    ['resourceId', ({ role, tenant }) => resourceObjectId(tenant, role.resourceAppId)],
  ]),
};

/** GET /servicePrincipals/{id}/appRoleAssignments */
export function listAppRoleAssignments(call: GraphCall): GraphAnswer {
  const { principal } = requirePrincipal(call);
  const items = (principal.appRoles ?? []).map((role) => assignmentSource(call, principal, role));
  return listAnswer(call, items, {
    contextFragment: 'appRoleAssignments',
    shape: ASSIGNMENT_SHAPE,
    pageSize: 100,
    maxTop: 999,
    filters: { resourceId: ['eq'] },
  });
}

const NEW_ASSIGNMENT = z.object({ principalId: z.guid(), resourceId: z.guid(), appRoleId: z.guid() });

/** POST /servicePrincipals/{id}/appRoleAssignments */
export function createAppRoleAssignment(call: GraphCall): GraphAnswer {
  const body = NEW_ASSIGNMENT.safeParse(call.body);
  if (!body.success) throw badRequest('principalId, resourceId and appRoleId are required.');
  const { principal } = requirePrincipal(call);
  if (body.data.principalId.toLowerCase() !== principal.id) throw badRequest('principalId is not that of the path.');
  const resource = findPrincipal(call, body.data.resourceId.toLowerCase());
  if (!resource) throw missingObject(body.data.resourceId);
  const role = roleOf(resource, body.data.appRoleId.toLowerCase());
  if (role === undefined) throw badRequest('Permission being assigned was not found on application.');
  const { appId: resourceAppId } = resource.principal;
  const held = principal.appRoles ?? [];
  if (held.some((other) => other.resourceAppId === resourceAppId && other.role === role)) {
    throw badRequest('Permission being assigned already exists on the object.');
  }
  const added: AppRole = { resourceAppId, role, effectiveMs: roleEffectiveTime(call) };
  held.push(added);
  const source = assignmentSource(call, principal, added);
  const path = `/servicePrincipals/${principal.id}/appRoleAssignments/${assignmentId(principal, added)}`;
  return {
    status: 201,
    headers: { location: graphAddress(call, path) },
    body: {
      '@odata.context': metadata(call, 'appRoleAssignments/$entity'),
      ...project(ASSIGNMENT_SHAPE, source, null),
    },
  };
}

/** DELETE /servicePrincipals/{id}/appRoleAssignments/{assignmentId}: tokens already issued keep the role. */
export function deleteAppRoleAssignment(call: GraphCall): GraphAnswer {
  const { principal } = requirePrincipal(call);
  const held = principal.appRoles ?? [];
  const at = held.findIndex((role) => assignmentId(principal, role) === parameter(call, 1));
  if (at < 0) throw missingObject(parameter(call, 1));
  held.splice(at, 1);
  return { status: 204 };
}

/** From when tokens carry a role that is granted now. */
function roleEffectiveTime({ context, tenant }: GraphCall): number {
  return rolesEffectiveMs(context, tenant, context.clock.now());
}

function assignmentSource(call: GraphCall, principal: PrincipalSource['principal'], role: AppRole): AssignmentSource {
  const { tenant } = call;
  const stored = tenant.servicePrincipals.get(principal.appId);
  if (!stored) throw missingObject(principal.id);
  return { principal: stored, role, tenant, world: call.context.world };
}

function assignmentId(principal: { id: string }, role: AppRole): string {
  return derivedGuid('appRoleAssignment', principal.id, role.resourceAppId, role.role);
}

function resourcePrincipal(tenantId: string, appId: string): PrincipalSource['principal'] {
  return { id: derivedGuid('resource', tenantId, appId), appId, accountEnabled: true };
}

function sourceOf(world: World, principal: PrincipalSource['principal']): PrincipalSource {
  return { principal, app: world.apps.get(principal.appId) };
}

function displayName({ principal, app }: PrincipalSource): string {
  return app?.displayName ?? RESOURCE_NAMES.get(principal.appId) ?? principal.appId;
}

function roleOf({ principal }: PrincipalSource, id: string): string | undefined {
  return principal.appId === GRAPH_APP_ID ? appRoleName(id) : undefined;
}

function appRoles({ principal }: PrincipalSource): unknown[] {
  if (principal.appId !== GRAPH_APP_ID) return [];
  return [...graphPermissions().roles].map(([value, id]) => ({
    allowedMemberTypes: ['Application'],
    description: value,
    displayName: value,
    id,
    isEnabled: true,
    origin: 'Application',
    value,
  }));
}

function permissionScopes({ principal }: PrincipalSource): unknown[] {
  if (principal.appId !== GRAPH_APP_ID) return [];
  return [...graphPermissions().scopes].map(([value, id]) => ({
    adminConsentDescription: value,
    adminConsentDisplayName: value,
    id,
    isEnabled: true,
    type: 'Admin',
    userConsentDescription: null,
    userConsentDisplayName: null,
    value,
  }));
}

// Every operation that the simulated Graph knows: method, path, what it requires, its cost in resource units, its work.
// https://learn.microsoft.com/graph/throttling-limits for the costs

import {
  createAssignment,
  deleteAssignment,
  getAssignment,
  listAssignments,
  patchAssignment,
} from './access-assignments.ts';
import { type GraphAnswer, type GraphCall, GraphFailure } from './call.ts';
import { findByDomainName, findByTenantId, listContracts } from './contracts.ts';
import {
  countGroups,
  getGroup,
  listDirectoryRoles,
  listGroups,
  listMembers,
  listMyGroups,
  listMyTransitiveGroups,
  listRoleMembers,
  listTransitiveMembers,
  listUserGroups,
  listUserTransitiveGroups,
} from './groups.ts';
import {
  getOrganization,
  getSubscription,
  listDomains,
  listOrganization,
  listSubscribedSkus,
  listSubscriptions,
} from './organization.ts';
import {
  createGrant,
  deleteGrant,
  getGrant,
  listGrants,
  listGrantsOfPrincipal,
  patchGrant,
} from './permission-grants.ts';
import type { RequirementName } from './permissions.ts';
import { getRecord, listOperations, listRequests, postRequest } from './relationship-requests.ts';
import {
  createRelationship,
  deleteRelationship,
  getCustomer,
  getRelationship,
  listCustomers,
  listRelationships,
  patchRelationship,
} from './relationships.ts';
import {
  createAppRoleAssignment,
  createServicePrincipal,
  deleteAppRoleAssignment,
  getServicePrincipal,
  listAppRoleAssignments,
  listServicePrincipals,
} from './service-principals.ts';
import { countAllUsers, getMe, getUser, listUsers } from './users.ts';
import { usersDelta } from './users-delta.ts';

export interface Route {
  method: string;
  /** The path with its placeholders. */
  template: string;
  pattern: RegExp;
  requires: RequirementName;
  /** Resource units before $select, $expand and $top are counted. */
  units: number;
  run: (call: GraphCall) => GraphAnswer;
}

const GDAP = '/tenantRelationships/delegatedAdminRelationships';
const SP = '/servicePrincipals{sp}';

/** Placeholders: `{id}` is a key as a segment, `{cast}` an optional type, `{sp}` either key of a service principal. */
const TABLE: readonly [string, string, RequirementName, number, Route['run']][] = [
  ['GET', '/organization', 'organization', 1, listOrganization],
  ['GET', '/organization/{id}', 'organization', 1, getOrganization],
  ['GET', '/domains', 'domains', 1, listDomains],
  ['GET', '/subscribedSkus', 'subscribedSkus', 3, listSubscribedSkus],
  ['GET', '/directory/subscriptions', 'directorySubscriptions', 1, listSubscriptions],
  ['GET', "/directory/subscriptions(commerceSubscriptionId='{key}')", 'directorySubscriptions', 1, getSubscription],
  ['GET', '/directory/subscriptions/{id}', 'directorySubscriptions', 1, getSubscription],
  ['GET', '/users', 'users', 2, listUsers],
  ['GET', '/users/$count', 'users', 2, countAllUsers],
  ['GET', '/users/delta{call}', 'usersDelta', 2, usersDelta],
  ['GET', '/users/{id}', 'user', 1, getUser],
  ['GET', '/users/{id}/memberOf{cast}', 'memberships', 2, listUserGroups],
  ['GET', '/users/{id}/transitiveMemberOf{cast}', 'memberships', 2, listUserTransitiveGroups],
  ['GET', '/me', 'me', 1, getMe],
  ['GET', '/me/memberOf{cast}', 'myMemberships', 2, listMyGroups],
  ['GET', '/me/transitiveMemberOf{cast}', 'myMemberships', 2, listMyTransitiveGroups],
  ['GET', '/groups', 'groups', 1, listGroups],
  ['GET', '/groups/$count', 'groups', 1, countGroups],
  ['GET', '/groups/{id}', 'groups', 1, getGroup],
  ['GET', '/groups/{id}/members{cast}', 'groupMembers', 3, listMembers],
  ['GET', '/groups/{id}/transitiveMembers{cast}', 'groupMembers', 5, listTransitiveMembers],
  ['GET', '/directoryRoles', 'directoryRoles', 1, listDirectoryRoles],
  ['GET', "/directoryRoles(roleTemplateId='{key}')/members{cast}", 'directoryRoles', 1, listRoleMembers],
  ['GET', '/directoryRoles/{id}/members{cast}', 'directoryRoles', 1, listRoleMembers],
  ['GET', '/contracts', 'contracts', 3, listContracts],
  [
    'GET',
    "/tenantRelationships/findTenantInformationByTenantId(tenantId='{key}')",
    'tenantInformation',
    1,
    findByTenantId,
  ],
  [
    'GET',
    "/tenantRelationships/findTenantInformationByDomainName(domainName='{key}')",
    'tenantInformation',
    1,
    findByDomainName,
  ],
  ['GET', '/tenantRelationships/delegatedAdminCustomers', 'relationships', 1, listCustomers],
  ['GET', '/tenantRelationships/delegatedAdminCustomers/{id}', 'relationships', 1, getCustomer],
  ['GET', GDAP, 'relationships', 1, listRelationships],
  ['POST', GDAP, 'changeRelationships', 1, createRelationship],
  ['GET', `${GDAP}/{id}`, 'relationships', 1, getRelationship],
  ['PATCH', `${GDAP}/{id}`, 'changeRelationships', 1, patchRelationship],
  ['DELETE', `${GDAP}/{id}`, 'changeRelationships', 1, deleteRelationship],
  ['GET', `${GDAP}/{id}/requests`, 'relationships', 1, listRequests],
  ['POST', `${GDAP}/{id}/requests`, 'changeRelationships', 1, postRequest],
  ['GET', `${GDAP}/{id}/requests/{id}`, 'relationships', 1, (call) => getRecord(call, 'requests')],
  ['GET', `${GDAP}/{id}/operations`, 'relationships', 1, listOperations],
  ['GET', `${GDAP}/{id}/operations/{id}`, 'relationships', 1, (call) => getRecord(call, 'operations')],
  ['GET', `${GDAP}/{id}/accessAssignments`, 'relationships', 1, listAssignments],
  ['POST', `${GDAP}/{id}/accessAssignments`, 'changeRelationships', 1, createAssignment],
  ['GET', `${GDAP}/{id}/accessAssignments/{id}`, 'relationships', 1, getAssignment],
  ['PATCH', `${GDAP}/{id}/accessAssignments/{id}`, 'changeRelationships', 1, patchAssignment],
  ['DELETE', `${GDAP}/{id}/accessAssignments/{id}`, 'changeRelationships', 1, deleteAssignment],
  ['GET', '/servicePrincipals', 'servicePrincipals', 1, listServicePrincipals],
  ['POST', '/servicePrincipals', 'createServicePrincipal', 1, createServicePrincipal],
  ['GET', SP, 'servicePrincipals', 1, getServicePrincipal],
  ['GET', `${SP}/appRoleAssignments`, 'servicePrincipals', 2, listAppRoleAssignments],
  ['POST', `${SP}/appRoleAssignments`, 'assignAppRole', 1, createAppRoleAssignment],
  ['DELETE', `${SP}/appRoleAssignments/{id}`, 'removeAppRole', 1, deleteAppRoleAssignment],
  ['GET', `${SP}/oauth2PermissionGrants`, 'permissionGrants', 2, listGrantsOfPrincipal],
  ['GET', '/oauth2PermissionGrants', 'permissionGrants', 2, listGrants],
  ['POST', '/oauth2PermissionGrants', 'changePermissionGrants', 1, createGrant],
  ['GET', '/oauth2PermissionGrants/{id}', 'permissionGrants', 2, getGrant],
  ['PATCH', '/oauth2PermissionGrants/{id}', 'changePermissionGrants', 1, patchGrant],
  ['DELETE', '/oauth2PermissionGrants/{id}', 'changePermissionGrants', 1, deleteGrant],
];

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  id: '([^/()]+)',
  key: "([^/']+)",
  cast: '(?:/(?:microsoft\\.)?graph\\.(user|group|directoryRole))?',
  call: '(?:\\(\\))?',
  sp: "(?:\\(appId='([^/']+)'\\)|/([^/()]+))",
};

const ROUTES: readonly Route[] = TABLE.map(([method, template, requires, units, run]) => ({
  method,
  template,
  pattern: compile(template),
  requires,
  units,
  run,
}));

const byFirstSegment = Map.groupBy(ROUTES, ({ template }) => firstSegment(template));

/** All routes: tests go through them. */
export function graphRoutes(): readonly Route[] {
  return ROUTES;
}

/**
 * Finds the operation for a path below the version.
 * @throws GraphFailure 400 when no such resource is known, 405 when it does not take the method
 */
export function matchRoute(method: string, path: string): { route: Route; parameters: string[] } {
  let known = false;
  for (const route of byFirstSegment.get(firstSegment(path)) ?? []) {
    const match = route.pattern.exec(path);
    if (!match) continue;
    known = true;
    // Alternatives of one placeholder leave all but one group empty; an absent cast stays as an empty one.
    if (route.method === method) return { route, parameters: match.slice(1).filter((value) => value !== undefined) };
  }
  if (known) throw new GraphFailure(405, 'Request_BadRequest', 'Specified HTTP method is not allowed.');
  const segment = path.split('/').findLast((part) => part !== '') ?? '';
  throw new GraphFailure(400, 'BadRequest', `Resource not found for the segment '${segment}'.`);
}

function firstSegment(path: string): string {
  return (/^\/([^/({]*)/.exec(path)?.[1] ?? '').toLowerCase();
}

function compile(template: string): RegExp {
  const source = template
    .replace(/[()$.]/g, String.raw`\$&`)
    .replace(/\{(\w+)\}/g, (_whole, name: string) => PLACEHOLDERS[name] ?? '');
  return new RegExp(`^${source}/?$`, 'i');
}

// /groups with their members, /me|/users/{id} memberOf and transitiveMemberOf with their casts, and /directoryRoles.

import type { Group, Tenant, User } from '../world.ts';
import { badRequest, type GraphAnswer, type GraphCall, metadata, missingObject, parameter } from './call.ts';
import { directoryRoleId, ROLE_NAMES } from './directory-roles.ts';
import { isEventual, listAnswer } from './listing.ts';
import { directGroups, transitiveGroups, transitiveMemberIds } from './memberships.ts';
import { hasPermission } from './permissions.ts';
import { allowOptions, contextSelect, type EntityShape, project, readSelect } from './query-options.ts';
import { tenantIndex } from './tenant-index.ts';
import { findUser, USER_SHAPE } from './user-properties.ts';
import { requireMe } from './users.ts';

interface GroupSource {
  group: Group;
  tenant: Tenant;
}

const GROUP_SHAPE: EntityShape<GroupSource> = {
  typeName: 'microsoft.graph.group',
  properties: new Map<string, (source: GroupSource) => unknown>([
    ['id', ({ group }) => group.id],
    ['deletedDateTime', () => null],
    ['classification', () => null],
    ['createdDateTime', ({ tenant }) => tenant.createdDateTime],
    ['description', () => null],
    ['displayName', ({ group }) => group.displayName],
    ['groupTypes', () => []],
    ['isAssignableToRole', () => null],
    ['mail', () => null],
    ['mailEnabled', () => false],
    ['mailNickname', ({ group }) => group.displayName.replace(/[^A-Za-z0-9]/g, '') || 'group'],
    ['onPremisesSyncEnabled', () => null],
    ['proxyAddresses', () => []],
    ['securityEnabled', ({ group }) => group.securityEnabled],
    ['visibility', () => null],
  ]),
};

interface RoleSource {
  templateId: string;
  tenant: Tenant;
}

const ROLE_SHAPE: EntityShape<RoleSource> = {
  typeName: 'microsoft.graph.directoryRole',
  properties: new Map<string, (source: RoleSource) => unknown>([
    ['id', ({ templateId, tenant }) => directoryRoleId(tenant.id, templateId)],
    ['deletedDateTime', () => null],
    ['description', ({ templateId }) => roleName(templateId)],
    ['displayName', ({ templateId }) => roleName(templateId)],
    ['roleTemplateId', ({ templateId }) => templateId],
  ]),
};

/** GET /groups */
export function listGroups(call: GraphCall): GraphAnswer {
  const { tenant } = call;
  const items = [...tenant.groups.values()].map((group) => ({ group, tenant }));
  return listAnswer(call, items, {
    contextFragment: 'groups',
    shape: GROUP_SHAPE,
    pageSize: 100,
    maxTop: 999,
    filters: {
      displayName: ['eq', 'in', 'startswith'],
      id: ['eq', 'in'],
      securityEnabled: ['eq'],
      mailEnabled: ['eq'],
    },
    orderBy: ['displayName'],
  });
}

/** GET /groups/{id} */
export function getGroup(call: GraphCall): GraphAnswer {
  allowOptions(call, ['$select']);
  const selected = readSelect(call, GROUP_SHAPE, 'entity');
  const source = { group: requireGroup(call), tenant: call.tenant };
  const context = metadata(call, `groups${contextSelect(selected)}/$entity`);
  return { status: 200, body: { '@odata.context': context, ...project(GROUP_SHAPE, source, selected) } };
}

/** GET /groups/{id}/members[/microsoft.graph.user|group] */
export function listMembers(call: GraphCall): GraphAnswer {
  return memberAnswer(call, requireGroup(call).memberIds);
}

/** GET /groups/{id}/transitiveMembers[/microsoft.graph.user|group] */
export function listTransitiveMembers(call: GraphCall): GraphAnswer {
  return memberAnswer(call, transitiveMemberIds(call.tenant, requireGroup(call).id));
}

/** GET /me/memberOf */
export function listMyGroups(call: GraphCall): GraphAnswer {
  return membershipAnswer(call, requireMe(call), 0, directGroups);
}

/** GET /me/transitiveMemberOf */
export function listMyTransitiveGroups(call: GraphCall): GraphAnswer {
  return membershipAnswer(call, requireMe(call), 0, transitiveGroups);
}

/** GET /users/{id}/memberOf */
export function listUserGroups(call: GraphCall): GraphAnswer {
  return membershipAnswer(call, requireUser(call), 1, directGroups);
}

/** GET /users/{id}/transitiveMemberOf */
export function listUserTransitiveGroups(call: GraphCall): GraphAnswer {
  return membershipAnswer(call, requireUser(call), 1, transitiveGroups);
}

/** GET /directoryRoles: every built-in role counts as activated; there is no paging. */
export function listDirectoryRoles(call: GraphCall): GraphAnswer {
  const { tenant } = call;
  const roles = [...ROLE_NAMES.keys()].map((templateId) => ({ templateId, tenant }));
  return listAnswer(call, roles, {
    contextFragment: 'directoryRoles',
    shape: ROLE_SHAPE,
    pageSize: 1000,
    maxTop: 1000,
    filters: { roleTemplateId: ['eq'], displayName: ['eq'] },
  });
}

/** GET /directoryRoles/{id}/members and /directoryRoles(roleTemplateId='…')/members */
export function listRoleMembers(call: GraphCall): GraphAnswer {
  const asked = parameter(call, 0).toLowerCase();
  const { tenant } = call;
  const templateId = [...ROLE_NAMES.keys()].find((id) => id === asked || directoryRoleId(tenant.id, id) === asked);
  if (templateId === undefined) throw missingObject(asked);
  const holders = [...tenant.users.values()].filter((user) => user.directoryRoles.includes(templateId));
  return memberAnswer(
    call,
    holders.map((user) => user.id),
  );
}

type DirectoryObject = { user: User } | GroupSource | RoleSource;

const TYPE = { user: '#microsoft.graph.user', group: '#microsoft.graph.group', role: '#microsoft.graph.directoryRole' };

function memberAnswer(call: GraphCall, ids: readonly string[]): GraphAnswer {
  const objects: DirectoryObject[] = [];
  for (const id of ids) {
    const user = call.tenant.users.get(id);
    const group = call.tenant.groups.get(id);
    if (user && user.deletedDateTime === null) objects.push({ user });
    else if (group) objects.push({ group, tenant: call.tenant });
  }
  return objectsAnswer(call, objects, parameter(call, 1));
}

function membershipAnswer(
  call: GraphCall,
  user: User,
  castAt: number,
  groupsOf: (tenant: Tenant, id: string) => Group[],
): GraphAnswer {
  const { tenant } = call;
  const groups = groupsOf(tenant, user.id).map((group) => ({ group, tenant }));
  const roles = user.directoryRoles.map((templateId) => ({ templateId, tenant }));
  return objectsAnswer(call, [...groups, ...roles], parameter(call, castAt));
}

/** A collection of directory objects of several types, or of one type after a cast. */
function objectsAnswer(call: GraphCall, objects: readonly DirectoryObject[], cast: string): GraphAnswer {
  const type = cast.toLowerCase();
  if (type.includes('user')) {
    const users = objects.flatMap((object) => ('user' in object ? [object.user] : []));
    return listAnswer(call, users, { contextFragment: 'users', shape: USER_SHAPE, ...PAGES, filters: BY_NAME });
  }
  if (type.includes('directoryrole')) {
    const roles = objects.flatMap((object) => ('templateId' in object ? [object] : []));
    return listAnswer(call, roles, {
      contextFragment: 'directoryRoles',
      shape: ROLE_SHAPE,
      ...PAGES,
      filters: { ...BY_NAME, roleTemplateId: ['eq'] },
    });
  }
  if (type.includes('group')) {
    const groups = objects.flatMap((object) => ('group' in object ? [object] : []));
    return listAnswer(call, groups, { contextFragment: 'groups', shape: GROUP_SHAPE, ...PAGES, filters: BY_NAME });
  }
  if (type !== '') throw badRequest(`Unsupported cast '${cast}'.`);
  return listAnswer(call, objects, {
    contextFragment: 'directoryObjects',
    shape: MIXED_SHAPE,
    ...PAGES,
    annotate: (object) => ({ '@odata.type': typeOf(object) }),
  });
}

const PAGES = { pageSize: 100, maxTop: 999 };
const BY_NAME = { displayName: ['eq', 'startswith'], id: ['eq', 'in'] } as const;

/** Properties of whatever type an object has: without $select the defaults of its own type. */
const MIXED_SHAPE: EntityShape<DirectoryObject> = {
  typeName: 'microsoft.graph.directoryObject',
  properties: new Map(
    [...GROUP_SHAPE.properties.keys(), ...ROLE_SHAPE.properties.keys(), ...(USER_SHAPE.defaults ?? [])].map((name) => [
      name,
      (object: DirectoryObject) => readMixed(object, name),
    ]),
  ),
};

function readMixed(object: DirectoryObject, name: string): unknown {
  if ('user' in object) {
    return USER_SHAPE.defaults?.includes(name) ? USER_SHAPE.properties.get(name)?.(object.user) : undefined;
  }
  if ('group' in object) return GROUP_SHAPE.properties.get(name)?.(object);
  return ROLE_SHAPE.properties.get(name)?.(object);
}

function typeOf(object: DirectoryObject): string {
  if ('user' in object) return TYPE.user;
  return 'group' in object ? TYPE.group : TYPE.role;
}

function roleName(templateId: string): string {
  return ROLE_NAMES.get(templateId) ?? `Role ${templateId}`;
}

function requireGroup(call: GraphCall): Group {
  const group = call.tenant.groups.get(parameter(call, 0).toLowerCase());
  if (!group) throw missingObject(parameter(call, 0));
  return group;
}

function requireUser(call: GraphCall): User {
  const user = findUser(call.tenant, tenantIndex(call.tenant).idByPrincipalName, parameter(call, 0));
  if (!user) throw missingObject(parameter(call, 0));
  // `User.Read` alone reads the caller's own memberships only.
  const readsOthers = hasPermission(
    call,
    'GroupMember.ReadBasic.All',
    'GroupMember.Read.All',
    'Group.ReadBasic.All',
    'Group.Read.All',
    'User.Read.All',
    'Directory.Read.All',
    'Directory.ReadWrite.All',
  );
  if (!readsOthers && user.id !== call.token.objectId) throw missingObject(parameter(call, 0));
  return user;
}

/** GET /groups/$count */
export function countGroups(call: GraphCall): GraphAnswer {
  if (!isEventual(call)) throw badRequest('$count is not currently supported.');
  return { status: 200, text: String(call.tenant.groups.size) };
}

// Which permissions and directory roles each operation wants, copied from Microsoft's published permission data
// (microsoft-graph-devx-content, permissions.json, 2026-08-07): least privileged first, then what also suffices.

import { denied, type GraphCall } from './call.ts';
import {
  APP_ROLE_GRANT_ROLES,
  APPLICATION_ADMIN_ROLES,
  DIRECTORY_READ_ROLES,
  LICENCE_READ_ROLES,
} from './directory-roles.ts';
import { callerRoles } from './memberships.ts';

interface Requirement {
  /** Any one of these; `A+B` means both. */
  delegated: readonly string[];
  /** The same for app-only tokens; empty: not supported. */
  application: readonly string[];
  /** Directory roles, one of which a partner's user must hold in a customer's tenant. */
  guestRoles?: readonly string[];
  /** Directory roles, one of which every delegated caller must hold. */
  roles?: readonly string[];
}

const DIRECTORY = ['Directory.Read.All', 'Directory.ReadWrite.All'] as const;

function both(permissions: readonly string[], more: Omit<Requirement, 'delegated' | 'application'> = {}): Requirement {
  return { delegated: permissions, application: permissions, ...more };
}

const USERS = ['User.ReadBasic.All', 'User.Read.All', 'User.ReadWrite.All', ...DIRECTORY];
const GROUPS = ['Group.ReadBasic.All', 'GroupMember.Read.All', 'Group.Read.All', 'Group.ReadWrite.All', ...DIRECTORY];
const MEMBERS = [
  'GroupMember.ReadBasic.All',
  'GroupMember.Read.All',
  'GroupMember.ReadWrite.All',
  'Group.ReadBasic.All',
  'Group.Read.All',
  'Group.ReadWrite.All',
  'Directory.Read.All',
];
const ORGANIZATION = [
  'Organization.Read.All',
  'Organization.ReadWrite.All',
  'User.Read.All',
  'DeviceManagementServiceConfig.Read.All',
  ...DIRECTORY,
];
const MEMBER_OF = [
  'GroupMember.ReadBasic.All',
  'GroupMember.Read.All',
  'Group.ReadBasic.All',
  'Group.Read.All',
  'User.Read.All',
  ...DIRECTORY,
];
const ASSIGN_APP_ROLE = [
  'AppRoleAssignment.ReadWrite.All+Application.Read.All',
  'AppRoleAssignment.ReadWrite.All+Application.ReadWrite.All',
  'AppRoleAssignment.ReadWrite.All+Directory.Read.All',
  'AppRoleAssignment.ReadWrite.All+Directory.ReadWrite.All',
];
const SERVICE_PRINCIPALS = ['Application.Read.All', 'Application.ReadWrite.All', ...DIRECTORY];
const GRANTS_WRITE = ['DelegatedPermissionGrant.ReadWrite.All', 'Directory.ReadWrite.All'];
const GDAP_WRITE = ['DelegatedAdminRelationship.ReadWrite.All'];

/** The requirements, by the name that a route gives. */
export const REQUIREMENTS = {
  organization: {
    delegated: ['User.Read', ...ORGANIZATION],
    application: ORGANIZATION,
  },
  subscribedSkus: both(
    ['LicenseAssignment.Read.All', 'Organization.Read.All', 'Organization.ReadWrite.All', ...DIRECTORY],
    { roles: LICENCE_READ_ROLES },
  ),
  directorySubscriptions: both(['Organization.Read.All', 'Organization.ReadWrite.All', ...DIRECTORY], {
    roles: LICENCE_READ_ROLES,
  }),
  users: both(USERS, { guestRoles: DIRECTORY_READ_ROLES }),
  user: { delegated: ['User.Read', ...USERS], application: USERS, guestRoles: DIRECTORY_READ_ROLES },
  usersDelta: both(['User.Read.All', 'User.ReadWrite.All', ...DIRECTORY], { guestRoles: DIRECTORY_READ_ROLES }),
  groups: both(GROUPS, { guestRoles: DIRECTORY_READ_ROLES }),
  groupMembers: both(MEMBERS, { guestRoles: DIRECTORY_READ_ROLES }),
  me: { delegated: ['User.Read', 'User.ReadWrite', ...USERS], application: [] },
  myMemberships: { delegated: ['User.Read', ...MEMBER_OF], application: [] },
  memberships: { delegated: ['User.Read', ...MEMBER_OF], application: MEMBER_OF, guestRoles: DIRECTORY_READ_ROLES },
  contracts: both(DIRECTORY),
  domains: both(['Domain.Read.All', 'Domain.ReadWrite.All', 'Directory.Read.All'], {
    guestRoles: DIRECTORY_READ_ROLES,
  }),
  directoryRoles: both(['RoleManagement.Read.Directory', 'RoleManagement.ReadWrite.Directory', ...DIRECTORY], {
    guestRoles: DIRECTORY_READ_ROLES,
  }),
  servicePrincipals: {
    delegated: SERVICE_PRINCIPALS,
    application: [...SERVICE_PRINCIPALS, 'Application.ReadWrite.OwnedBy'],
    guestRoles: DIRECTORY_READ_ROLES,
  },
  createServicePrincipal: {
    delegated: ['Application.ReadWrite.All', 'Directory.ReadWrite.All'],
    application: ['Application.ReadWrite.All', 'Application.ReadWrite.OwnedBy', 'Directory.ReadWrite.All'],
    roles: APPLICATION_ADMIN_ROLES,
  },
  assignAppRole: both(ASSIGN_APP_ROLE, { roles: APP_ROLE_GRANT_ROLES }),
  removeAppRole: both(['AppRoleAssignment.ReadWrite.All', 'Application.ReadWrite.All'], {
    roles: APP_ROLE_GRANT_ROLES,
  }),
  permissionGrants: both(['Directory.Read.All', ...GRANTS_WRITE], {
    guestRoles: [...DIRECTORY_READ_ROLES, ...APPLICATION_ADMIN_ROLES],
  }),
  changePermissionGrants: both(GRANTS_WRITE, { roles: APPLICATION_ADMIN_ROLES }),
  relationships: both(['DelegatedAdminRelationship.Read.All', ...GDAP_WRITE]),
  changeRelationships: both(GDAP_WRITE),
  tenantInformation: both(['CrossTenantInformation.ReadBasic.All']),
} satisfies Record<string, Requirement>;

export type RequirementName = keyof typeof REQUIREMENTS;

/**
 * Checks that the caller may call this operation at all, and notes by which permissions.
 * @throws GraphFailure 403 Authorization_RequestDenied
 */
export function authorize(call: GraphCall, name: RequirementName): void {
  const requirement: Requirement = REQUIREMENTS[name];
  const { token } = call;
  const alternatives = token.kind === 'application' ? requirement.application : requirement.delegated;
  if (!holdsAny(heldBy(call), alternatives)) throw denied();
  if (token.kind === 'delegated') requireRole(call, requirement);
  noteGrant(call, call.path, alternatives);
}

function requireRole(call: GraphCall, requirement: Requirement): void {
  const { token } = call;
  const isGuest = token.homeTenantId !== token.tenantId;
  const wanted = requirement.roles ?? (isGuest ? requirement.guestRoles : undefined);
  if (wanted && !callerHoldsRole(call, wanted)) throw denied();
}

/** Whether a delegated caller holds one of these directory roles in the tenant; app-only callers need none. */
export function callerHoldsRole(call: GraphCall, wanted: readonly string[]): boolean {
  if (call.token.kind === 'application') return true;
  const held = callerRoles(call.context.world, call.token, call.context.clock.now());
  return wanted.some((role) => held.has(role));
}

/** Whether the token carries one of these permissions. */
export function hasPermission(call: GraphCall, ...permissions: string[]): boolean {
  return holdsAny(heldBy(call), permissions);
}

/** Tells the statistics which of these the caller holds, and that they allowed an operation. */
export function noteGrant(call: GraphCall, path: string, alternatives: readonly string[]): void {
  const { token, method, context } = call;
  const permissions = alternatives.filter((alternative) => holdsAny(heldBy(call), [alternative]));
  context.granted({ appId: token.appId, kind: token.kind, method, path, permissions });
}

function heldBy({ token }: GraphCall): readonly string[] {
  return token.kind === 'application' ? token.roles : token.scopes;
}

function holdsAny(held: readonly string[], alternatives: readonly string[]): boolean {
  return alternatives.some((alternative) => alternative.split('+').every((permission) => held.includes(permission)));
}

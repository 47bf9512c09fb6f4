// Who is in which group, through nested groups too, and the roles that a partner's user holds in a customer's tenant.

import type { TokenClaims } from '../tokens.ts';
import type { Group, Relationship, Tenant, World } from '../world.ts';
import { relationshipsBetween, settleRelationship } from './relationship-lifecycle.ts';

/** The groups that hold an object directly. */
export function directGroups(tenant: Tenant, objectId: string): Group[] {
  return [...tenant.groups.values()].filter((group) => group.memberIds.includes(objectId));
}

/** The groups that hold an object, directly or through nested groups; cycles are harmless. */
export function transitiveGroups(tenant: Tenant, objectId: string): Group[] {
  const found = new Map<string, Group>();
  const open = [objectId];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const group of directGroups(tenant, next)) {
      if (found.has(group.id)) continue;
      found.set(group.id, group);
      open.push(group.id);
    }
  }
  return [...found.values()];
}

/** The ids of everything in a group, through nested groups; the nested groups are among them. */
export function transitiveMemberIds(tenant: Tenant, groupId: string): string[] {
  const found = new Set<string>();
  const open = [groupId];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const memberId of tenant.groups.get(next)?.memberIds ?? []) {
      if (found.has(memberId) || memberId === groupId) continue;
      found.add(memberId);
      if (tenant.groups.has(memberId)) open.push(memberId);
    }
  }
  return [...found];
}

/** Whether a user of a partner tenant is an admin agent there. */
export function isAdminAgent(tenant: Tenant, userId: string): boolean {
  return transitiveGroups(tenant, userId).some((group) => group.displayName === 'AdminAgents');
}

/**
 * The directory roles that a partner's user holds in a customer's tenant: those of active relationships that an active
 * assignment gives to a group the user is in.
 */
export function gdapRoles(
  world: World,
  partner: Tenant,
  customerTenantId: string,
  userId: string,
  nowMs: number,
): Set<string> {
  const roles = new Set<string>();
  const usable = relationshipsBetween(world, partner.id, customerTenantId).filter((relationship) => {
    settleRelationship(world, relationship, nowMs);
    return relationship.status === 'active';
  });
  if (usable.length === 0) return roles;
  const groupIds = new Set(transitiveGroups(partner, userId).map((group) => group.id));
  for (const relationship of usable) addAssignedRoles(roles, relationship, groupIds);
  return roles;
}

/** The directory roles of a delegated caller in the tenant that its token is for. */
export function callerRoles(world: World, token: TokenClaims, nowMs: number): Set<string> {
  if (token.homeTenantId === token.tenantId) {
    return new Set(world.tenants.get(token.tenantId)?.users.get(token.objectId)?.directoryRoles);
  }
  const home = world.tenants.get(token.homeTenantId);
  return home ? gdapRoles(world, home, token.tenantId, token.objectId, nowMs) : new Set();
}

function addAssignedRoles(roles: Set<string>, relationship: Relationship, groupIds: ReadonlySet<string>): void {
  for (const assignment of relationship.accessAssignments.values()) {
    if (assignment.status !== 'active' || !groupIds.has(assignment.groupId)) continue;
    for (const roleId of assignment.roleDefinitionIds) {
      if (relationship.roleDefinitionIds.includes(roleId)) roles.add(roleId);
    }
  }
}

// Changes of access: the app in a tenant, GDAP relationships, group memberships, refresh tokens.

import { derivedGuid } from '../graph/derived-id.ts';
import {
  approveRelationship,
  preciseTime,
  settleRelationship,
  terminateRelationship,
  touch,
} from '../graph/relationship-lifecycle.ts';
import { releaseConsent } from '../propagation.ts';
import { CUSTOMER_APP_ID, ownApp } from '../scenario/apps.ts';
import type { Group, Relationship, ServicePrincipal, Tenant, World } from '../world.ts';
import { type Effect, effect } from './effects.ts';
import type { Change } from './schemas.ts';
import type { TenantScene } from './user-changes.ts';

type Of<K extends Change['kind']> = Extract<Change, { kind: K }>;

export interface AccessScene extends TenantScene {
  world: World;
}

/** The changes of this file, by kind. */
export const ACCESS_CHANGES = {
  removeApp({ appId = CUSTOMER_APP_ID }: Of<'removeApp'>, { tenant }: AccessScene): Effect[] {
    const principal = requirePrincipal(tenant, appId);
    tenant.servicePrincipals.delete(appId);
    return [effect('access', principal.id, 'removed')];
  },
  disableApp: ({ appId }: Of<'disableApp'>, scene: AccessScene) => enableApp(scene, appId, false),
  enableApp: ({ appId }: Of<'enableApp'>, scene: AccessScene) => enableApp(scene, appId, true),
  revokeAppRoles({ appId = CUSTOMER_APP_ID, roles }: Of<'revokeAppRoles'>, { tenant }: AccessScene): Effect[] {
    const principal = requirePrincipal(tenant, appId);
    principal.appRoles = roles ? principal.appRoles.filter(({ role }) => !roles.includes(role)) : [];
    return [effect('access', principal.id)];
  },
  endRelationship(change: Of<'endRelationship'>, scene: AccessScene): Effect[] {
    return eachRelationship(change, scene, (relationship) => {
      if (change.how === 'terminate') return terminateRelationship(scene.world, relationship, scene.nowMs);
      if (relationship.status !== 'active') return false;
      relationship.endDateTime = preciseTime(scene.nowMs);
      relationship.autoExtendDuration = 'PT0S';
      touch(relationship, scene.nowMs);
      return true;
    });
  },
  activateRelationship(change: Of<'activateRelationship'>, scene: AccessScene): Effect[] {
    return eachRelationship(change, scene, (relationship) =>
      approveRelationship(scene.world, relationship, scene.nowMs),
    );
  },
  setRelationshipUnreadable(change: Of<'setRelationshipUnreadable'>, scene: AccessScene): Effect[] {
    return eachRelationship(change, scene, (relationship) => {
      if (change.status === null) delete relationship.unreadable;
      else relationship.unreadable = change.status;
      return true;
    });
  },
  addGroupMember({ groupId, memberId }: Of<'addGroupMember'>, { tenant }: AccessScene): Effect[] {
    const group = requireGroup(tenant, groupId);
    if (group.memberIds.includes(memberId)) return [];
    group.memberIds.push(memberId);
    return [effect('access', groupId)];
  },
  removeGroupMember({ groupId, memberId }: Of<'removeGroupMember'>, { tenant }: AccessScene): Effect[] {
    const group = requireGroup(tenant, groupId);
    if (!group.memberIds.includes(memberId)) return [];
    group.memberIds = group.memberIds.filter((id) => id !== memberId);
    return [effect('access', groupId)];
  },
  deleteGroup({ groupId }: Of<'deleteGroup'>, { tenant }: AccessScene): Effect[] {
    requireGroup(tenant, groupId);
    tenant.groups.delete(groupId);
    return [effect('access', groupId, 'removed')];
  },
  registerApp,
  revokeRefreshTokens({ userId }: Of<'revokeRefreshTokens'>, { world, tenant }: AccessScene): Effect[] {
    for (const token of world.refreshTokens.values()) {
      if (token.userId === userId && token.homeTenantId === tenant.id) token.revoked = true;
    }
    return [effect('access', userId)];
  },
  holdConsentBack({ what }: Of<'holdConsentBack'>, { tenant, nowMs }: AccessScene): Effect[] {
    if (what === null) releaseConsent(tenant, nowMs);
    else tenant.consentHeldBack = what;
    return [effect('access', tenant.id)];
  },
  refuseConsent({ refuses }: Of<'refuseConsent'>, { tenant }: AccessScene): Effect[] {
    tenant.refusesConsent = refuses;
    return [effect('access', tenant.id)];
  },
  endAppCredentials({ appId, atMs }: Of<'endAppCredentials'>, { world, tenant }: AccessScene): Effect[] {
    const app = world.apps.get(appId);
    if (app?.homeTenantId !== tenant.id) throw new Error(`Tenant ${tenant.id} has no registration ${appId}.`);
    for (const credential of [...app.secrets, ...app.certificates]) credential.expiresMs = atMs;
    return [effect('access', appId)];
  },
};

/** The owner's tenant has the service principal from the start, as it has where an app is registered by hand. */
function registerApp({ kind: _, tenantId: __, appId, ...given }: Of<'registerApp'>, scene: AccessScene): Effect[] {
  const { world, tenant, nowMs } = scene;
  const id = appId.toLowerCase();
  const before = world.apps.get(id) ?? ownApp(id, tenant);
  if (before.homeTenantId !== tenant.id) throw new Error(`The app ${id} is registered in another tenant.`);
  const told = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  world.apps.set(id, { ...before, ...told });
  if (!tenant.servicePrincipals.has(id)) {
    tenant.servicePrincipals.set(id, {
      id: derivedGuid(`principal/${tenant.id}/${id}`),
      appId: id,
      accountEnabled: true,
      createdMs: nowMs,
      appRoles: [],
      delegatedGrants: [],
      effectiveMs: nowMs,
    });
  }
  return [effect('access', id)];
}

function enableApp({ tenant }: AccessScene, appId: string | undefined, accountEnabled: boolean): Effect[] {
  const principal = requirePrincipal(tenant, appId ?? CUSTOMER_APP_ID);
  if (principal.accountEnabled === accountEnabled) return [];
  principal.accountEnabled = accountEnabled;
  return [effect('access', principal.id)];
}

function eachRelationship(
  which: { relationshipId?: string | undefined; partnerTenantId?: string | undefined },
  { world, tenant, nowMs }: AccessScene,
  act: (relationship: Relationship) => boolean,
): Effect[] {
  const found = [...world.relationships.values()].filter(
    (relationship) =>
      relationship.customerTenantId === tenant.id &&
      (which.relationshipId === undefined || relationship.id === which.relationshipId) &&
      (which.partnerTenantId === undefined || relationship.partnerTenantId === which.partnerTenantId),
  );
  if (found.length === 0) throw new Error(`Tenant ${tenant.id} has no such relationship.`);
  return found.flatMap((relationship) => {
    settleRelationship(world, relationship, nowMs);
    return act(relationship) ? [effect('access', relationship.id)] : [];
  });
}

function requirePrincipal(tenant: Tenant, appId: string): ServicePrincipal {
  const principal = tenant.servicePrincipals.get(appId);
  if (!principal) throw new Error(`The app ${appId} is not installed in tenant ${tenant.id}.`);
  return principal;
}

function requireGroup(tenant: Tenant, groupId: string): Group {
  const group = tenant.groups.get(groupId);
  if (!group) throw new Error(`Tenant ${tenant.id} has no group ${groupId}.`);
  return group;
}

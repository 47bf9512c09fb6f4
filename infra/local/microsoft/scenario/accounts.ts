// The accounts that a person can sign in with at the simulated Microsoft.
import { ROLE_NAMES } from '../graph/directory-roles.ts';
import type { Tenant, User, World } from '../world.ts';

export interface Account {
  upn: string;
  displayName: string;
  tenantId: string;
  userId: string;
  tenantName: string;
  tenantKind: Tenant['kind'];
  /** Directory roles and memberships in words, e.g. `Global Administrator`, `AdminAgents`. */
  roleWords: string[];
  mfa: boolean;
}

const KIND_ORDER: Readonly<Record<Tenant['kind'], number>> = { partner: 0, personal: 1, customer: 2, vendor: 3 };

/**
 * Lists the accounts worth signing in with: everyone of a partner, the personal account, and of each customer its
 * administrators and one ordinary user. Any other enabled user can sign in too, by typing the user principal name.
 */
export function listAccounts(world: World): Account[] {
  const tenants = [...world.tenants.values()].sort((a, b) => KIND_ORDER[a.kind] - KIND_ORDER[b.kind]);
  return tenants.flatMap((tenant) => accountsOf(tenant));
}

/** The same for one tenant. */
export function accountsOf(tenant: Tenant): Account[] {
  const shown: User[] = [];
  let ordinary = 0;
  for (const user of tenant.users.values()) {
    // Guests sign in with the account of their own tenant.
    if (user.userType === 'Guest' || !user.accountEnabled || user.deletedDateTime !== null) continue;
    if (tenant.kind === 'customer' && user.directoryRoles.length === 0) {
      if (ordinary > 0) continue;
      ordinary += 1;
    }
    shown.push(user);
  }
  return shown.map((user) => ({
    upn: user.userPrincipalName,
    displayName: user.displayName,
    tenantId: tenant.id,
    userId: user.id,
    tenantName: tenant.displayName,
    tenantKind: tenant.kind,
    roleWords: roleWords(tenant, user),
    mfa: user.mfa,
  }));
}

function roleWords(tenant: Tenant, user: User): string[] {
  if (tenant.kind === 'personal') return ['Personal account'];
  const roles = user.directoryRoles.map((id) => ROLE_NAMES.get(id) ?? id);
  const groups = [...tenant.groups.values()]
    .filter((group) => group.memberIds.includes(user.id))
    .map((group) => group.displayName);
  return [...(roles.length > 0 ? roles : ['Ordinary user']), ...groups];
}

// What Graph must answer without scanning a tenant: the order of its users, their names, and consumed licences.
// Derived from the world, kept up to date by mutations.ts, and rebuilt from the tenant after a restart.

import type { Tenant, User } from '../world.ts';

export interface TenantIndex {
  /** User ids in order of creation; a purged user leaves its place empty, so that positions stay true. */
  order: (string | null)[];
  positionById: Map<string, number>;
  /** Lower-case user principal name to id, of users that are not deleted. */
  idByPrincipalName: Map<string, string>;
  /** Assigned licences by SKU id, of users that are not deleted. */
  consumedBySku: Map<string, number>;
  /** Users that are not deleted. */
  liveUsers: number;
}

const indexes = new WeakMap<Tenant, TenantIndex>();

/** The index of a tenant, made on first use and again whenever users were put into the map by other hands. */
export function tenantIndex(tenant: Tenant): TenantIndex {
  const known = indexes.get(tenant);
  if (known && known.positionById.size === tenant.users.size) return known;
  return rebuildTenantIndex(tenant);
}

/** Counts everything anew from the tenant's users; what a caller does after it changed users directly. */
export function rebuildTenantIndex(tenant: Tenant): TenantIndex {
  const index: TenantIndex = {
    order: [],
    positionById: new Map(),
    idByPrincipalName: new Map(),
    consumedBySku: new Map(),
    liveUsers: 0,
  };
  indexes.set(tenant, index);
  for (const user of tenant.users.values()) indexUser(index, user);
  return index;
}

/** Appends a new user. */
export function indexUser(index: TenantIndex, user: User): void {
  index.positionById.set(user.id, index.order.length);
  index.order.push(user.id);
  if (user.deletedDateTime === null) countUser(index, user, 1);
}

/** Takes a purged user out of the order; its place stays, empty. */
export function unindexUser(index: TenantIndex, userId: string): void {
  const position = index.positionById.get(userId);
  if (position !== undefined) index.order[position] = null;
  index.positionById.delete(userId);
}

/** Counts a live user in (+1) or out (-1): licences, name and the number of live users. */
export function countUser(index: TenantIndex, user: User, sign: 1 | -1): void {
  for (const { skuId } of user.assignedLicenses) {
    index.consumedBySku.set(skuId, (index.consumedBySku.get(skuId) ?? 0) + sign);
  }
  const name = user.userPrincipalName.toLowerCase();
  if (sign === 1) index.idByPrincipalName.set(name, user.id);
  else if (index.idByPrincipalName.get(name) === user.id) index.idByPrincipalName.delete(name);
  index.liveUsers += sign;
}

// Every change of a tenant's users, licences and organisation. The control API and Graph's own writes go through here, so
// that delta queries see each change once and consumed licences are always counted.

import type { CompanySubscription, Sku, Tenant, User, UserChange } from '../world.ts';
import { countUser, indexUser, tenantIndex, unindexUser } from './tenant-index.ts';

/** What `updateUser` may change. Licences, deletion and sign-ins have functions of their own. */
type UserPatch = Partial<Omit<User, 'id' | 'assignedLicenses' | 'deletedDateTime' | 'signInActivity'>>;

/** Properties that Graph does not expose on a user: a change of these alone is no change to a delta query. */
const NOT_IN_GRAPH: ReadonlySet<string> = new Set(['directoryRoles', 'mfa']);

/**
 * Adds a user to the tenant.
 * @throws Error when the id or the user principal name is taken
 */
export function addUser(tenant: Tenant, user: User, atMs: number): void {
  const index = tenantIndex(tenant);
  if (tenant.users.has(user.id)) throw new Error(`User ${user.id} exists already in tenant ${tenant.id}.`);
  if (index.idByPrincipalName.has(user.userPrincipalName.toLowerCase())) {
    throw new Error(`User principal name ${user.userPrincipalName} is taken in tenant ${tenant.id}.`);
  }
  tenant.users.set(user.id, user);
  indexUser(index, user);
  recordChange(tenant, user.id, 'created', atMs);
}

/**
 * Changes properties of a user; a patch that changes nothing leaves no trace.
 * @returns whether a delta query will report it
 * @throws Error when the user does not exist
 */
export function updateUser(tenant: Tenant, userId: string, patch: UserPatch, atMs: number): boolean {
  const user = requireUser(tenant, userId);
  const index = tenantIndex(tenant);
  const live = user.deletedDateTime === null;
  const before = { ...user };
  if (live) countUser(index, user, -1);
  Object.assign(user, patch);
  if (live) countUser(index, user, 1);
  const visible = Object.entries(user).some(
    ([key, value]) => !NOT_IN_GRAPH.has(key) && !sameValue(value, Reflect.get(before, key)),
  );
  if (visible) recordChange(tenant, userId, 'updated', atMs);
  return visible;
}

/**
 * Puts a user in the recycle bin: delta answers `@removed` with reason `changed`, the licences become free.
 * @throws Error when the user does not exist or is deleted already
 */
export function softDeleteUser(tenant: Tenant, userId: string, atMs: number): void {
  const user = requireUser(tenant, userId);
  if (user.deletedDateTime !== null) throw new Error(`User ${userId} is deleted already.`);
  countUser(tenantIndex(tenant), user, -1);
  user.deletedDateTime = graphSeconds(atMs);
  recordChange(tenant, userId, 'softDeleted', atMs);
}

/**
 * Takes a user out of the recycle bin, with the licences held before.
 * @throws Error when the user does not exist or is not deleted
 */
export function restoreUser(tenant: Tenant, userId: string, atMs: number): void {
  const user = requireUser(tenant, userId);
  if (user.deletedDateTime === null) throw new Error(`User ${userId} is not deleted.`);
  const index = tenantIndex(tenant);
  user.deletedDateTime = null;
  countUser(index, user, 1);
  recordChange(tenant, userId, 'restored', atMs);
}

/**
 * Deletes a user for good, from the recycle bin or directly: delta answers `@removed` with reason `deleted`.
 * @throws Error when the user does not exist
 */
export function purgeUser(tenant: Tenant, userId: string, atMs: number): void {
  const user = requireUser(tenant, userId);
  const index = tenantIndex(tenant);
  if (user.deletedDateTime === null) countUser(index, user, -1);
  unindexUser(index, userId);
  tenant.users.delete(userId);
  for (const group of tenant.groups.values()) {
    const at = group.memberIds.indexOf(userId);
    if (at >= 0) group.memberIds.splice(at, 1);
  }
  recordChange(tenant, userId, 'deleted', atMs);
}

/**
 * Replaces a user's licences. Seats are not enforced: a tenant may hold more assignments than seats after a reduction.
 * @returns whether anything changed
 * @throws Error when the user or one of the SKUs does not exist in the tenant
 */
export function setLicences(
  tenant: Tenant,
  userId: string,
  licences: readonly { skuId: string; disabledPlans?: string[] }[],
  atMs: number,
): boolean {
  const user = requireUser(tenant, userId);
  for (const { skuId } of licences) requireSku(tenant, skuId);
  const next = licences.map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans: disabledPlans ?? [] }));
  if (sameValue(next, user.assignedLicenses)) return false;
  const index = tenantIndex(tenant);
  const live = user.deletedDateTime === null;
  if (live) countUser(index, user, -1);
  user.assignedLicenses = next;
  if (live) countUser(index, user, 1);
  recordChange(tenant, userId, 'updated', atMs);
  return true;
}

/** Records a sign-in. Delta queries do not report it. */
export function setSignInActivity(tenant: Tenant, userId: string, activity: User['signInActivity']): void {
  requireUser(tenant, userId).signInActivity = activity;
}

/**
 * Buys or gives back seats: the SKU then has `enabled` seats, and its enabled subscriptions sum up to them.
 * @throws Error when the SKU does not exist, or `enabled` is not a whole number of at least 0
 */
export function setSeats(tenant: Tenant, skuId: string, enabled: number): void {
  if (!Number.isInteger(enabled) || enabled < 0) throw new Error(`${enabled} is not a number of seats.`);
  const sku = requireSku(tenant, skuId);
  let missing = enabled - sku.prepaid.enabled;
  const open = subscriptionsOf(tenant, skuId).filter((subscription) => subscription.status === 'Enabled');
  for (const subscription of open.toReversed()) {
    const next = Math.max(0, subscription.totalLicenses + missing);
    missing -= next - subscription.totalLicenses;
    subscription.totalLicenses = next;
    if (missing === 0) break;
  }
  sku.prepaid.enabled = enabled;
}

/**
 * Adds a subscription (a purchase), and its SKU when the tenant does not have it yet.
 * @throws Error when the id is taken, or the SKU is new and `sku` was not given
 */
export function addSubscription(tenant: Tenant, subscription: CompanySubscription, sku?: Sku): void {
  if (tenant.subscriptions.has(subscription.id)) throw new Error(`Subscription ${subscription.id} exists already.`);
  const known = tenant.skus.get(subscription.skuId) ?? sku;
  if (!known) throw new Error(`Tenant ${tenant.id} has no SKU ${subscription.skuId}.`);
  tenant.skus.set(known.skuId, known);
  if (!known.subscriptionIds.includes(subscription.id)) known.subscriptionIds.push(subscription.id);
  tenant.subscriptions.set(subscription.id, subscription);
  recountPrepaid(tenant, known);
}

/**
 * Moves a subscription on in its life cycle (Enabled, Warning, Suspended, LockedOut, Deleted); its seats move with it.
 * @throws Error when the subscription does not exist
 */
export function setSubscriptionStatus(
  tenant: Tenant,
  subscriptionId: string,
  status: CompanySubscription['status'],
  nextLifecycleDateTime?: string | null,
): void {
  const subscription = tenant.subscriptions.get(subscriptionId);
  if (!subscription) throw new Error(`Tenant ${tenant.id} has no subscription ${subscriptionId}.`);
  subscription.status = status;
  if (nextLifecycleDateTime !== undefined) subscription.nextLifecycleDateTime = nextLifecycleDateTime;
  recountPrepaid(tenant, requireSku(tenant, subscription.skuId));
}

/** Renames the organisation. Contracts keep the name that they were made with, as Microsoft's do. */
export function renameOrganization(tenant: Tenant, displayName: string): void {
  tenant.displayName = displayName;
  tenant.organizationVersion += 1;
}

/** How many licences of a SKU are assigned to users that are not deleted. */
export function consumedUnits(tenant: Tenant, skuId: string): number {
  return tenantIndex(tenant).consumedBySku.get(skuId) ?? 0;
}

/** The sequence of the newest change, 0 when there was none. */
export function latestSequence(tenant: Tenant): number {
  return tenant.userChanges.at(-1)?.sequence ?? 0;
}

/** From now on, delta links and pages that were issued before are answered 410 Gone. */
export function resetDelta(tenant: Tenant): void {
  // Every link carries the reset that it was issued after, so the number must grow even when no user changed between.
  tenant.deltaResetBefore = Math.max(latestSequence(tenant), tenant.deltaResetBefore) + 1;
}

function recordChange(tenant: Tenant, userId: string, reason: UserChange['reason'], atMs: number): void {
  tenant.userChanges.push({ sequence: latestSequence(tenant) + 1, userId, reason, atMs });
}

function recountPrepaid(tenant: Tenant, sku: Sku): void {
  const prepaid = { enabled: 0, suspended: 0, warning: 0, lockedOut: 0 };
  for (const { status, totalLicenses } of subscriptionsOf(tenant, sku.skuId)) {
    if (status === 'Enabled') prepaid.enabled += totalLicenses;
    else if (status === 'Warning') prepaid.warning += totalLicenses;
    else if (status === 'Suspended') prepaid.suspended += totalLicenses;
    else if (status === 'LockedOut') prepaid.lockedOut += totalLicenses;
  }
  sku.prepaid = prepaid;
}

function subscriptionsOf(tenant: Tenant, skuId: string): CompanySubscription[] {
  return [...tenant.subscriptions.values()].filter((subscription) => subscription.skuId === skuId);
}

function requireUser(tenant: Tenant, userId: string): User {
  const user = tenant.users.get(userId);
  if (!user) throw new Error(`Tenant ${tenant.id} has no user ${userId}.`);
  return user;
}

function requireSku(tenant: Tenant, skuId: string): Sku {
  const sku = tenant.skus.get(skuId);
  if (!sku) throw new Error(`Tenant ${tenant.id} has no SKU ${skuId}.`);
  return sku;
}

/** Graph writes times of directory objects to the second. */
function graphSeconds(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19)}Z`;
}

function sameValue(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

// Changes of users: people who come, change, leave, get licences, sign in.
import { randomUUID } from 'node:crypto';
import {
  addUser,
  purgeUser,
  restoreUser,
  setLicences,
  setSignInActivity,
  softDeleteUser,
  updateUser,
} from '../graph/mutations.ts';
import { makeUser } from '../scenario/users.ts';
import type { Tenant, User } from '../world.ts';
import { type Effect, effect, licenceEffects } from './effects.ts';
import type { Change } from './schemas.ts';

type Of<K extends Change['kind']> = Extract<Change, { kind: K }>;
type UserFields = Of<'updateUser'>['set'];

export interface TenantScene {
  tenant: Tenant;
  nowMs: number;
}

/** The changes of this file, by kind. */
export const USER_CHANGES = {
  addUser({ user: given, skuIds }: Of<'addUser'>, { tenant, nowMs }: TenantScene): Effect[] {
    const id = randomUUID();
    const added = makeUser({
      ...withoutUndefined(given),
      id,
      userPrincipalName: given.userPrincipalName ?? `new.${id.slice(0, 8)}@${tenant.defaultDomain}`,
      displayName: given.displayName ?? `New ${id.slice(0, 8)}`,
      createdDateTime: seconds(nowMs),
      usageLocation: given.usageLocation ?? tenant.countryLetterCode,
    });
    addUser(tenant, added, nowMs);
    const licences = skuIds.map((skuId) => ({ skuId }));
    if (licences.length > 0) setLicences(tenant, id, licences, nowMs);
    return [effect('users', id, 'added'), ...licenceEffects(licences)];
  },
  updateUser: ({ userId, set }: Of<'updateUser'>, scene: TenantScene) => patch(scene, userId, set),
  disableUser: ({ userId }: Of<'disableUser'>, scene: TenantScene) => patch(scene, userId, { accountEnabled: false }),
  enableUser: ({ userId }: Of<'enableUser'>, scene: TenantScene) => patch(scene, userId, { accountEnabled: true }),
  softDeleteUser({ userId }: Of<'softDeleteUser'>, { tenant, nowMs }: TenantScene): Effect[] {
    softDeleteUser(tenant, userId, nowMs);
    return [effect('users', userId, 'removed'), ...licenceEffects(licencesOf(tenant, userId))];
  },
  restoreUser({ userId }: Of<'restoreUser'>, { tenant, nowMs }: TenantScene): Effect[] {
    restoreUser(tenant, userId, nowMs);
    return [effect('users', userId, 'added'), ...licenceEffects(licencesOf(tenant, userId))];
  },
  purgeUser({ userId }: Of<'purgeUser'>, { tenant, nowMs }: TenantScene): Effect[] {
    const user = tenant.users.get(userId);
    const wasLive = user?.deletedDateTime === null;
    const licences = licencesOf(tenant, userId);
    purgeUser(tenant, userId, nowMs);
    return wasLive ? [effect('users', userId, 'removed'), ...licenceEffects(licences)] : [];
  },
  assignLicence({ userId, skuId }: Of<'assignLicence'>, { tenant, nowMs }: TenantScene): Effect[] {
    const held = licencesOf(tenant, userId);
    if (held.some((licence) => licence.skuId === skuId)) return [];
    return relicense(tenant, userId, [...held, { skuId, disabledPlans: [] }], skuId, nowMs);
  },
  removeLicence({ userId, skuId }: Of<'removeLicence'>, { tenant, nowMs }: TenantScene): Effect[] {
    const held = licencesOf(tenant, userId);
    return relicense(
      tenant,
      userId,
      held.filter((licence) => licence.skuId !== skuId),
      skuId,
      nowMs,
    );
  },
  signIn({ userId }: Of<'signIn'>, { tenant, nowMs }: TenantScene): Effect[] {
    const at = seconds(nowMs);
    setSignInActivity(tenant, userId, { lastSignInDateTime: at, lastSuccessfulSignInDateTime: at });
    return [effect('signInActivity', userId)];
  },
};

function patch({ tenant, nowMs }: TenantScene, userId: string, set: UserFields): Effect[] {
  const visible = updateUser(tenant, userId, withoutUndefined(set), nowMs);
  return visible && tenant.users.get(userId)?.deletedDateTime === null ? [effect('users', userId)] : [];
}

function relicense(
  tenant: Tenant,
  userId: string,
  licences: User['assignedLicenses'],
  skuId: string,
  nowMs: number,
): Effect[] {
  if (!setLicences(tenant, userId, licences, nowMs)) return [];
  const live = tenant.users.get(userId)?.deletedDateTime === null;
  return live ? [effect('users', userId), effect('licences', skuId)] : [];
}

function licencesOf(tenant: Tenant, userId: string): User['assignedLicenses'] {
  return tenant.users.get(userId)?.assignedLicenses ?? [];
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Drops keys that are present but undefined, so that they do not overwrite. */
function withoutUndefined<T extends object>(value: T): Defined<T> {
  const kept: Defined<T> = { ...value } as Defined<T>;
  for (const key of Object.keys(value)) {
    if (Reflect.get(value, key) === undefined) Reflect.deleteProperty(kept, key);
  }
  return kept;
}

function seconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

// Tenants and accounts as the identity platform sees them: which tenant an address names, whose account signs in, and
// whether that account is admitted to a tenant (as member, guest, or partner through GDAP).
import { gdapRoles } from '../graph/memberships.ts';
import { tenantIndex } from '../graph/tenant-index.ts';
import { type AppRegistration, PERSONAL_TENANT_ID, type Tenant, type User, type World } from '../world.ts';
import { AadstsFailure } from './errors.ts';

export interface AccountRef {
  tenantId: string;
  userId: string;
}

/** Entra puts this role, which every member has, into `wids` beside administrator roles. */
const DEFAULT_USER_ROLE_ID = 'b79fbf4d-3ef9-4689-8143-76b194e85509';
const SHARED_ENDPOINTS: readonly string[] = ['common', 'organizations', 'consumers'];

/** Whether the segment names no tenant of its own (`common`, `organizations`, `consumers`). */
export function isSharedEndpoint(segment: string): boolean {
  return SHARED_ENDPOINTS.includes(segment.toLowerCase());
}

/**
 * The tenant that the first path segment names, by id or domain.
 * @throws AadstsFailure 90002 when there is none (or it was deleted), 50059 for an empty segment
 */
export function namedTenant(world: World, segment: string): Tenant {
  const wanted = segment.toLowerCase();
  if (!wanted) throw new AadstsFailure(50059);
  const byId = world.tenants.get(wanted);
  const tenant = byId ?? findByDomain(world, wanted);
  if (!tenant || tenant.deleted) throw new AadstsFailure(90002, [segment]);
  return tenant;
}

function findByDomain(world: World, domain: string): Tenant | undefined {
  for (const tenant of world.tenants.values()) {
    if (tenant.defaultDomain === domain || tenant.initialDomain === domain) return tenant;
  }
  return undefined;
}

/**
 * The account behind what was typed or chosen: a user principal name.
 * @throws AadstsFailure 50034 when nobody has that name; guests sign in with their own tenant's account
 */
export function findAccount(world: World, typed: string): AccountRef {
  const upn = typed.trim().toLowerCase();
  const tenant = findByDomain(world, upn.split('@').at(-1) ?? '');
  const userId = tenant && !tenant.deleted ? tenantIndex(tenant).idByPrincipalName.get(upn) : undefined;
  if (!tenant || userId === undefined || upn.includes('#ext#')) {
    throw new AadstsFailure(50034, [typed, tenant?.id ?? 'named']);
  }
  return { tenantId: tenant.id, userId };
}

/** The user of an account. @throws AadstsFailure 50034 when gone, 50057 when disabled */
export function signInUser(world: World, account: AccountRef): User {
  const user = world.tenants.get(account.tenantId)?.users.get(account.userId);
  if (!user || user.deletedDateTime !== null) throw new AadstsFailure(50034, [account.userId, account.tenantId]);
  if (!user.accountEnabled) throw new AadstsFailure(50057);
  return user;
}

export interface Admission {
  kind: 'member' | 'guest' | 'partner';
  tenant: Tenant;
  /** The user as this tenant knows it: the member, the guest object, or the partner's user. */
  user: User;
  homeTenantId: string;
  /** Directory role template ids held in this tenant. */
  roles: ReadonlySet<string>;
}

/**
 * Lets an account into a tenant.
 * @throws AadstsFailure 50020 when it is neither member nor guest there, nor a partner's user with a usable GDAP role
 */
export function admit(world: World, account: AccountRef, tenant: Tenant, appId: string, nowMs: number): Admission {
  const user = signInUser(world, account);
  const homeTenantId = account.tenantId;
  if (homeTenantId === tenant.id) {
    return { kind: 'member', tenant, user, homeTenantId, roles: new Set(user.directoryRoles) };
  }
  const guest = findGuest(tenant, account);
  if (guest) {
    if (!guest.accountEnabled) throw new AadstsFailure(50057);
    // A partner's user who is also a guest is treated as the guest: GDAP roles do not count then.
    return { kind: 'guest', tenant, user: guest, homeTenantId, roles: new Set(guest.directoryRoles) };
  }
  const home = world.tenants.get(homeTenantId);
  const roles = home?.kind === 'partner' ? gdapRoles(world, home, tenant.id, user.id, nowMs) : new Set<string>();
  if (roles.size > 0) return { kind: 'partner', tenant, user, homeTenantId, roles };
  const provider = homeTenantId === PERSONAL_TENANT_ID ? 'live.com' : `https://sts.windows.net/${homeTenantId}/`;
  throw new AadstsFailure(50020, [user.userPrincipalName, provider, tenant.displayName, appId]);
}

function findGuest(tenant: Tenant, account: AccountRef): User | undefined {
  for (const user of tenant.users.values()) {
    if (user.homeAccount?.userId === account.userId && user.homeAccount.tenantId === account.tenantId) {
      return user.deletedDateTime === null ? user : undefined;
    }
  }
  return undefined;
}

/** What `wids` says for this admission; absent unless the app's `groupMembershipClaims` asks for directory roles. */
export function widsOf(app: AppRegistration, admission: Admission): string[] | undefined {
  if (app.groupMembershipClaims !== 'DirectoryRole' && app.groupMembershipClaims !== 'All') return undefined;
  return [...admission.roles, ...(admission.kind === 'member' ? [DEFAULT_USER_ROLE_ID] : [])];
}

/**
 * The registration of an app for use from the named tenant.
 * @param tenant null on the shared endpoints
 * @throws AadstsFailure 700016 for an unknown app or one of another tenant only, 50194 for such an app on `common`
 */
export function findApp(world: World, clientId: string | null, tenant: Tenant | null): AppRegistration {
  if (!clientId) throw new AadstsFailure(900144, ['client_id']);
  const app = world.apps.get(clientId.toLowerCase());
  if (!app) throw new AadstsFailure(700016, [clientId, tenant?.displayName ?? 'common']);
  if (!app.multiTenant && !tenant) throw new AadstsFailure(50194, [app.appId]);
  if (tenant && !app.multiTenant && tenant.id !== app.homeTenantId) {
    throw new AadstsFailure(700016, [app.appId, tenant.displayName]);
  }
  return app;
}

// Consent: what an app asks for, what is granted already, who may grant it, and the grant itself.
import { randomUUID } from 'node:crypto';
import { ROLE } from '../graph/directory-roles.ts';
import type { SimContext } from '../http.ts';
import { principalEffectiveMs, rolesEffectiveMs } from '../propagation.ts';
import { type AppRegistration, GRAPH_APP_ID, type ServicePrincipal, type Tenant } from '../world.ts';
import type { Admission } from './directory.ts';
import { type AskedScope, needsAdmin, OIDC_SCOPES, uniqueScopes } from './scopes.ts';

export interface Wanted {
  /** Delegated permissions. */
  scopes: AskedScope[];
  /** Application permissions. */
  roles: { resourceAppId: string; role: string }[];
}

/** Everything that the manifest asks for: what `/.default` on the admin consent page stands for. */
export function staticPermissions(app: AppRegistration): Wanted {
  return {
    scopes: app.requiredResourceAccess.flatMap(({ resourceAppId, scopes }) =>
      scopes.map((scope) => ({ resourceAppId, scope })),
    ),
    roles: app.requiredResourceAccess.flatMap(({ resourceAppId, roles }) =>
      roles.map((role) => ({ resourceAppId, role })),
    ),
  };
}

/** The delegated permissions of a resource that the user has through grants for all or for them alone. */
export function grantedScopes(
  principal: ServicePrincipal | undefined,
  resourceAppId: string,
  userId: string,
): Set<string> {
  const granted = new Set<string>();
  for (const grant of principal?.delegatedGrants ?? []) {
    if (grant.resourceAppId !== resourceAppId) continue;
    if (grant.consentType === 'Principal' && grant.principalId !== userId) continue;
    for (const scope of grant.scopes) granted.add(scope);
  }
  return granted;
}

/**
 * What of `asked` is not granted to this user. Sign-in scopes come with any grant. `.default` is content with whatever
 * was granted of its resource; where nothing was, it asks for the whole manifest, of all resources.
 * https://learn.microsoft.com/entra/identity-platform/scopes-oidc#the-default-scope
 */
export function missingScopes(app: AppRegistration, asked: readonly AskedScope[], admission: Admission): AskedScope[] {
  const principal = admission.tenant.servicePrincipals.get(app.appId);
  const userId = admission.user.id;
  const signedInBefore = (principal?.delegatedGrants ?? []).some(
    ({ consentType, principalId }) => consentType === 'AllPrincipals' || principalId === userId,
  );
  const isGranted = ({ resourceAppId, scope }: AskedScope) =>
    (signedInBefore && OIDC_SCOPES.includes(scope)) || grantedScopes(principal, resourceAppId, userId).has(scope);
  const wanted = asked.flatMap((one) => {
    if (one.scope !== '.default') return [one];
    return grantedScopes(principal, one.resourceAppId, userId).size > 0 ? [] : staticPermissions(app).scopes;
  });
  return uniqueScopes(wanted).filter((one) => !isGranted(one));
}

/** What a consent page lists when it is shown although nothing is missing: `.default` is the whole manifest. */
export function wholeAsk(app: AppRegistration, asked: readonly AskedScope[]): AskedScope[] {
  return uniqueScopes(asked.flatMap((one) => (one.scope === '.default' ? staticPermissions(app).scopes : [one])));
}

export type ConsentRight = 'organisation' | 'self' | 'none';

const GRAPH_ROLE_GRANTERS: readonly string[] = [ROLE.globalAdministrator, ROLE.privilegedRoleAdministrator];
const DELEGATED_GRANTERS: readonly string[] = [
  ...GRAPH_ROLE_GRANTERS,
  ROLE.applicationAdministrator,
  ROLE.cloudApplicationAdministrator,
];

/**
 * Who may grant what: application permissions of Graph want a Global or Privileged Role Administrator; anything else
 * also an Application or Cloud Application Administrator; members may grant harmless delegated permissions for
 * themselves. https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
 */
export function consentRight(admission: Admission, wanted: Wanted): ConsentRight {
  const holds = (roles: readonly string[]) => roles.some((role) => admission.roles.has(role));
  const graphRoles = wanted.roles.some(({ resourceAppId }) => resourceAppId === GRAPH_APP_ID);
  if (holds(graphRoles ? GRAPH_ROLE_GRANTERS : DELEGATED_GRANTERS)) return 'organisation';
  if (wanted.roles.length > 0 || admission.kind !== 'member') return 'none';
  return wanted.scopes.some(({ resourceAppId, scope }) => needsAdmin(resourceAppId, scope)) ? 'none' : 'self';
}

/** Grants delegated permissions on the sign-in path: they work at once. @param userId null grants for everybody */
export function grantDelegated(
  context: SimContext,
  tenant: Tenant,
  appId: string,
  scopes: readonly AskedScope[],
  userId: string | null,
): void {
  const principal = ensurePrincipal(tenant, appId, context.clock.now(), context.clock.now());
  addScopes(principal, scopes, userId);
  context.changed();
}

/**
 * Grants everything for the whole organisation, as the admin consent page does. The service principal and its roles
 * begin to work after the propagation delay (never, when the simulator or this tenant is told to misbehave so).
 */
export function grantForOrganisation(context: SimContext, tenant: Tenant, appId: string, wanted: Wanted): void {
  const effectiveMs = principalEffectiveMs(context, tenant);
  const principal = ensurePrincipal(tenant, appId, context.clock.now(), effectiveMs);
  addScopes(principal, wanted.scopes, null);
  for (const { resourceAppId, role } of wanted.roles) {
    const known = principal.appRoles.some((one) => one.resourceAppId === resourceAppId && one.role === role);
    if (known) continue;
    principal.appRoles.push({ resourceAppId, role, effectiveMs: rolesEffectiveMs(context, tenant, effectiveMs) });
  }
  context.changed();
}

function ensurePrincipal(tenant: Tenant, appId: string, nowMs: number, effectiveMs: number): ServicePrincipal {
  let principal = tenant.servicePrincipals.get(appId);
  if (!principal) {
    principal = {
      id: randomUUID(),
      appId,
      accountEnabled: true,
      createdMs: nowMs,
      appRoles: [],
      delegatedGrants: [],
      effectiveMs,
    };
    tenant.servicePrincipals.set(appId, principal);
  }
  principal.effectiveMs = Math.min(principal.effectiveMs, effectiveMs);
  return principal;
}

function addScopes(principal: ServicePrincipal, scopes: readonly AskedScope[], userId: string | null): void {
  for (const { resourceAppId, scope } of scopes) {
    const grant = principal.delegatedGrants.find(
      (one) => one.resourceAppId === resourceAppId && one.principalId === userId,
    );
    if (!grant) {
      const consentType = userId === null ? 'AllPrincipals' : 'Principal';
      principal.delegatedGrants.push({ resourceAppId, scopes: [scope], consentType, principalId: userId });
    } else if (!grant.scopes.includes(scope)) grant.scopes.push(scope);
  }
}

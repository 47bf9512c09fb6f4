// From when a grant works: after the delays of the settings, or never in a tenant that holds consent back.
import type { SimContext } from './http.ts';
import type { Tenant } from './world.ts';

/** Later than any clock. */
const NEVER_MS = Number.MAX_SAFE_INTEGER;

/** When a service principal that is made now can first be used, in milliseconds since the epoch. */
export function principalEffectiveMs({ clock, settings }: SimContext, tenant: Tenant): number {
  if (settings.neverPropagate || tenant.consentHeldBack === 'app') return NEVER_MS;
  return clock.now() + settings.propagationDelayMs;
}

/** From when tokens carry application roles that are granted now. @param fromMs when their service principal works */
export function rolesEffectiveMs({ settings }: SimContext, tenant: Tenant, fromMs: number): number {
  if (settings.neverPropagate || tenant.consentHeldBack !== undefined) return NEVER_MS;
  return fromMs + settings.rolePropagationDelayMs;
}

/** Lets what was held back take effect. */
export function releaseConsent(tenant: Tenant, nowMs: number): void {
  delete tenant.consentHeldBack;
  for (const principal of tenant.servicePrincipals.values()) {
    if (principal.effectiveMs === NEVER_MS) principal.effectiveMs = nowMs;
    for (const role of principal.appRoles) if (role.effectiveMs === NEVER_MS) role.effectiveMs = nowMs;
  }
}

// Whether a customer can be consented automatically now, from when, and whether that begins by itself. Pure.
import type { RoleProfile, SettingsDoc } from '../../access/documents.ts';
import { MINUTE_MS } from '../../clock.ts';
import type { ConnectionDoc } from '../../connections/documents.ts';
import type { CustomerDoc, GdapDoc } from '../../customers/documents.ts';
import { evaluateGdap, phaseOf } from '../../customers/gdap-status.ts';
import { roleIds } from '../../customers/roles.ts';
import { permissionSetVersion } from '../../microsoft/permissions.ts';
import type { ConsentDoc } from '../documents.ts';
import { isUnconfirmed } from '../status.ts';
import { effectiveStrategy } from '../strategy.ts';
import type { AutomaticRefusal } from './refusals.ts';
import { isWorking } from './state.ts';

/**
 * What the account needs in the customer's tenant: Partner Center asks for an application administrator, and Graph gives
 * its own application roles to be granted by a Privileged Role Administrator only.
 * https://learn.microsoft.com/partner-center/developer/control-panel-vendor-apis
 */
export const automaticRoles: RoleProfile = {
  allOf: [roleIds.privilegedRoleAdministrator],
  anyOf: [roleIds.applicationAdministrator, roleIds.cloudApplicationAdministrator],
  orGlobalAdmin: true,
};

/** A relationship works for real only some minutes after Microsoft calls it active. */
export const FRESH_RELATIONSHIP_MS = 15 * MINUTE_MS;

export interface AutomaticFacts {
  workspaceId: string;
  customer: CustomerDoc;
  gdap: GdapDoc | undefined;
  consent: ConsentDoc | undefined;
  connection: Pick<ConnectionDoc, 'kind' | 'state' | 'tenantId' | 'app'> | undefined;
  settings: Pick<SettingsDoc, 'consentStrategy'>;
  nowMs: number;
}

export type Plan = { may: true; notBeforeMs: number | null } | { may: false; why: AutomaticRefusal };

/** Whether a start makes sense now, whoever asks for it. `notBeforeMs` is set while the relationship is too fresh. */
export function planAutomatic(facts: AutomaticFacts): Plan {
  const why = refusalOf(facts);
  if (why) return { may: false, why };
  const { consent, settings } = facts;
  if (effectiveStrategy(consent, settings) === 'none') return { may: false, why: 'automatic_excluded' };
  if (consent?.status === 'Granted') return { may: false, why: 'automatic_granted' };
  if (isUnderWay(consent)) return { may: false, why: 'automatic_under_way' };
  const standing = standingOf(facts);
  return 'why' in standing ? { may: false, why: standing.why } : { may: true, notBeforeMs: standing.notBeforeMs };
}

/** Whether what it rests on still stands, while it is under way. */
export function standingOf({
  gdap,
  nowMs,
}: Pick<AutomaticFacts, 'gdap' | 'nowMs'>):
  | { notBeforeMs: number | null }
  | { why: 'automatic_gdap' | 'automatic_roles' } {
  const active = (gdap?.applies ? gdap.relationships : []).some((it) => phaseOf(it, nowMs) === 'active');
  if (!gdap || gdap.error || !gdap.readAt || !active) return { why: 'automatic_gdap' };
  const sinceMs = rolesSinceMs(gdap, nowMs);
  if (sinceMs === null) return { why: 'automatic_roles' };
  const fromMs = sinceMs + FRESH_RELATIONSHIP_MS;
  return { notBeforeMs: fromMs > nowMs ? fromMs : null };
}

/** What no passing of time mends: which tenant it is, and by which connection it came. */
function refusalOf({ workspaceId, customer, gdap, connection }: AutomaticFacts): AutomaticRefusal | null {
  if (customer.missingSince !== null) return 'automatic_gone';
  if (connection?.kind === 'microsoft_single' || gdap?.applies === false) return 'automatic_single';
  const own = [workspaceId, connection?.tenantId].map((id) => id?.toLowerCase());
  if (own.includes(customer.tenantId.toLowerCase())) return 'automatic_own_tenant';
  if (connection?.app.kind === 'own') return 'automatic_own_app';
  return connection?.state === 'Connected' ? null : 'automatic_connection';
}

/** A confirmation on its way counts too, however it began: it ends by itself. */
function isUnderWay(consent: ConsentDoc | undefined): boolean {
  if (!consent) return false;
  if (consent.status === 'ConsentPending' || consent.status === 'GrantingApplicationRoles') return true;
  return consent.status === 'ConsentFailure' && consent.nextAttemptAt !== null && consent.method !== 'automatic';
}

/**
 * Since when the account has all the roles: of each requirement the earliest relationship that covers it now, of all
 * requirements the latest. Null where one is not covered.
 */
function rolesSinceMs(gdap: GdapDoc, nowMs: number): number | null {
  const at = { nowMs, thresholdDays: 0 };
  const each = gdap.relationships
    .filter((relationship) => phaseOf(relationship, nowMs) === 'active')
    .map((relationship) => ({
      sinceMs: Date.parse(relationship.activatedAt ?? '') || 0,
      roles: evaluateGdap({ ...gdap, relationships: [relationship] }, automaticRoles, at).roles,
    }));
  const requirements = each[0]?.roles.length ?? 0;
  const since = Array.from({ length: requirements }, (_, index) =>
    Math.min(...each.filter(({ roles }) => roles[index]?.state === 'covered').map(({ sinceMs }) => sinceMs)),
  );
  const latest = Math.max(...since);
  return requirements > 0 && Number.isFinite(latest) ? latest : null;
}

/**
 * Whether it begins without anybody asking: the customer's strategy says so and nothing was tried yet, a newer set of
 * permissions is to be granted, or it had stopped for want of something that is there again. What a customer has taken
 * back, or a person must mend first, is left alone.
 */
export function beginsByItself(facts: AutomaticFacts): boolean {
  const { consent, settings } = facts;
  const resumes = consent?.status === 'ConsentFailure' && consent.automatic?.stoppedFor != null;
  if (resumes && consent.automatic?.step === 'ended') return planAutomatic(facts).may;
  if (effectiveStrategy(consent, settings) !== 'automatic') return false;
  const untried = !consent || consent.status === 'NotRequested';
  const older = consent?.status === 'UpgradeNeeded' && (consent.permissionSet ?? 0) < permissionSetVersion;
  return (untried || older) && planAutomatic(facts).may;
}

/** Whether "all that can" takes it: what a person set to another way, or a customer took back, is not among them. */
export function isAmongAll(facts: AutomaticFacts): boolean {
  const own = facts.consent?.strategy ?? null;
  const { status = 'NotRequested' } = facts.consent ?? {};
  return (own === null || own === 'automatic') && status !== 'Revoked' && planAutomatic(facts).may;
}

/** How long past its time a message counts as lost: longer than any delivery takes. */
const LOST_AFTER_MS = 30 * MINUTE_MS;

/** Whether a customer's next message, of automatic consent or of a confirmation, never came: it is sent again. */
export function isLost(consent: ConsentDoc | undefined, nowMs: number): boolean {
  if (!consent) return false;
  const due = isWorking(consent.automatic) ? consent.automatic.dueAt : isUnconfirmed(consent) && consent.nextAttemptAt;
  return due ? nowMs - Date.parse(due) > LOST_AFTER_MS : false;
}

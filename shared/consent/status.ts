// Rules of a customer's consent: what it is now, when to try again, whether its evidence stands. states.md. Pure.
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../clock.ts';
import type { GdapDoc } from '../customers/documents.ts';
import type { AutomaticState } from './automatic/state.ts';
import type { ConsentDoc, ConsentStatus, Evidence } from './documents.ts';

const AT_MICROSOFT_MS = 60 * MINUTE_MS;
const SIGN_IN_SPEAKS_MS = DAY_MS;
const STUCK_AFTER_MS: Partial<Record<ConsentStatus, number>> = {
  ConsentPending: 15 * MINUTE_MS,
  GrantingApplicationRoles: 45 * MINUTE_MS,
};

/** While Microsoft is still passing the grant on: about 15 minutes in all. */
const pendingDelaysMs = [5, 15, 30, 60, 120, 120, 120, 120, 120, 120, 120].map((seconds) => seconds * SECOND_MS);
/** After that: 1, 5, 15, 60 minutes, then daily. */
const failureDelaysMs = [1, 5, 15, 60].map((minutes) => minutes * MINUTE_MS);
/** A month of daily tries without success ends them. */
const MAX_DAILY = 30;

/** Attempts from this one on find the consent failed, not pending. */
export const pendingAttempts = pendingDelaysMs.length;

/** Milliseconds before the given attempt (1 for the first), or null when there is to be none. */
export function confirmDelayMs(attempt: number): number | null {
  const failures = attempt - 1 - pendingDelaysMs.length;
  if (failures < 0) return pendingDelaysMs[attempt - 1] ?? null;
  if (failures < failureDelaysMs.length) return failureDelaysMs[failures] ?? null;
  return failures < failureDelaysMs.length + MAX_DAILY ? DAY_MS : null;
}

/**
 * What a consent is after an attempt that did not prove it. The app without all its roles is Microsoft still granting
 * them, for 45 minutes; the app not found yet is pending, for the first attempts; after that it has failed.
 */
export function unprovenStatus(
  consent: Pick<ConsentDoc, 'status' | 'statusSince'> & { method?: ConsentDoc['method'] },
  found: { rolesMissing: boolean; attempt: number; nowMs: number },
): 'ConsentPending' | 'GrantingApplicationRoles' | 'ConsentFailure' {
  if (consent.status === 'ConsentFailure') return 'ConsentFailure';
  const granting = consent.status === 'GrantingApplicationRoles';
  // Automatic consent has seen the roles given: what is not there yet is on its way.
  if (found.rolesMissing || (granting && consent.method === 'automatic'))
    return granting && isStuck(consent, found.nowMs) ? 'ConsentFailure' : 'GrantingApplicationRoles';
  return found.attempt < pendingAttempts ? 'ConsentPending' : 'ConsentFailure';
}

/** Whether a confirmation is still on its way. */
export function isUnconfirmed({ status }: Pick<ConsentDoc, 'status'>): boolean {
  return ['ConsentPending', 'GrantingApplicationRoles', 'ConsentFailure'].includes(status);
}

/** Whether automatic consent still makes the grant, so that there is nothing to confirm yet. */
export function isInstalling({ method, automatic }: Pick<ConsentDoc, 'method' | 'automatic'>): boolean {
  return method === 'automatic' && (automatic?.step === 'authorise' || automatic?.step === 'install');
}

/** The consent as it stands: who went to Microsoft an hour ago and never came back has not consented. */
export function currentConsent(stored: ConsentDoc, nowMs: number): ConsentDoc {
  const since = Date.parse(stored.statusSince);
  if (stored.status !== 'InProgress' || nowMs - since < AT_MICROSOFT_MS) return stored;
  return { ...stored, status: 'NotRequested', statusSince: new Date(since + AT_MICROSOFT_MS).toISOString() };
}

/** Whether Microsoft takes longer than it should. */
export function isStuck(
  consent: Pick<ConsentDoc, 'status' | 'statusSince'> & { automatic?: Pick<AutomaticState, 'notBefore'> | null },
  nowMs: number,
): boolean {
  const patienceMs = STUCK_AFTER_MS[consent.status];
  // Waiting on purpose is not being stuck.
  const waitedUntilMs = Date.parse(consent.automatic?.notBefore ?? consent.statusSince);
  const sinceMs = Math.max(Date.parse(consent.statusSince), waitedUntilMs);
  return patienceMs !== undefined && nowMs - sinceMs > patienceMs;
}

/**
 * Whether a new journey to Microsoft may show as InProgress: it hides no grant, an older one neither, and stops no retry.
 */
export function mayBegin(consent: Pick<ConsentDoc, 'status' | 'nextAttemptAt'>): boolean {
  if (consent.status === 'ConsentFailure') return consent.nextAttemptAt === null;
  return ['NotRequested', 'InProgress', 'Revoked'].includes(consent.status);
}

/** The relationships that are active now, as far as was read: what makes GDAP evidence. */
export function activeRelationshipIds(gdap: GdapDoc | undefined, nowMs: number): string[] {
  return (gdap?.applies ? gdap.relationships : [])
    .filter(({ status, endAt }) => status === 'active' && (endAt === null || Date.parse(endAt) > nowMs))
    .map(({ id }) => id);
}

/**
 * The evidence as it stands now. A sign-in of the customer's administrator stays good. GDAP is good while a relationship
 * is active: where the one that was named has ended another takes its place, and without any the evidence is gone.
 */
export function standingEvidence(evidence: Evidence | null, gdap: GdapDoc | undefined, nowMs: number): Evidence | null {
  if (evidence?.kind !== 'gdap') return evidence;
  const active = activeRelationshipIds(gdap, nowMs);
  if (active.includes(evidence.relationshipId)) return evidence;
  const [relationshipId] = active;
  return relationshipId === undefined
    ? null
    : { kind: 'gdap', relationshipId, readAt: gdap?.readAt ?? new Date(nowMs).toISOString() };
}

/**
 * The evidence where the grant itself is still to be found: a sign-in speaks for a grant of its own day only. One that
 * appears later may have been made for somebody else.
 */
export function evidenceForNewGrant(evidence: Evidence | null, nowMs: number): Evidence | null {
  const isOld = evidence?.kind === 'adminSignIn' && nowMs - Date.parse(evidence.at) > SIGN_IN_SPEAKS_MS;
  return isOld ? null : evidence;
}

/** A consent of which nothing is known yet. */
export function noConsent(tenantId: string, at: string): ConsentDoc {
  return {
    id: `consent:${tenantId}`,
    type: 'consent',
    schemaVersion: 1,
    tenantId,
    status: 'NotRequested',
    statusSince: at,
    method: null,
    evidence: null,
    ownAppConnectionId: null,
    permissionSet: null,
    grantedAt: null,
    linkId: null,
    attempts: 0,
    nextAttemptAt: null,
    explanation: null,
    verifiedAt: null,
  };
}

/** A copy in another status; `statusSince` moves only when the status does. */
export function withStatus(consent: ConsentDoc, change: Partial<ConsentDoc>, at: string): ConsentDoc {
  const moved = change.status !== undefined && change.status !== consent.status;
  return { ...consent, ...change, statusSince: moved ? at : consent.statusSince };
}

// What a look adds of GDAP and consent: requested, approved, ended, about to end; given, granted, failed, revoked. Pure.
import { type Actor, tenantryActor } from '../access/audit.ts';
import { DAY_MS } from '../clock.ts';
import type { ConsentDoc, ConsentStatus } from '../consent/documents.ts';
import type { RelationshipEvidence } from '../customers/documents.ts';
import type { Step } from './append.ts';
import type { AccessFacts } from './causes.ts';
import { type Told, warningDays } from './documents.ts';
import type { TimelineKind } from './kinds.ts';

const microsoftActor: Actor = { id: 'microsoft', name: 'Microsoft' };
const longestHistory = 20;

/** What the first look enters of the time before it: requests, approvals, the grant. Without events but for the customer. */
export function historySteps(facts: AccessFacts): Step[] {
  const { customer, gdap, consent } = facts;
  const found: Step = {
    kind: 'customer.found',
    at: customer.firstSeenAt,
    by: tenantryActor,
    details: { name: customer.name, sources: customer.sources.join(', ') },
    mayExist: true,
  };
  const silent = (step: Step): Step => ({ ...step, publish: false, mayExist: true });
  const relationships = (gdap?.applies ? gdap.relationships : []).flatMap((relationship): Step[] => [
    ...dated('gdap.requested', relationship.createdAt, relationship),
    ...dated('gdap.approved', relationship.activatedAt, relationship),
  ]);
  const grantedAt = consent?.grantedAt;
  const granted: Step[] =
    consent && grantedAt
      ? [{ kind: 'consent.granted', at: grantedAt, by: granter(consent), details: { method: consent.method } }]
      : [];
  const newest = [...relationships, ...granted].sort((a, b) => a.at.localeCompare(b.at)).slice(-longestHistory);
  return [found, ...newest.map(silent)];
}

function dated(kind: TimelineKind, time: string | null | undefined, relationship: RelationshipEvidence): Step[] {
  const ms = Date.parse(time ?? '');
  if (Number.isNaN(ms)) return [];
  const { id: subject, name } = relationship;
  return [{ kind, at: new Date(ms).toISOString(), by: microsoftActor, subject, details: { name } }];
}

export function gdapSteps(before: Told, now: Told, facts: AccessFacts, at: string, by: Actor | undefined): Step[] {
  const known = new Map((facts.gdap?.relationships ?? []).map((relationship) => [relationship.id, relationship]));
  const step = (
    kind: TimelineKind,
    subject: string,
    actor: Actor,
    details: NonNullable<Step['details']> = {},
  ): Step => {
    const { name = '', status = 'gone' } = known.get(subject) ?? {};
    return { kind, at, by: actor, subject, details: { name, status, ...details } };
  };
  const open = [...now.requested, ...now.active];
  const seen = [...before.requested, ...before.active];
  const steps = [
    ...now.requested.filter((id) => !seen.includes(id)).map((id) => step('gdap.requested', id, by ?? microsoftActor)),
    ...now.active.filter((id) => !before.active.includes(id)).map((id) => step('gdap.approved', id, microsoftActor)),
    ...seen
      .filter((id) => !open.includes(id))
      .map((id) => step('gdap.ended', id, microsoftActor, { approved: before.active.includes(id) })),
  ];
  if (now.gdap !== before.gdap) {
    const details = { from: before.gdap, to: now.gdap, reason: facts.readiness.gdap.reason };
    steps.push({ kind: 'gdap.changed', at, by: tenantryActor, details });
  }
  return steps;
}

/**
 * The warning that stands after a look: the shortest of 30, 7 and 1 days that the end of access falls into. It is told
 * once, and again only when the end has moved. Exactly 7 days before the end is not within 7 days.
 */
export function warningAfter(warned: Told['warned'], { readiness, nowMs }: AccessFacts): Told['warned'] {
  const { expiresAtMs } = readiness.gdap;
  if (expiresAtMs === null || expiresAtMs <= nowMs) return null;
  const days = warningDays.findLast((span) => expiresAtMs - nowMs < span * DAY_MS);
  if (days === undefined) return null;
  const until = new Date(expiresAtMs).toISOString();
  return warned && warned.until === until && warned.days <= days ? warned : { until, days };
}

const settled: readonly ConsentStatus[] = ['Granted', 'NotRequested', 'InProgress', 'Revoked', 'UpgradeNeeded'];

/** Tries of one failed consent are told once as long as they fail for the same reason. */
export function failureAfter(before: Told | null, consent: ConsentDoc | undefined): string | null {
  if (consent?.status === 'ConsentFailure') return consent.explanation?.code ?? 'unknown';
  return !consent || settled.includes(consent.status) ? null : (before?.failure ?? null);
}

export function consentSteps(before: Told, now: Told, { consent }: AccessFacts, at: string): Step[] {
  if (!consent) return [];
  const code = consent.explanation?.code ?? null;
  const changed = now.consent !== before.consent;
  const step = (kind: TimelineKind, by: Actor, details: NonNullable<Step['details']>): Step[] => [
    { kind, at, by, details },
  ];
  switch (now.consent) {
    case 'ConsentPending':
    case 'GrantingApplicationRoles':
      return changed && settled.includes(before.consent)
        ? step('consent.given', granter(consent), { method: consent.method })
        : [];
    case 'Granted':
      return changed ? step('consent.granted', granter(consent), { method: consent.method }) : [];
    case 'ConsentFailure':
      return now.failure === before.failure
        ? []
        : step('consent.failed', tenantryActor, { code, meaning: consent.explanation?.meaning ?? null });
    case 'Revoked':
      return changed ? step('consent.revoked', customerActor, { code }) : [];
    case 'UpgradeNeeded':
      return changed ? step('consent.upgradeNeeded', tenantryActor, { code }) : [];
    default:
      return [];
  }
}

const customerActor: Actor = { id: 'customer', name: 'An administrator of the customer' };

function granter({ evidence, method, by }: ConsentDoc): Actor {
  if (by) return by;
  if (evidence?.kind === 'adminSignIn') return { id: `customer:${evidence.objectId}`, name: evidence.username };
  if (method === 'automatic') return tenantryActor;
  if (method === 'gdapAccount' || method === 'ownApp')
    return { id: 'partner', name: 'The partner account, through GDAP' };
  return customerActor;
}

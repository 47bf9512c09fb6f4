// The GDAP status of one customer: a pure rule over evidence, role profile and time. states.md, "GDAP status per customer".
import type { RoleProfile } from '../access/documents.ts';
import { DAY_MS } from '../clock.ts';
import type { GdapDoc, RelationshipEvidence } from './documents.ts';

/** https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference#global-administrator */
export const GLOBAL_ADMINISTRATOR = '62e90394-69f5-4237-9190-012177145e10';

export const gdapStatuses = [
  'NotApplicable',
  'Error',
  'Unknown',
  'Expired',
  'Pending',
  'Missing',
  'MissingRoles',
  'MissingSecurityGroup',
  'Expiring',
  'Active',
] as const;
export type GdapStatus = (typeof gdapStatuses)[number];

/** Why a status is what it is, where the status alone leaves it open. */
export type GdapReason =
  | 'notReadLately'
  | 'neverRequested'
  | 'notSent'
  | 'notApproved'
  | 'activating'
  | 'terminated'
  | 'ended'
  | 'noGroup'
  | 'groupLacksRole'
  | 'notMember';

/** One role (or one of several that will do) that the profile asks for, and what grants it. */
export interface RoleEvidence {
  /** Role template ids, any of which meets the requirement. */
  roleIds: readonly string[];
  state: 'covered' | 'ended' | 'unusable' | 'absent';
  reason: GdapReason | null;
  /** Where covered: until when, null while the relationship extends itself. */
  untilMs: number | null;
  extendsAtMs: number | null;
  relationshipId: string | null;
  groupId: string | null;
  roleId: string | null;
}

export interface GdapEvaluation {
  status: GdapStatus;
  reason: GdapReason | null;
  /** When the first required role runs out; null when nothing is covered or all of it extends itself. */
  expiresAtMs: number | null;
  /** When the first of the roles extends itself, where that is what keeps the customer Active. */
  extendsAtMs: number | null;
  /** A request is open that may bring what has ended, is missing, or is about to end. */
  renewalRequested: boolean;
  roles: readonly RoleEvidence[];
}

const inProgress = new Set(['created', 'approvalPending', 'approved', 'activating']);
const ended = new Set(['expiring', 'terminationRequested', 'terminating', 'terminated', 'expired']);

type Phase = 'active' | 'inProgress' | 'ended' | 'neverMade';

/** A relationship grants only while Microsoft says `active` and its end has not come, unless it extends itself. */
export function phaseOf(relationship: RelationshipEvidence, nowMs: number): Phase {
  if (inProgress.has(relationship.status)) return 'inProgress';
  if (ended.has(relationship.status)) return relationship.activatedAt ? 'ended' : 'neverMade';
  if (relationship.status !== 'active') return 'inProgress';
  return extendsItself(relationship) || endMs(relationship) > nowMs ? 'active' : 'ended';
}

/** Microsoft does not extend a relationship that holds Global Administrator, whatever it says. */
export function extendsItself(relationship: Pick<RelationshipEvidence, 'autoExtendDuration' | 'roles'>): boolean {
  return (
    !['PT0S', 'P0D', ''].includes(relationship.autoExtendDuration) && !relationship.roles.includes(GLOBAL_ADMINISTRATOR)
  );
}

function endMs(relationship: RelationshipEvidence): number {
  const end = Date.parse(relationship.endAt ?? '');
  return Number.isNaN(end) ? Number.NEGATIVE_INFINITY : end;
}

interface Grant {
  untilMs: number;
  extendsAtMs: number | null;
  relationshipId: string;
  groupId: string;
  roleId: string;
}

/** How an active relationship gives a role: through an active assignment to a group that the account is in. */
function grantOf(
  relationship: RelationshipEvidence,
  roleId: string,
  memberOf: ReadonlySet<string>,
): Grant | GdapReason {
  const assignments = relationship.assignments.filter(({ status }) => status === 'active');
  if (assignments.length === 0) return 'noGroup';
  const withRole = assignments.filter(({ roles }) => roles.includes(roleId));
  if (withRole.length === 0) return 'groupLacksRole';
  const usable = withRole.find(({ groupId }) => memberOf.has(groupId));
  if (!usable) return 'notMember';
  const extending = extendsItself(relationship);
  return {
    untilMs: extending ? Number.POSITIVE_INFINITY : endMs(relationship),
    extendsAtMs: extending ? endMs(relationship) : null,
    relationshipId: relationship.id,
    groupId: usable.groupId,
    roleId,
  };
}

interface Phased {
  relationship: RelationshipEvidence;
  phase: Phase;
}

/** The account is one step away where it lacks only membership: the nearest mend is said. */
const reasonOrder: readonly GdapReason[] = ['notMember', 'groupLacksRole', 'noGroup'];

const nothingGranted = { untilMs: null, extendsAtMs: null, relationshipId: null, groupId: null, roleId: null };

/** What active relationships do about any of the roles: the grants that work, and why others do not. */
function grantsOf(roleIds: readonly string[], relationships: readonly Phased[], memberOf: ReadonlySet<string>) {
  const found = relationships
    .filter(({ phase }) => phase === 'active')
    .flatMap(({ relationship }) =>
      roleIds
        .filter((roleId) => relationship.roles.includes(roleId))
        .map((roleId) => grantOf(relationship, roleId, memberOf)),
    );
  return {
    grants: found.filter((grant) => typeof grant !== 'string'),
    reasons: found.filter((grant) => typeof grant === 'string'),
  };
}

function requirementEvidence(
  roleIds: readonly string[],
  relationships: readonly Phased[],
  memberOf: ReadonlySet<string>,
): RoleEvidence {
  const { grants, reasons } = grantsOf(roleIds, relationships, memberOf);
  const [first, ...others] = grants;
  if (first) {
    const best = others.reduce((longest, next) => (next.untilMs > longest.untilMs ? next : longest), first);
    const untilMs = Number.isFinite(best.untilMs) ? best.untilMs : null;
    return { roleIds, state: 'covered', reason: null, ...best, untilMs };
  }
  const reason = reasonOrder.find((candidate) => reasons.includes(candidate));
  if (reason) return { roleIds, state: 'unusable', reason, ...nothingGranted };
  const over = relationships.filter(
    ({ relationship, phase }) => phase === 'ended' && roleIds.some((roleId) => relationship.roles.includes(roleId)),
  );
  if (over.length === 0) return { roleIds, state: 'absent', reason: null, ...nothingGranted };
  const terminated = over.every(({ relationship }) => relationship.status.startsWith('terminat'));
  return { roleIds, state: 'ended', reason: terminated ? 'terminated' : 'ended', ...nothingGranted };
}

/** The requirements of a profile: each needs one of its roles. Global Administrator meets every one where allowed. */
export function requirementsOf(profile: RoleProfile): readonly (readonly string[])[] {
  const extra = profile.orGlobalAdmin ? [GLOBAL_ADMINISTRATOR] : [];
  const all = profile.allOf.map((roleId) => [...new Set([roleId, ...extra])]);
  return profile.anyOf.length > 0 ? [...all, [...new Set([...profile.anyOf, ...extra])]] : all;
}

/** What was read longer ago says nothing of today. Discovery reads hourly and renews the time of the reading daily. */
const READING_GOOD_MS = 3 * DAY_MS;

const bare = { reason: null, expiresAtMs: null, extendsAtMs: null, renewalRequested: false, roles: [] } as const;

/**
 * The status of one customer at a moment, with the evidence for it. First match of the precedence wins.
 * Expiry: of all requirements the minimum, within one the maximum of what meets it. Exactly `thresholdDays` before the
 * end is still Active; at the end it is Expired.
 */
export function evaluateGdap(
  gdap: Pick<GdapDoc, 'applies' | 'relationships' | 'memberOf' | 'readAt' | 'error'> | undefined,
  profile: RoleProfile,
  at: { nowMs: number; thresholdDays: number },
): GdapEvaluation {
  if (gdap && !gdap.applies) return { ...bare, status: 'NotApplicable' };
  if (gdap?.error) return { ...bare, status: 'Error' };
  if (!gdap?.readAt) return { ...bare, status: 'Unknown' };
  if (at.nowMs - Date.parse(gdap.readAt) > READING_GOOD_MS)
    return { ...bare, status: 'Unknown', reason: 'notReadLately' };
  const relationships = gdap.relationships.map((relationship) => ({
    relationship,
    phase: phaseOf(relationship, at.nowMs),
  }));
  const memberOf = new Set(gdap.memberOf);
  const roles = rolesOf(profile, relationships, memberOf);
  const uncovered = roles.filter(({ state }) => state !== 'covered');
  const open = relationships.some(({ phase }) => phase === 'inProgress');
  const active = relationships.some(({ phase }) => phase === 'active');
  // What was never read may be just what is missing.
  if (uncovered.some(({ roleIds }) => isUnread(roleIds, relationships))) return { ...bare, status: 'Unknown' };
  const failed = (status: GdapStatus, reason: GdapReason | null): GdapEvaluation => ({
    ...bare,
    status,
    reason,
    roles,
  });

  const over = uncovered.find(({ state }) => state === 'ended');
  if (over) return { ...failed('Expired', over.reason), renewalRequested: open };
  if (!active && open) return failed('Pending', pendingReason(relationships));
  if (!active)
    return failed('Missing', relationships.some(({ phase }) => phase === 'ended') ? 'ended' : 'neverRequested');
  if (uncovered.some(({ state }) => state === 'absent'))
    return { ...failed('MissingRoles', null), renewalRequested: open };
  const unusable = uncovered.find(({ state }) => state === 'unusable');
  if (unusable) return failed('MissingSecurityGroup', unusable.reason);
  const inOrder = covered(roles, at);
  return { ...inOrder, renewalRequested: open && inOrder.status === 'Expiring' };
}

/** Whether an active relationship has one of the roles, and its assignments to groups could not be read even once. */
function isUnread(roleIds: readonly string[], relationships: readonly Phased[]): boolean {
  return relationships.some(
    ({ relationship, phase }) =>
      phase === 'active' &&
      relationship.assignmentsReadAt === null &&
      roleIds.some((roleId) => relationship.roles.includes(roleId)),
  );
}

/** How far the request has come that is furthest. */
function pendingReason(relationships: readonly Phased[]): GdapReason | null {
  const statuses = new Set(
    relationships.filter(({ phase }) => phase === 'inProgress').map(({ relationship }) => relationship.status),
  );
  if (statuses.has('approved') || statuses.has('activating')) return 'activating';
  if (statuses.has('approvalPending')) return 'notApproved';
  return statuses.has('created') ? 'notSent' : null;
}

/** A profile that asks for nothing is met by any active relationship. */
function rolesOf(
  profile: RoleProfile,
  relationships: readonly Phased[],
  memberOf: ReadonlySet<string>,
): readonly RoleEvidence[] {
  const requirements = requirementsOf(profile);
  if (requirements.length > 0)
    return requirements.map((roleIds) => requirementEvidence(roleIds, relationships, memberOf));
  const active = relationships.filter(({ phase }) => phase === 'active').map(({ relationship }) => relationship);
  const longest = active.reduce<RelationshipEvidence | undefined>(
    (best, next) => (!best || lifeMs(next) > lifeMs(best) ? next : best),
    undefined,
  );
  if (!longest) return [];
  const extending = extendsItself(longest);
  return [
    {
      roleIds: [],
      state: 'covered',
      reason: null,
      untilMs: extending ? null : endMs(longest),
      extendsAtMs: extending ? endMs(longest) : null,
      relationshipId: longest.id,
      groupId: null,
      roleId: null,
    },
  ];
}

function lifeMs(relationship: RelationshipEvidence): number {
  return extendsItself(relationship) ? Number.POSITIVE_INFINITY : endMs(relationship);
}

function covered(roles: readonly RoleEvidence[], at: { nowMs: number; thresholdDays: number }): GdapEvaluation {
  const ends = roles.flatMap(({ untilMs }) => (untilMs === null ? [] : [untilMs]));
  const extensions = roles.flatMap(({ extendsAtMs }) => (extendsAtMs === null ? [] : [extendsAtMs]));
  const expiresAtMs = ends.length > 0 ? Math.min(...ends) : null;
  const expiring = expiresAtMs !== null && expiresAtMs - at.nowMs < at.thresholdDays * DAY_MS;
  return {
    status: expiring ? 'Expiring' : 'Active',
    reason: null,
    expiresAtMs,
    extendsAtMs: extensions.length > 0 ? Math.min(...extensions) : null,
    renewalRequested: false,
    roles,
  };
}

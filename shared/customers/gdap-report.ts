// GDAP of one customer as a person reads it: each required role with what gives it, each relationship with what can be done
// about it, and what would mend what is missing. Pure.
import type { RoleProfile } from '../access/documents.ts';
import type { CustomerDoc, GdapDoc, PartnerGroupsDoc, RelationshipEvidence } from './documents.ts';
import { evaluateGdap, extendsItself, type GdapEvaluation, phaseOf, type RoleEvidence } from './gdap-status.ts';
import { approvalLink, isChangeable } from './gdap-terms.ts';
import { type PresetName, presetOf, rolesToRequest } from './role-presets.ts';
import { knownRoles, type Role, roleIds, roleOf } from './roles.ts';

export interface NamedGroup {
  id: string;
  /** Its id where the name is not known; null where it was deleted. */
  name: string | null;
  /** Whether the service account is in it, through other groups too. */
  member: boolean;
}

/** One requirement: what gives it, or why nothing does. */
export interface RoleReport extends Pick<RoleEvidence, 'state' | 'reason'> {
  /** Any of these will do. */
  anyOf: readonly Role[];
  role: Role | null;
  relationship: { id: string; name: string } | null;
  group: NamedGroup | null;
  until: string | null;
  extendsAt: string | null;
}

/** `on`; `off`, and it can be turned on; `notAllowed` because of Global Administrator; `notNow`, not active. */
export type AutoExtend = 'on' | 'off' | 'notAllowed' | 'notNow';

export interface RelationshipReport {
  id: string;
  name: string;
  status: RelationshipEvidence['status'];
  phase: 'active' | 'inProgress' | 'ended' | 'neverMade';
  roles: readonly Role[];
  createdAt: string | null;
  activatedAt: string | null;
  endAt: string | null;
  autoExtend: AutoExtend;
  /** While it waits for the customer. */
  approvalLink: string | null;
  assignments: readonly { id: string; status: string; group: NamedGroup; roles: readonly Role[] }[];
}

/** The access assignment that would make roles usable which a relationship already has. */
export interface AssignmentProposal {
  relationship: { id: string; name: string };
  roles: readonly Role[];
  /** The best of `choices`; null where the service account is in no security group. */
  groupId: string | null;
  choices: readonly NamedGroup[];
}

export interface GdapReport extends Pick<GdapEvaluation, 'status' | 'reason' | 'renewalRequested'> {
  tenantId: string;
  expiresAt: string | null;
  extendsAt: string | null;
  readAt: string | null;
  error: GdapDoc['error'];
  profile: { preset: PresetName | null; orGlobalAdmin: boolean };
  /** What a new request asks for unless told otherwise. */
  requestRoles: readonly Role[];
  required: readonly RoleReport[];
  relationships: readonly RelationshipReport[];
  proposal: AssignmentProposal | null;
  /** Something moves on by itself within minutes. */
  moving: boolean;
}

export interface GdapFacts {
  customer: Pick<CustomerDoc, 'tenantId'>;
  gdap: GdapDoc | undefined;
  groups: PartnerGroupsDoc | undefined;
  profile: RoleProfile;
  nowMs: number;
  thresholdDays: number;
  /** Origin of the Microsoft 365 admin centre, for approval links. */
  adminOrigin: string;
}

/** Everything in one. */
export function gdapReport(facts: GdapFacts): GdapReport {
  const { gdap, profile } = facts;
  const evaluation = evaluateGdap(gdap, profile, facts);
  const relationships = gdap?.relationships ?? [];
  const nameGroup = groupNamer(facts);
  return {
    tenantId: facts.customer.tenantId,
    status: evaluation.status,
    reason: evaluation.reason,
    renewalRequested: evaluation.renewalRequested,
    expiresAt: isoOf(evaluation.expiresAtMs),
    extendsAt: isoOf(evaluation.extendsAtMs),
    readAt: gdap?.readAt ?? null,
    error: gdap?.error ?? null,
    profile: { preset: presetOf(profile), orGlobalAdmin: profile.orGlobalAdmin },
    requestRoles: rolesToRequest(profile).map(roleOf),
    required: evaluation.roles.map((evidence) => roleReport(evidence, relationships, nameGroup)),
    relationships: relationships
      .map((relationship) => relationshipReport(relationship, nameGroup, facts))
      .sort((a, b) => order.indexOf(a.phase) - order.indexOf(b.phase) || (b.endAt ?? '').localeCompare(a.endAt ?? '')),
    proposal: proposalOf(facts, evaluation),
    moving: relationships.some(isMoving),
  };
}

const order: readonly RelationshipReport['phase'][] = ['active', 'inProgress', 'ended', 'neverMade'];

/** Whether Microsoft is at work on it: not what waits for a person. */
export function isMoving({ status, assignments }: Pick<RelationshipEvidence, 'status' | 'assignments'>): boolean {
  if (['approved', 'activating', 'terminationRequested', 'terminating'].includes(status)) return true;
  return status === 'active' && assignments.some((assignment) => ['pending', 'deleting'].includes(assignment.status));
}

type GroupNamer = (groupId: string) => NamedGroup;

function groupNamer({ gdap, groups }: GdapFacts): GroupNamer {
  const own = new Map((groups?.own ?? []).map(({ id, name }) => [id, name]));
  const others = new Map((groups?.others ?? []).map(({ id, name }) => [id, name]));
  const members = new Set(gdap?.memberOf ?? []);
  return (id) => {
    const member = members.has(id);
    const foreign = others.get(id);
    return { id, name: own.get(id) ?? (foreign === undefined || member ? id : foreign), member };
  };
}

function roleReport(
  evidence: RoleEvidence,
  relationships: readonly RelationshipEvidence[],
  nameGroup: GroupNamer,
): RoleReport {
  const relationship = relationships.find(({ id }) => id === evidence.relationshipId);
  return {
    anyOf: evidence.roleIds.map(roleOf),
    state: evidence.state,
    reason: evidence.reason,
    role: evidence.roleId === null ? null : roleOf(evidence.roleId),
    relationship: relationship ? { id: relationship.id, name: relationship.name } : null,
    group: evidence.groupId === null ? null : nameGroup(evidence.groupId),
    until: isoOf(evidence.untilMs),
    extendsAt: isoOf(evidence.extendsAtMs),
  };
}

function relationshipReport(
  relationship: RelationshipEvidence,
  nameGroup: GroupNamer,
  { nowMs, adminOrigin }: Pick<GdapFacts, 'nowMs' | 'adminOrigin'>,
): RelationshipReport {
  const { id, name, status } = relationship;
  return {
    id,
    name,
    status,
    phase: phaseOf(relationship, nowMs),
    roles: relationship.roles.map(roleOf),
    createdAt: relationship.createdAt ?? null,
    activatedAt: relationship.activatedAt,
    endAt: relationship.endAt,
    autoExtend: autoExtendOf(relationship, nowMs),
    approvalLink: status === 'approvalPending' ? approvalLink(id, adminOrigin) : null,
    assignments: relationship.assignments
      .filter((assignment) => assignment.status !== 'deleted')
      .map((assignment) => ({
        id: assignment.id,
        status: assignment.status,
        group: nameGroup(assignment.groupId),
        roles: assignment.roles.map(roleOf),
      })),
  };
}

/** Whether a relationship extends itself, and whether that can be changed. */
export function autoExtendOf(relationship: RelationshipEvidence, nowMs: number): AutoExtend {
  if (phaseOf(relationship, nowMs) !== 'active') return 'notNow';
  if (extendsItself(relationship)) return 'on';
  if (relationship.roles.includes(roleIds.globalAdministrator)) return 'notAllowed';
  return isChangeable(relationship.name) ? 'off' : 'notNow';
}

/**
 * Which relationship, roles and group would make a role usable that is there but reaches the account through no group. The
 * relationship that covers most of them, then the one that lasts longest.
 */
function proposalOf(facts: GdapFacts, evaluation: GdapEvaluation): AssignmentProposal | null {
  const [best] = rolesToAssign(facts.gdap, evaluation, facts.nowMs);
  if (!best) return null;
  const { relationship, roles } = best;
  const choices = (facts.groups?.own ?? []).filter(({ name }) => !isAgentGroup(name));
  return {
    relationship: { id: relationship.id, name: relationship.name },
    roles: roles.map(roleOf),
    groupId: proposedGroup(choices, relationship, roles),
    choices: choices.map(({ id, name }) => ({ id, name, member: true })),
  };
}

/** Active relationships with the required roles of theirs that are not usable, the most promising first. */
export function rolesToAssign(
  gdap: GdapDoc | undefined,
  evaluation: Pick<GdapEvaluation, 'roles'>,
  nowMs: number,
): { relationship: RelationshipEvidence; roles: string[] }[] {
  const wanted = evaluation.roles.filter(({ state }) => state === 'unusable').map(({ roleIds: any }) => any);
  return (gdap?.relationships ?? [])
    .filter((relationship) => phaseOf(relationship, nowMs) === 'active' && isChangeable(relationship.name))
    .map((relationship) => ({
      relationship,
      roles: [...new Set(wanted.flatMap((any) => any.find((role) => relationship.roles.includes(role)) ?? []))],
    }))
    .filter(({ roles }) => roles.length > 0)
    .sort((a, b) => b.roles.length - a.roles.length || lastsMs(b.relationship) - lastsMs(a.relationship));
}

function lastsMs(relationship: RelationshipEvidence): number {
  return extendsItself(relationship) ? Number.POSITIVE_INFINITY : Date.parse(relationship.endAt ?? '') || 0;
}

/** Groups of Partner Center itself: GDAP roles belong into groups of their own, so that not every agent gets them. */
function isAgentGroup(name: string): boolean {
  return ['AdminAgents', 'HelpdeskAgents', 'SalesAgents'].includes(name);
}

/**
 * The group to propose: one that was made for GDAP or works in the relationship already, rather than one whose name says that
 * it is for other roles, since all of its members get these.
 */
function proposedGroup(
  choices: readonly { id: string; name: string }[],
  relationship: RelationshipEvidence,
  roles: readonly string[],
): string | null {
  const inUse = new Set(relationship.assignments.map(({ groupId }) => groupId));
  const wanted = new Set(roles.map((role) => roleOf(role).name));
  const rank = ({ id, name }: { id: string; name: string }) => {
    const saysItIsFor = knownRoles.filter((role) => name.toLowerCase().includes(role.name.toLowerCase()));
    const fits = [...wanted].every((role) => saysItIsFor.some((said) => said.name === role));
    return (saysItIsFor.length > 0 ? (fits ? 4 : -4) : 0) + (inUse.has(id) ? 2 : 0) + (/gdap/i.test(name) ? 1 : 0);
  };
  const [first, ...rest] = choices;
  if (!first) return null;
  return rest.reduce((best, next) => (rank(next) > rank(best) ? next : best), first).id;
}

function isoOf(ms: number | null): string | null {
  return ms === null || !Number.isFinite(ms) ? null : new Date(ms).toISOString();
}

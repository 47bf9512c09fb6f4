// The life of a GDAP relationship by the clock, and the acts that move it on: lock, approve, reject, terminate.
// https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship

import type { AccessAssignment, Relationship, World } from '../world.ts';
import { ROLE } from './directory-roles.ts';

const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

/** How long the passing states last here; Microsoft documents the states, not their durations. */
const APPROVED_MS = 2 * SECOND_MS;
const ACTIVATING_MS = 3 * SECOND_MS;
const TERMINATION_REQUESTED_MS = 2 * SECOND_MS;
const TERMINATING_MS = 3 * SECOND_MS;
const ASSIGNMENT_PENDING_MS = 5 * SECOND_MS;
const EXPIRING_MS = 7 * DAY_MS;
/** A request that nobody answers ends after 90 days. */
const REQUEST_LIFETIME_MS = 90 * DAY_MS;

/**
 * Brings a relationship and its assignments to where the clock says they are. A short passing state that it was in
 * before the scenario began stays: that is how a scenario shows one.
 * @returns whether anything changed
 */
export function settleRelationship(world: World, relationship: Relationship, nowMs: number): boolean {
  let changed = false;
  while (stepRelationship(relationship, world.startMs, nowMs)) changed = true;
  for (const assignment of relationship.accessAssignments.values()) {
    if (settleAssignment(assignment, world.startMs, nowMs)) changed = true;
  }
  return changed;
}

/** One step of the life cycle that is due; each is stamped with the time at which it was due. */
function stepRelationship(relationship: Relationship, startMs: number, nowMs: number): boolean {
  const changedMs = Date.parse(relationship.lastModifiedDateTime);
  const after = (waitMs: number, status: Relationship['status']) =>
    changedMs >= startMs && changedMs + waitMs <= nowMs && moveTo(relationship, status, changedMs + waitMs);
  switch (relationship.status) {
    case 'approvalPending': {
      const lapseMs = changedMs + REQUEST_LIFETIME_MS;
      return lapseMs <= nowMs && moveTo(relationship, 'expired', lapseMs);
    }
    case 'approved':
      return after(APPROVED_MS, 'activating');
    case 'activating':
      return after(ACTIVATING_MS, 'active');
    case 'terminationRequested':
      return after(TERMINATION_REQUESTED_MS, 'terminating');
    case 'terminating':
      return after(TERMINATING_MS, 'terminated');
    case 'active':
      return endOrExtend(relationship, nowMs);
    case 'expiring': {
      const expiredMs = Date.parse(relationship.endDateTime ?? relationship.lastModifiedDateTime) + EXPIRING_MS;
      return expiredMs <= nowMs && moveTo(relationship, 'expired', expiredMs);
    }
    default:
      return false;
  }
}

function endOrExtend(relationship: Relationship, nowMs: number): boolean {
  if (relationship.endDateTime === null) return false;
  const endMs = Date.parse(relationship.endDateTime);
  if (endMs > nowMs) return false;
  const extensionMs = durationMs(relationship.autoExtendDuration);
  // Microsoft does not extend a relationship that contains Global Administrator.
  if (extensionMs > 0 && !relationship.roleDefinitionIds.includes(ROLE.globalAdministrator)) {
    relationship.endDateTime = preciseTime(endMs + extensionMs);
    touch(relationship, endMs);
    return true;
  }
  return moveTo(relationship, 'expiring', endMs);
}

function moveTo(relationship: Relationship, status: Relationship['status'], atMs: number): boolean {
  relationship.status = status;
  if (status === 'active') {
    relationship.activatedDateTime = preciseTime(atMs);
    relationship.endDateTime = preciseTime(atMs + durationMs(relationship.duration));
  }
  touch(relationship, atMs);
  return true;
}

function settleAssignment(assignment: AccessAssignment, startMs: number, nowMs: number): boolean {
  const changedMs = Date.parse(assignment.lastModifiedDateTime);
  const dueMs = changedMs + ASSIGNMENT_PENDING_MS;
  if (changedMs < startMs || dueMs > nowMs || (assignment.status !== 'pending' && assignment.status !== 'deleting'))
    return false;
  assignment.status = assignment.status === 'pending' ? 'active' : 'deleted';
  assignment.lastModifiedDateTime = preciseTime(dueMs);
  assignment.version += 1;
  return true;
}

/**
 * Locks a created relationship, so that the customer can approve it.
 * @returns false when it is not in `created`
 */
export function lockForApproval(relationship: Relationship, nowMs: number): boolean {
  return relationship.status === 'created' && moveTo(relationship, 'approvalPending', nowMs);
}

/**
 * The customer's Global Administrator approves; activation follows by the clock.
 * @returns false when the relationship does not wait for approval
 */
export function approveRelationship(
  world: World,
  relationship: Relationship,
  nowMs: number,
  customerTenantId?: string,
): boolean {
  settleRelationship(world, relationship, nowMs);
  if (relationship.status !== 'approvalPending') return false;
  if (relationship.customerTenantId === '' && customerTenantId !== undefined) {
    relationship.customerTenantId = customerTenantId;
  }
  return relationship.customerTenantId !== '' && moveTo(relationship, 'approved', nowMs);
}

/**
 * Ends an active relationship; `terminated` follows by the clock.
 * @returns false when it is not active
 */
export function terminateRelationship(world: World, relationship: Relationship, nowMs: number): boolean {
  settleRelationship(world, relationship, nowMs);
  return relationship.status === 'active' && moveTo(relationship, 'terminationRequested', nowMs);
}

/** Notes a change: the version that the etag shows, and the time. */
export function touch(changed: Relationship | AccessAssignment, atMs: number): void {
  changed.version += 1;
  changed.lastModifiedDateTime = preciseTime(atMs);
}

/** Milliseconds of an ISO 8601 duration in days or years (`P730D`, `P2Y`, `PT0S`); 0 for anything else. */
function durationMs(duration: string): number {
  const match = /^P(\d+)([DY])$/.exec(duration);
  return match ? Number(match[1]) * (match[2] === 'Y' ? 365 : 1) * DAY_MS : 0;
}

/** GDAP resources carry times with seven digits after the second. */
export function preciseTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}0000Z`;
}

/** All relationships of a partner, in order of creation. */
export function relationshipsOf(world: World, partnerTenantId: string): Relationship[] {
  return [...world.relationships.values()].filter((relationship) => relationship.partnerTenantId === partnerTenantId);
}

/** The relationships between a partner and a customer. */
export function relationshipsBetween(world: World, partnerTenantId: string, customerTenantId: string): Relationship[] {
  return relationshipsOf(world, partnerTenantId).filter(
    (relationship) => relationship.customerTenantId === customerTenantId,
  );
}

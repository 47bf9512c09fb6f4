// What every GDAP operation checks first: the caller is in a partner tenant, the relationship is the partner's, the
// etag is current, and what changes things is done by an admin agent.

import type { AccessAssignment, Relationship } from '../world.ts';
import { denied, type GraphCall, GraphFailure, parameter } from './call.ts';
import { isAdminAgent } from './memberships.ts';
import { relationshipsOf, settleRelationship } from './relationship-lifecycle.ts';
import { etag } from './relationship-shapes.ts';

/**
 * The partner's relationships, settled by the clock.
 * @throws GraphFailure 403 outside a partner tenant
 */
export function partnerRelationships(call: GraphCall): Relationship[] {
  requirePartner(call);
  const { world, clock } = call.context;
  const own = relationshipsOf(world, call.tenant.id);
  const nowMs = clock.now();
  let changed = false;
  for (const relationship of own) changed = settleRelationship(world, relationship, nowMs) || changed;
  if (changed) call.context.changed();
  return own;
}

/**
 * The relationship that the path names.
 * @throws GraphFailure 403 outside a partner tenant, 404 when it is not the caller's
 */
export function requireRelationship(call: GraphCall): Relationship {
  requirePartner(call);
  const { world, clock } = call.context;
  const relationship = world.relationships.get(parameter(call, 0));
  if (relationship?.partnerTenantId !== call.tenant.id) throw missingRelationship(parameter(call, 0));
  if (settleRelationship(world, relationship, clock.now())) call.context.changed();
  return relationship;
}

/**
 * The access assignment that the path names.
 * @throws GraphFailure 404
 */
export function requireAssignment(call: GraphCall, relationship: Relationship): AccessAssignment {
  const assignment = relationship.accessAssignments.get(parameter(call, 1));
  if (!assignment) throw missingRelationship(parameter(call, 1));
  return assignment;
}

/**
 * Creating, changing and ending relationships takes an admin agent of the partner.
 * @throws GraphFailure 403
 */
export function requireAdminAgent(call: GraphCall): void {
  requirePartner(call);
  if (call.token.kind === 'delegated' && !isAdminAgent(call.tenant, call.token.objectId)) throw denied();
}

/**
 * Checks If-Match.
 * @param required whether the header must be there
 * @throws GraphFailure 400 without a required header, 412 when the etag is not the current one
 */
export function requireMatch(call: GraphCall, changed: Relationship | AccessAssignment, required: boolean): void {
  const header = call.headers['if-match'];
  if (header === undefined) {
    if (required) throw new GraphFailure(400, 'badRequest', 'The If-Match header is required.');
    return;
  }
  if (header !== '*' && header !== etag(changed.id, changed.version)) {
    throw new GraphFailure(412, 'preconditionFailed', 'The ETag does not match the current version of the resource.');
  }
}

/** 400 as the GDAP service words it. */
export function invalidRelationship(message: string): GraphFailure {
  return new GraphFailure(400, 'badRequest', message);
}

function requirePartner(call: GraphCall): void {
  if (call.tenant.kind !== 'partner' || call.token.homeTenantId !== call.tenant.id) throw denied();
}

function missingRelationship(id: string): GraphFailure {
  return new GraphFailure(404, 'notFound', `The resource '${id}' was not found.`);
}

// /tenantRelationships/delegatedAdminRelationships/{id}/accessAssignments: which partner group holds which roles.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { AccessAssignment, Relationship } from '../world.ts';
import { denied, type GraphAnswer, type GraphCall, GraphFailure, graphAddress, metadata } from './call.ts';
import { listAnswer } from './listing.ts';
import { allowOptions, contextSelect, project, readSelect } from './query-options.ts';
import {
  invalidRelationship,
  requireAdminAgent,
  requireAssignment,
  requireMatch,
  requireRelationship,
} from './relationship-access.ts';
import { preciseTime, touch } from './relationship-lifecycle.ts';
import { noteOperation } from './relationship-requests.ts';
import { ASSIGNMENT_SHAPE, assignmentAnnotations } from './relationship-shapes.ts';
import { readBody } from './relationships.ts';

/** GET …/accessAssignments */
export function listAssignments(call: GraphCall): GraphAnswer {
  const relationship = readableRelationship(call);
  return listAnswer(call, [...relationship.accessAssignments.values()], {
    contextFragment: collection(relationship),
    shape: ASSIGNMENT_SHAPE,
    pageSize: 300,
    maxTop: 300,
    filters: { status: ['eq', 'ne', 'in'] },
    countAlways: true,
    annotate: assignmentAnnotations,
  });
}

/** GET …/accessAssignments/{assignmentId} */
export function getAssignment(call: GraphCall): GraphAnswer {
  allowOptions(call, ['$select']);
  const relationship = readableRelationship(call);
  return assignmentAnswer(call, relationship, requireAssignment(call, relationship), 200);
}

const ACCESS_DETAILS = z.object({ unifiedRoles: z.array(z.object({ roleDefinitionId: z.guid() })).min(1) });
const NEW_ASSIGNMENT = z.object({
  accessContainer: z.object({ accessContainerId: z.guid(), accessContainerType: z.literal('securityGroup') }),
  accessDetails: ACCESS_DETAILS,
});

/** POST …/accessAssignments: 201 `pending`, active a little later. */
export function createAssignment(call: GraphCall): GraphAnswer {
  requireAdminAgent(call);
  const relationship = readableRelationship(call);
  // What the service answers to a partner user whose sign-in did not meet the partner MFA requirements.
  if (call.token.kind === 'delegated' && !call.token.mfa) {
    throw denied('The user (principal) does not have the required permissions to perform the specific action.');
  }
  const body = readBody(NEW_ASSIGNMENT, call);
  if (relationship.status !== 'active') throw invalidRelationship('The relationship is not active.');
  const groupId = body.accessContainer.accessContainerId.toLowerCase();
  if (!call.tenant.groups.get(groupId)?.securityEnabled) {
    throw invalidRelationship('The access container does not exist.');
  }
  const taken = [...relationship.accessAssignments.values()].some(
    (other) => other.groupId === groupId && other.status !== 'deleted',
  );
  if (taken) throw new GraphFailure(409, 'conflict', 'The access container is assigned in this relationship already.');
  const now = preciseTime(call.context.clock.now());
  const assignment: AccessAssignment = {
    id: randomUUID(),
    status: 'pending',
    groupId,
    roleDefinitionIds: readRoles(relationship, body.accessDetails),
    createdDateTime: now,
    lastModifiedDateTime: now,
    version: 1,
  };
  relationship.accessAssignments.set(assignment.id, assignment);
  return assignmentAnswer(call, relationship, assignment, 201);
}

/** PATCH …/accessAssignments/{assignmentId}: 202, and the assignment is pending again. */
export function patchAssignment(call: GraphCall): GraphAnswer {
  requireAdminAgent(call);
  const relationship = readableRelationship(call);
  const assignment = requireAssignment(call, relationship);
  requireMatch(call, assignment, true);
  const { accessDetails } = readBody(z.object({ accessDetails: ACCESS_DETAILS }), call);
  if (relationship.status !== 'active' || assignment.status === 'deleting' || assignment.status === 'deleted') {
    throw invalidRelationship('The access assignment cannot be changed now.');
  }
  assignment.roleDefinitionIds = readRoles(relationship, accessDetails);
  assignment.status = 'pending';
  const nowMs = call.context.clock.now();
  touch(assignment, nowMs);
  const data = { id: assignment.id, accessDetails };
  const operationId = noteOperation(relationship, 'delegatedAdminAccessAssignmentUpdate', data, nowMs);
  const path = `/tenantRelationships/delegatedAdminRelationships/${relationship.id}/operations/${operationId}`;
  return {
    ...assignmentAnswer(call, relationship, assignment, 202),
    headers: { location: graphAddress(call, path), 'retry-after': '1' },
  };
}

/** DELETE …/accessAssignments/{assignmentId}: 204; it is `deleting`, then `deleted`. */
export function deleteAssignment(call: GraphCall): GraphAnswer {
  requireAdminAgent(call);
  const relationship = readableRelationship(call);
  const assignment = requireAssignment(call, relationship);
  requireMatch(call, assignment, true);
  assignment.status = 'deleting';
  touch(assignment, call.context.clock.now());
  return { status: 204 };
}

/** The relationship, unless the scenario says that its assignments cannot be read. */
function readableRelationship(call: GraphCall): Relationship {
  const relationship = requireRelationship(call);
  const status = relationship.unreadable;
  if (status === undefined) return relationship;
  throw status === 403
    ? denied()
    : new GraphFailure(
        status,
        status < 500 ? 'badRequest' : 'generalException',
        'The access assignments cannot be read.',
      );
}

function readRoles(relationship: Relationship, details: z.infer<typeof ACCESS_DETAILS>): string[] {
  const roleIds = details.unifiedRoles.map((role) => role.roleDefinitionId.toLowerCase());
  if (!roleIds.every((id) => relationship.roleDefinitionIds.includes(id))) {
    throw invalidRelationship('A role is not among the roles of the relationship.');
  }
  return roleIds;
}

function assignmentAnswer(
  call: GraphCall,
  relationship: Relationship,
  assignment: AccessAssignment,
  status: number,
): GraphAnswer {
  const selected = readSelect(call, ASSIGNMENT_SHAPE, 'entity');
  const path = `/tenantRelationships/delegatedAdminRelationships/${relationship.id}/accessAssignments/${assignment.id}`;
  return {
    status,
    headers: status === 201 ? { location: graphAddress(call, path) } : {},
    body: {
      '@odata.context': metadata(call, `${collection(relationship)}${contextSelect(selected)}/$entity`),
      ...assignmentAnnotations(assignment),
      ...project(ASSIGNMENT_SHAPE, assignment, selected),
    },
  };
}

function collection(relationship: Relationship): string {
  return `tenantRelationships/delegatedAdminRelationships('${relationship.id}')/accessAssignments`;
}

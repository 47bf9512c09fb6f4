// How GDAP resources look on the wire: properties, `@odata.type` and `@odata.etag`.
// https://learn.microsoft.com/graph/api/resources/delegatedadminrelationship

import type { AccessAssignment, Relationship, World } from '../world.ts';
import type { EntityShape } from './query-options.ts';

export interface RelationshipSource {
  relationship: Relationship;
  world: World;
}

export const RELATIONSHIP_SHAPE: EntityShape<RelationshipSource> = {
  typeName: 'microsoft.graph.delegatedAdminRelationship',
  properties: new Map<string, (source: RelationshipSource) => unknown>([
    ['id', ({ relationship }) => relationship.id],
    ['displayName', ({ relationship }) => relationship.displayName],
    ['duration', ({ relationship }) => relationship.duration],
    ['customer', customerOf],
    ['accessDetails', ({ relationship }) => accessDetails(relationship.roleDefinitionIds)],
    ['status', ({ relationship }) => relationship.status],
    ['autoExtendDuration', ({ relationship }) => relationship.autoExtendDuration],
    ['createdDateTime', ({ relationship }) => relationship.createdDateTime],
    ['lastModifiedDateTime', ({ relationship }) => relationship.lastModifiedDateTime],
    ['activatedDateTime', ({ relationship }) => relationship.activatedDateTime],
    ['endDateTime', ({ relationship }) => relationship.endDateTime],
  ]),
};

export const ASSIGNMENT_SHAPE: EntityShape<AccessAssignment> = {
  typeName: 'microsoft.graph.delegatedAdminAccessAssignment',
  properties: new Map<string, (assignment: AccessAssignment) => unknown>([
    ['id', (assignment) => assignment.id],
    ['status', (assignment) => assignment.status],
    ['createdDateTime', (assignment) => assignment.createdDateTime],
    ['lastModifiedDateTime', (assignment) => assignment.lastModifiedDateTime],
    [
      'accessContainer',
      (assignment) => ({ accessContainerId: assignment.groupId, accessContainerType: 'securityGroup' }),
    ],
    ['accessDetails', (assignment) => accessDetails(assignment.roleDefinitionIds)],
  ]),
};

/** The annotations of a GDAP resource. */
export function annotations(type: string, id: string, version: number): Record<string, unknown> {
  return { '@odata.type': `#microsoft.graph.${type}`, '@odata.etag': etag(id, version) };
}

export function relationshipAnnotations({ relationship }: RelationshipSource): Record<string, unknown> {
  return annotations('delegatedAdminRelationship', relationship.id, relationship.version);
}

export function assignmentAnnotations(assignment: AccessAssignment): Record<string, unknown> {
  return annotations('delegatedAdminAccessAssignment', assignment.id, assignment.version);
}

/** A weak etag that changes with the version. */
export function etag(id: string, version: number): string {
  const opaque = Buffer.from(`"${id.slice(0, 8)}-0000-0200-0000-${version.toString(16).padStart(12, '0')}"`);
  return `W/"${opaque.toString('base64')}"`;
}

/** `P2Y` and the like as the days that Graph answers; null when it is not from one day to two years. */
export function relationshipDuration(duration: string): string | null {
  const match = /^P(\d+)([DMY])$/.exec(duration);
  if (!match) return null;
  const days = Number(match[1]) * (match[2] === 'Y' ? 365 : match[2] === 'M' ? 30 : 1);
  return days >= 1 && days <= 730 ? `P${days}D` : null;
}

function customerOf({ relationship, world }: RelationshipSource): unknown {
  if (relationship.customerTenantId === '') return null;
  const tenant = world.tenants.get(relationship.customerTenantId);
  return { tenantId: relationship.customerTenantId, displayName: tenant?.displayName ?? null };
}

function accessDetails(roleDefinitionIds: readonly string[]): unknown {
  return { unifiedRoles: roleDefinitionIds.map((roleDefinitionId) => ({ roleDefinitionId })) };
}

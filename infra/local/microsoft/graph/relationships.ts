// /tenantRelationships/delegatedAdminRelationships and delegatedAdminCustomers, as a partner sees them.
// https://learn.microsoft.com/graph/api/tenantrelationship-list-delegatedadminrelationships

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Relationship, Tenant } from '../world.ts';
import { type GraphAnswer, type GraphCall, GraphFailure, graphAddress, metadata, parameter } from './call.ts';
import { ROLE } from './directory-roles.ts';
import { listAnswer } from './listing.ts';
import { allowOptions, contextSelect, type EntityShape, project, readSelect } from './query-options.ts';
import {
  invalidRelationship,
  partnerRelationships,
  requireAdminAgent,
  requireMatch,
  requireRelationship,
} from './relationship-access.ts';
import { preciseTime, relationshipsOf, touch } from './relationship-lifecycle.ts';
import { noteOperation } from './relationship-requests.ts';
import {
  annotations,
  RELATIONSHIP_SHAPE,
  type RelationshipSource,
  relationshipAnnotations,
  relationshipDuration,
} from './relationship-shapes.ts';

const COLLECTION = 'tenantRelationships/delegatedAdminRelationships';
/** Graph documents 300 as the largest page; the default is taken to be the same. */
const PAGE = 300;

/** GET /tenantRelationships/delegatedAdminRelationships */
export function listRelationships(call: GraphCall): GraphAnswer {
  const { world } = call.context;
  const items = partnerRelationships(call).map((relationship) => ({ relationship, world }));
  return listAnswer(call, items, {
    contextFragment: COLLECTION,
    shape: RELATIONSHIP_SHAPE,
    pageSize: PAGE,
    maxTop: PAGE,
    filters: { status: ['eq', 'ne', 'in'], 'customer/tenantId': ['eq', 'in'], displayName: ['eq', 'startswith'] },
    readFilter: readRelationship,
    orderBy: ['displayName', 'createdDateTime', 'endDateTime', 'status'],
    countAlways: true,
    annotate: relationshipAnnotations,
  });
}

function readRelationship({ relationship }: RelationshipSource, property: string): unknown {
  if (property === 'customer/tenantId') return relationship.customerTenantId;
  return property === 'status' ? relationship.status : relationship.displayName;
}

/** GET /tenantRelationships/delegatedAdminRelationships/{id} */
export function getRelationship(call: GraphCall): GraphAnswer {
  allowOptions(call, ['$select']);
  return relationshipAnswer(call, requireRelationship(call), 200);
}

const ROLES = z.object({ unifiedRoles: z.array(z.object({ roleDefinitionId: z.guid() })).min(1) });
const NEW_RELATIONSHIP = z.object({
  displayName: z.string().min(1).max(50),
  duration: z.string(),
  customer: z.object({ tenantId: z.guid(), displayName: z.string().nullish() }).nullish(),
  accessDetails: ROLES,
  autoExtendDuration: z.enum(['PT0S', 'P0D', 'P180D']).nullish(),
});

/** POST /tenantRelationships/delegatedAdminRelationships */
export function createRelationship(call: GraphCall): GraphAnswer {
  requireAdminAgent(call);
  const body = readBody(NEW_RELATIONSHIP, call);
  const duration = relationshipDuration(body.duration);
  if (duration === null) throw invalidRelationship('The duration must be from P1D to P2Y.');
  requireFreeName(call, body.displayName, null);
  const roleDefinitionIds = body.accessDetails.unifiedRoles.map((role) => role.roleDefinitionId.toLowerCase());
  const autoExtendDuration = body.autoExtendDuration ?? 'PT0S';
  requireExtendable(roleDefinitionIds, autoExtendDuration);
  const now = preciseTime(call.context.clock.now());
  const relationship: Relationship = {
    id: `${randomUUID()}-${randomUUID()}`,
    displayName: body.displayName,
    partnerTenantId: call.tenant.id,
    customerTenantId: body.customer?.tenantId.toLowerCase() ?? '',
    duration,
    autoExtendDuration,
    status: 'created',
    roleDefinitionIds,
    createdDateTime: now,
    lastModifiedDateTime: now,
    activatedDateTime: null,
    endDateTime: null,
    version: 1,
    accessAssignments: new Map(),
  };
  call.context.world.relationships.set(relationship.id, relationship);
  return relationshipAnswer(call, relationship, 201);
}

const RELATIONSHIP_PATCH = NEW_RELATIONSHIP.partial();

/** PATCH …/{id}: everything while `created`, afterwards only the automatic extension. */
export function patchRelationship(call: GraphCall): GraphAnswer {
  requireAdminAgent(call);
  const relationship = requireRelationship(call);
  requireMatch(call, relationship, true);
  const body = readBody(RELATIONSHIP_PATCH, call);
  const changesMore = Object.keys(body).some((name) => name !== 'autoExtendDuration');
  const isOpen = relationship.status === 'created';
  if (!isOpen && (changesMore || relationship.status !== 'active')) {
    throw invalidRelationship(`A relationship in status '${relationship.status}' cannot be changed in this way.`);
  }
  const duration = body.duration === undefined ? relationship.duration : relationshipDuration(body.duration);
  if (duration === null) throw invalidRelationship('The duration must be from P1D to P2Y.');
  if (body.displayName !== undefined) requireFreeName(call, body.displayName, relationship.id);
  const roleIds =
    body.accessDetails?.unifiedRoles.map((role) => role.roleDefinitionId.toLowerCase()) ??
    relationship.roleDefinitionIds;
  const autoExtendDuration = body.autoExtendDuration ?? relationship.autoExtendDuration;
  requireExtendable(roleIds, autoExtendDuration);
  relationship.displayName = body.displayName ?? relationship.displayName;
  relationship.customerTenantId = body.customer?.tenantId.toLowerCase() ?? relationship.customerTenantId;
  Object.assign(relationship, { duration, roleDefinitionIds: roleIds, autoExtendDuration });
  const nowMs = call.context.clock.now();
  touch(relationship, nowMs);
  if (isOpen) return relationshipAnswer(call, relationship, 200);
  const operationId = noteOperation(relationship, 'delegatedAdminRelationshipUpdate', body, nowMs);
  const location = graphAddress(call, `/${COLLECTION}/${relationship.id}/operations/${operationId}`);
  return { ...relationshipAnswer(call, relationship, 202), headers: { location } };
}

/** DELETE …/{id}: only while `created`. */
export function deleteRelationship(call: GraphCall): GraphAnswer {
  requireAdminAgent(call);
  const relationship = requireRelationship(call);
  requireMatch(call, relationship, true);
  if (relationship.status !== 'created') throw invalidRelationship('Only a created relationship can be deleted.');
  call.context.world.relationships.delete(relationship.id);
  return { status: 204 };
}

interface CustomerSource {
  tenantId: string;
  tenant: Tenant | undefined;
}

const CUSTOMER_SHAPE: EntityShape<CustomerSource> = {
  typeName: 'microsoft.graph.delegatedAdminCustomer',
  properties: new Map<string, (source: CustomerSource) => unknown>([
    ['id', ({ tenantId }) => tenantId],
    ['tenantId', ({ tenantId }) => tenantId],
    ['displayName', ({ tenant }) => tenant?.displayName ?? null],
  ]),
};

/** GET /tenantRelationships/delegatedAdminCustomers: tenants whose relationship was active at some time. */
export function listCustomers(call: GraphCall): GraphAnswer {
  return listAnswer(call, customers(call), {
    contextFragment: 'tenantRelationships/delegatedAdminCustomers',
    shape: CUSTOMER_SHAPE,
    pageSize: PAGE,
    maxTop: PAGE,
    filters: { tenantId: ['eq'], displayName: ['eq', 'startswith'] },
    orderBy: ['displayName'],
    countAlways: true,
    annotate: customerAnnotations,
  });
}

/** GET /tenantRelationships/delegatedAdminCustomers/{id} */
export function getCustomer(call: GraphCall): GraphAnswer {
  const customer = customers(call).find(({ tenantId }) => tenantId === parameter(call, 0).toLowerCase());
  if (!customer) throw new GraphFailure(404, 'notFound', `The resource '${parameter(call, 0)}' was not found.`);
  const context = { '@odata.context': metadata(call, 'tenantRelationships/delegatedAdminCustomers/$entity') };
  return {
    status: 200,
    body: { ...context, ...customerAnnotations(customer), ...project(CUSTOMER_SHAPE, customer, null) },
  };
}

function customers(call: GraphCall): CustomerSource[] {
  const known = new Map<string, CustomerSource>();
  for (const { customerTenantId, activatedDateTime } of partnerRelationships(call)) {
    if (activatedDateTime === null || known.has(customerTenantId)) continue;
    known.set(customerTenantId, {
      tenantId: customerTenantId,
      tenant: call.context.world.tenants.get(customerTenantId),
    });
  }
  return [...known.values()];
}

function customerAnnotations({ tenantId }: CustomerSource): Record<string, unknown> {
  return annotations('delegatedAdminCustomer', tenantId, 1);
}

function relationshipAnswer(call: GraphCall, relationship: Relationship, status: number): GraphAnswer {
  const selected = readSelect(call, RELATIONSHIP_SHAPE, 'entity');
  const source = { relationship, world: call.context.world };
  return {
    status,
    headers: status === 201 ? { location: graphAddress(call, `/${COLLECTION}/${relationship.id}`) } : {},
    body: {
      '@odata.context': metadata(call, `${COLLECTION}${contextSelect(selected)}/$entity`),
      ...relationshipAnnotations(source),
      ...project(RELATIONSHIP_SHAPE, source, selected),
    },
  };
}

function requireFreeName(call: GraphCall, displayName: string, ownId: string | null): void {
  const taken = relationshipsOf(call.context.world, call.tenant.id).some(
    (other) => other.id !== ownId && other.displayName.toLowerCase() === displayName.toLowerCase(),
  );
  if (taken) throw new GraphFailure(409, 'conflict', `A relationship named '${displayName}' exists already.`);
}

/** A relationship with Global Administrator cannot extend itself. */
function requireExtendable(roleDefinitionIds: readonly string[], autoExtendDuration: string): void {
  if (autoExtendDuration === 'P180D' && roleDefinitionIds.includes(ROLE.globalAdministrator)) {
    throw invalidRelationship('A relationship with the Global Administrator role cannot be extended automatically.');
  }
}

/**
 * Parses a body.
 * @throws GraphFailure 400 that names the first wrong property
 */
export function readBody<T>(schema: z.ZodType<T>, call: GraphCall): T {
  const result = schema.safeParse(call.body);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw invalidRelationship(`Invalid value for '${issue?.path.join('/') ?? ''}': ${issue?.message ?? 'invalid'}.`);
}

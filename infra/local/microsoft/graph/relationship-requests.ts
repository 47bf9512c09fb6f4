// Requests on a relationship (lock, terminate) and the operations that changes leave behind. The world does not keep
// them: they live as long as the process.

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Relationship } from '../world.ts';
import { type GraphAnswer, type GraphCall, GraphFailure, graphAddress, metadata, parameter } from './call.ts';
import { listAnswer } from './listing.ts';
import { type EntityShape, project } from './query-options.ts';
import { invalidRelationship, requireAdminAgent, requireMatch, requireRelationship } from './relationship-access.ts';
import { lockForApproval, preciseTime, terminateRelationship } from './relationship-lifecycle.ts';
import { annotations } from './relationship-shapes.ts';

interface JournalEntry {
  id: string;
  kind: string;
  data: string;
  atMs: number;
}

interface Journal {
  requests: JournalEntry[];
  operations: JournalEntry[];
}

const journals = new WeakMap<Relationship, Journal>();

function journalOf(relationship: Relationship): Journal {
  const known = journals.get(relationship);
  if (known) return known;
  const journal: Journal = { requests: [], operations: [] };
  journals.set(relationship, journal);
  return journal;
}

const REQUEST_SHAPE: EntityShape<JournalEntry> = {
  typeName: 'microsoft.graph.delegatedAdminRelationshipRequest',
  properties: new Map<string, (record: JournalEntry) => unknown>([
    ['id', (record) => record.id],
    ['action', (record) => record.kind],
    ['status', () => 'succeeded'],
    ['createdDateTime', (record) => preciseTime(record.atMs)],
    ['lastModifiedDateTime', (record) => preciseTime(record.atMs)],
  ]),
};

const OPERATION_SHAPE: EntityShape<JournalEntry> = {
  typeName: 'microsoft.graph.delegatedAdminRelationshipOperation',
  properties: new Map<string, (record: JournalEntry) => unknown>([
    ['id', (record) => record.id],
    ['operationType', (record) => record.kind],
    ['data', (record) => record.data],
    ['status', () => 'succeeded'],
    ['createdDateTime', (record) => preciseTime(record.atMs)],
    ['lastModifiedDateTime', (record) => preciseTime(record.atMs)],
  ]),
};

const REQUEST_BODY = z.object({ action: z.enum(['lockForApproval', 'terminate', 'approve', 'reject']) });

/** POST …/{id}/requests */
export function postRequest(call: GraphCall): GraphAnswer {
  requireAdminAgent(call);
  const relationship = requireRelationship(call);
  const body = REQUEST_BODY.safeParse(call.body);
  if (!body.success) throw invalidRelationship('The action of the request is missing or invalid.');
  const { action } = body.data;
  // Approving and rejecting is the customer's side.
  if (action === 'approve' || action === 'reject') throw new GraphFailure(403, 'forbidden', 'Not allowed to partners.');
  requireMatch(call, relationship, false);
  const { world, clock } = call.context;
  const nowMs = clock.now();
  const done =
    action === 'lockForApproval'
      ? lockForApproval(relationship, nowMs)
      : terminateRelationship(world, relationship, nowMs);
  if (!done) throw invalidRelationship(`A relationship in status '${relationship.status}' does not allow '${action}'.`);
  const record: JournalEntry = { id: randomUUID(), kind: action, data: '', atMs: nowMs };
  journalOf(relationship).requests.push(record);
  const path = `/tenantRelationships/delegatedAdminRelationships/${relationship.id}/requests/${record.id}`;
  return {
    status: 201,
    headers: { location: graphAddress(call, path) },
    body: {
      '@odata.context': metadata(
        call,
        `tenantRelationships/delegatedAdminRelationships('${relationship.id}')/requests/$entity`,
      ),
      ...annotations('delegatedAdminRelationshipRequest', record.id, 1),
      ...project(REQUEST_SHAPE, record, null),
      status: 'created',
    },
  };
}

/** GET …/{id}/requests */
export function listRequests(call: GraphCall): GraphAnswer {
  const relationship = requireRelationship(call);
  return recordsAnswer(call, relationship, 'requests', REQUEST_SHAPE);
}

/** GET …/{id}/operations */
export function listOperations(call: GraphCall): GraphAnswer {
  const relationship = requireRelationship(call);
  return recordsAnswer(call, relationship, 'operations', OPERATION_SHAPE);
}

/** GET …/{id}/requests/{requestId} and …/{id}/operations/{operationId} */
export function getRecord(call: GraphCall, kind: 'requests' | 'operations'): GraphAnswer {
  const relationship = requireRelationship(call);
  const record = journalOf(relationship)[kind].find(({ id }) => id === parameter(call, 1));
  if (!record) throw new GraphFailure(404, 'notFound', `The resource '${parameter(call, 1)}' was not found.`);
  const shape = kind === 'requests' ? REQUEST_SHAPE : OPERATION_SHAPE;
  const fragment = `tenantRelationships/delegatedAdminRelationships('${relationship.id}')/${kind}/$entity`;
  const context = { '@odata.context': metadata(call, fragment) };
  return {
    status: 200,
    body: {
      ...context,
      ...annotations(shape.typeName.replace('microsoft.graph.', ''), record.id, 1),
      ...project(shape, record, null),
    },
  };
}

/** Notes a change that the service carries out behind the answer. */
export function noteOperation(
  relationship: Relationship,
  type: 'delegatedAdminAccessAssignmentUpdate' | 'delegatedAdminRelationshipUpdate',
  data: unknown,
  atMs: number,
): string {
  const record: JournalEntry = { id: randomUUID(), kind: type, data: JSON.stringify(data), atMs };
  journalOf(relationship).operations.push(record);
  return record.id;
}

function recordsAnswer(
  call: GraphCall,
  relationship: Relationship,
  kind: 'requests' | 'operations',
  shape: EntityShape<JournalEntry>,
): GraphAnswer {
  return listAnswer(call, journalOf(relationship)[kind], {
    contextFragment: `tenantRelationships/delegatedAdminRelationships('${relationship.id}')/${kind}`,
    shape,
    pageSize: 300,
    maxTop: 300,
    countAlways: true,
    annotate: (record) => annotations(shape.typeName.replace('microsoft.graph.', ''), record.id, 1),
  });
}

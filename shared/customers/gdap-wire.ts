// GDAP writes on Graph, in the partner tenant, and the reads that go with them. Each write carries the etag of what it changes,
// and reads again and tries once more when somebody else was faster.
// https://learn.microsoft.com/graph/api/resources/delegatedadminrelationships-api-overview
import { z } from 'zod';
import { findingError } from '../microsoft/catalogue.ts';
import { type GraphClient, MicrosoftError } from '../microsoft/microsoft.ts';
import { type GraphRelationship, graphAssignment, graphRelationship } from './gdap-read.ts';

const collection = '/tenantRelationships/delegatedAdminRelationships';
const pathOf = (relationshipId: string) => `${collection}/${encodeURIComponent(relationshipId)}`;

/** Every relationship with one customer, ended ones too. @throws MicrosoftError */
export function relationshipsWith(graph: GraphClient, tenantId: string): Promise<GraphRelationship[]> {
  return filtered(graph, `customer/tenantId eq '${z.guid().parse(tenantId)}'`);
}

/** The relationship of a name, which is unique; undefined when Graph shows none. @throws MicrosoftError */
export async function relationshipNamed(graph: GraphClient, name: string): Promise<GraphRelationship | undefined> {
  const found = await filtered(graph, `displayName eq '${name.replaceAll("'", "''")}'`);
  return found.find(({ displayName }) => displayName?.toLowerCase() === name.toLowerCase());
}

async function filtered(graph: GraphClient, filter: string): Promise<GraphRelationship[]> {
  const found: GraphRelationship[] = [];
  const path = `${collection}?$filter=${encodeURIComponent(filter)}`;
  for await (const page of graph.pages(path, graphRelationship)) found.push(...page);
  return found;
}

export function readRelationship(graph: GraphClient, relationshipId: string): Promise<GraphRelationship> {
  return graph.get(pathOf(relationshipId), graphRelationship);
}

export interface NewRelationship {
  displayName: string;
  tenantId: string;
  roleIds: readonly string[];
  duration: string;
  autoExtendDuration: 'P180D' | 'PT0S';
}

/** Creates a request, which the customer cannot see before it is locked. @throws MicrosoftError 409 for a taken name */
export async function createRelationship(graph: GraphClient, wanted: NewRelationship): Promise<GraphRelationship> {
  const answer = await graph.send('POST', collection, {
    displayName: wanted.displayName,
    duration: wanted.duration,
    customer: { tenantId: wanted.tenantId },
    accessDetails: accessDetails(wanted.roleIds),
    autoExtendDuration: wanted.autoExtendDuration,
  });
  const parsed = graphRelationship.safeParse(answer);
  if (!parsed.success) throw findingError('graph', 'unexpected_answer', { cause: parsed.error });
  return parsed.data;
}

/** Locks a created request for approval; does nothing where it is no longer `created`. Gives it as it is then. */
export async function lockRelationship(
  graph: GraphClient,
  relationship: GraphRelationship,
): Promise<{ relationship: GraphRelationship; locked: boolean }> {
  const read = () => readRelationship(graph, relationship.id);
  const locked = await withCurrent(relationship, read, async (current) => {
    if (current.status !== 'created') return false;
    const headers = { 'If-Match': current['@odata.etag'] };
    await graph.send('POST', `${pathOf(current.id)}/requests`, { action: 'lockForApproval' }, headers);
    return true;
  });
  return { relationship: await read(), locked };
}

/** Lets an active relationship extend itself by 180 days. Gives it as it is then. */
export async function extendAutomatically(
  graph: GraphClient,
  relationship: GraphRelationship,
): Promise<GraphRelationship> {
  const read = () => readRelationship(graph, relationship.id);
  await withCurrent(relationship, read, (current) =>
    graph.send('PATCH', pathOf(current.id), { autoExtendDuration: 'P180D' }, { 'If-Match': current['@odata.etag'] }),
  );
  const after = await read();
  // The change may still be an operation under way: what was accepted is what will be.
  return { ...after, autoExtendDuration: 'P180D' };
}

/** An access assignment with the etag that a change needs. */
export const wireAssignment = graphAssignment.extend({ '@odata.etag': z.string().nullish() });
export type WireAssignment = z.infer<typeof wireAssignment>;

export async function listAssignments(graph: GraphClient, relationshipId: string): Promise<WireAssignment[]> {
  const found: WireAssignment[] = [];
  for await (const page of graph.pages(`${pathOf(relationshipId)}/accessAssignments`, wireAssignment))
    found.push(...page);
  return found;
}

/** Gives a group roles of a relationship. @throws MicrosoftError 409 where the group has an assignment already */
export async function createAssignment(
  graph: GraphClient,
  relationshipId: string,
  wanted: { groupId: string; roleIds: readonly string[] },
): Promise<void> {
  await graph.send('POST', `${pathOf(relationshipId)}/accessAssignments`, {
    accessContainer: { accessContainerId: wanted.groupId, accessContainerType: 'securityGroup' },
    accessDetails: accessDetails(wanted.roleIds),
  });
}

/** Adds roles to a group's assignment; those that it has stay. */
export async function addToAssignment(
  graph: GraphClient,
  relationshipId: string,
  assignment: WireAssignment,
  wantedRoleIds: readonly string[],
): Promise<void> {
  const path = `${pathOf(relationshipId)}/accessAssignments/${encodeURIComponent(assignment.id)}`;
  await withCurrent(
    assignment,
    () => graph.get(path, wireAssignment),
    (current) => {
      const all = [...new Set([...rolesOf(current), ...wantedRoleIds])];
      const headers = { 'If-Match': current['@odata.etag'] ?? '*' };
      return graph.send('PATCH', path, { accessDetails: accessDetails(all) }, headers);
    },
  );
}

/** Role ids of a relationship or an assignment. */
export function rolesOf({ accessDetails: details }: Pick<GraphRelationship, 'accessDetails'>): string[] {
  return (details?.unifiedRoles ?? []).flatMap(({ roleDefinitionId }) => roleDefinitionId || []);
}

function accessDetails(ids: readonly string[]) {
  return { unifiedRoles: ids.map((roleDefinitionId) => ({ roleDefinitionId })) };
}

const WRITES = 3;

/** Writes on what is current: after a 412 it is read again, three writes at most. */
async function withCurrent<T, R>(first: T, read: () => Promise<T>, write: (current: T) => Promise<R>): Promise<R> {
  let current = first;
  for (let writes = 1; ; writes += 1) {
    try {
      return await write(current);
    } catch (error) {
      if (!(error instanceof MicrosoftError) || error.status !== 412 || writes >= WRITES) throw error;
      current = await read();
    }
  }
}

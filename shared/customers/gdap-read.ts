// Reads GDAP in the partner tenant: relationships, their access assignments, and the groups the account is in.
// https://learn.microsoft.com/graph/api/resources/delegatedadminrelationships-api-overview
import { z } from 'zod';
import type { Explanation } from '../errors.ts';
import { findingError } from '../microsoft/catalogue.ts';
import { type GraphClient, isTransient, MicrosoftError } from '../microsoft/microsoft.ts';
import { type RelationshipEvidence, relationshipStatuses } from './documents.ts';

/** Microsoft writes GUIDs in either case; here they are compared, so they are in one. */
const guid = z.string().toLowerCase();

const roles = z.object({ unifiedRoles: z.array(z.object({ roleDefinitionId: guid.nullish() })).nullish() }).nullish();

/** Values that Microsoft adds to an enumeration later arrive as themselves: they grant nothing. */
const status = z
  .string()
  .transform((text) => relationshipStatuses.find((known) => known === text) ?? 'unknownFutureValue');

const nullableDate = z
  .string()
  .nullish()
  .transform((text) => (text ? text : null));

export const graphRelationship = z.object({
  '@odata.etag': z
    .string()
    .nullish()
    .transform((etag) => etag ?? ''),
  id: z.string(),
  displayName: z.string().nullish(),
  /** Null where the request names no customer yet. */
  customer: z
    .object({ tenantId: guid.nullish(), displayName: z.string().nullish() })
    .nullish()
    .transform((customer) =>
      customer?.tenantId ? { tenantId: customer.tenantId, displayName: customer.displayName ?? '' } : null,
    ),
  accessDetails: roles,
  status,
  autoExtendDuration: z.string().nullish(),
  duration: z.string().nullish(),
  createdDateTime: nullableDate,
  activatedDateTime: nullableDate,
  endDateTime: nullableDate,
});
export type GraphRelationship = z.infer<typeof graphRelationship>;

const assignmentStatuses = ['pending', 'active', 'deleting', 'deleted', 'error'] as const;

export const graphAssignment = z.object({
  id: z.string(),
  status: z
    .string()
    .transform((text) => assignmentStatuses.find((known) => known === text) ?? ('unknownFutureValue' as const)),
  accessContainer: z.object({ accessContainerId: guid.nullish() }).nullish(),
  accessDetails: roles,
});
type GraphAssignment = z.infer<typeof graphAssignment>;
const assignmentPage = z.object({ value: z.array(graphAssignment), '@odata.nextLink': z.string().nullish() });

/** GDAP is read in the partner's own tenant: what stands in the way there is not the customer's to mend. */
export function inPartnerTenant(explanation: Explanation): Explanation {
  return explanation.whoActs === 'customer' ? { ...explanation, whoActs: 'msp' } : explanation;
}

type Assignments = RelationshipEvidence['assignments'];
export type AssignmentReading =
  | { ok: true; assignments: Assignments }
  | { ok: false; transient: boolean; explanation: Explanation };

function roleIdsOf(details: z.infer<typeof roles>): string[] {
  return (details?.unifiedRoles ?? []).flatMap(({ roleDefinitionId }) => roleDefinitionId || []);
}

/** Every relationship of the partner, the ended ones too: an ended one tells Expired from Missing. */
export async function readRelationships(graph: GraphClient): Promise<GraphRelationship[]> {
  const all: GraphRelationship[] = [];
  for await (const page of graph.pages('/tenantRelationships/delegatedAdminRelationships?$top=300', graphRelationship))
    all.push(...page);
  return all;
}

const group = z.object({ id: guid, displayName: z.string().nullish(), securityEnabled: z.boolean().nullish() });

/** A group of the partner tenant that the signed-in account is in. */
export interface OwnGroup {
  id: string;
  name: string;
  /** Only a security group can be given roles. */
  security: boolean;
}

/** The groups that the signed-in account is in, through other groups too, by id. */
export async function readMemberships(graph: GraphClient): Promise<ReadonlyMap<string, OwnGroup>> {
  const groups = new Map<string, OwnGroup>();
  const path = '/me/transitiveMemberOf/microsoft.graph.group?$select=id,displayName,securityEnabled&$top=999';
  for await (const page of graph.pages(path, group))
    for (const { id, displayName, securityEnabled } of page)
      groups.set(id, { id, name: displayName || id, security: securityEnabled !== false });
  return groups;
}

/**
 * Names of other groups, where the directory still has them. One that was deleted is null; one that could not be read now
 * is left out.
 */
export async function readGroupNames(
  graph: GraphClient,
  groupIds: readonly string[],
): Promise<ReadonlyMap<string, string | null>> {
  const names = new Map<string, string | null>();
  if (groupIds.length === 0) return names;
  const requests = groupIds.map((id) => ({ id, url: `/groups/${encodeURIComponent(id)}?$select=id,displayName` }));
  for (const [id, outcome] of await graph.batch(requests)) {
    if (outcome.ok) names.set(id, group.safeParse(outcome.body).data?.displayName || id);
    else if (outcome.error.status === 404) names.set(id, null);
  }
  return names;
}

/**
 * The access assignments of many relationships, 20 to a call. Each has its own outcome: one that may not be read does
 * not hide the others. `onProgress` hears how many are done.
 */
export async function readAssignments(
  graph: GraphClient,
  relationshipIds: readonly string[],
  onProgress: (done: number) => Promise<void>,
): Promise<ReadonlyMap<string, AssignmentReading>> {
  const readings = new Map<string, AssignmentReading>();
  for (let start = 0; start < relationshipIds.length; start += 20) {
    const ids = relationshipIds.slice(start, start + 20);
    const requests = ids.map((id) => ({
      id,
      url: `/tenantRelationships/delegatedAdminRelationships/${id}/accessAssignments`,
      headers: { Prefer: 'include-unknown-enum-members' },
    }));
    const outcomes = await graph.batch(requests);
    for (const id of ids) {
      const outcome = outcomes.get(id);
      if (outcome?.ok) readings.set(id, await wholeCollection(graph, outcome.body));
      else if (outcome)
        readings.set(id, {
          ok: false,
          transient: isTransient(outcome.error),
          explanation: inPartnerTenant(outcome.error.explanation),
        });
    }
    await onProgress(Math.min(start + 20, relationshipIds.length));
  }
  return readings;
}

/** A later page that cannot be read, or an answer of another shape, is this relationship's failure alone. */
async function wholeCollection(graph: GraphClient, firstBody: unknown): Promise<AssignmentReading> {
  try {
    const first = assignmentPage.safeParse(firstBody);
    if (!first.success) throw findingError('graph', 'unexpected_answer', { cause: first.error });
    const found = [...first.data.value];
    const nextLink = first.data['@odata.nextLink'];
    if (nextLink) for await (const page of graph.pages(nextLink, graphAssignment)) found.push(...page);
    return { ok: true, assignments: found.flatMap(assignmentOf).sort((a, b) => a.id.localeCompare(b.id)) };
  } catch (error) {
    if (!(error instanceof MicrosoftError)) throw error;
    return { ok: false, transient: isTransient(error), explanation: inPartnerTenant(error.explanation) };
  }
}

/** An assignment to no group gives nobody anything. */
function assignmentOf({ id, status: state, accessContainer, accessDetails }: GraphAssignment): Assignments {
  const groupId = accessContainer?.accessContainerId;
  return groupId ? [{ id, status: state, groupId, roles: roleIdsOf(accessDetails) }] : [];
}

/** A relationship as evidence, its assignments taken from a new reading or kept from before. */
export function evidenceOf(
  relationship: GraphRelationship,
  before: RelationshipEvidence | undefined,
  reading: AssignmentReading | undefined,
  nowIso: string,
): RelationshipEvidence {
  const read = reading?.ok ? reading.assignments : undefined;
  return {
    id: relationship.id,
    name: relationship.displayName ?? '',
    status: relationship.status,
    etag: relationship['@odata.etag'],
    ...(relationship.createdDateTime ? { createdAt: relationship.createdDateTime } : {}),
    activatedAt: relationship.activatedDateTime,
    endAt: relationship.endDateTime,
    autoExtendDuration: relationship.autoExtendDuration ?? 'PT0S',
    roles: roleIdsOf(relationship.accessDetails).sort(),
    assignments: read ?? before?.assignments ?? [],
    assignmentsReadAt: read ? nowIso : (before?.assignmentsReadAt ?? null),
  };
}

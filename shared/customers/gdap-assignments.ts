// Gives roles of an active relationship to a security group that the service account is in: what "Missing security group"
// wants. https://learn.microsoft.com/graph/api/delegatedadminrelationship-post-accessassignments
import { z } from 'zod';
import { audit } from '../access/audit.ts';
import type { MemberDoc } from '../access/documents.ts';
import { actorOf } from '../access/members.ts';
import type { App } from '../app.ts';
import { MicrosoftError } from '../microsoft/microsoft.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import type { GdapDoc } from './documents.ts';
import { followGdap, readNow } from './gdap-follow.ts';
import { readPartnerGroups } from './gdap-groups.ts';
import { type GdapPlace, openGdapPlace, requireRelationship } from './gdap-place.ts';
import { explainingRefusal, gdapProblem } from './gdap-problems.ts';
import { readMemberships } from './gdap-read.ts';
import { gdapReport, rolesToAssign } from './gdap-report.ts';
import { evaluateGdap } from './gdap-status.ts';
import { addToAssignment, createAssignment, listAssignments, rolesOf } from './gdap-wire.ts';
import { knownRoleId, roleName } from './roles.ts';

/** All optional: what is missing, in the relationship that has it, for the group that is proposed. */
export const assignmentInput = z.strictObject({
  relationshipId: z.string().min(1).max(200).optional(),
  groupId: z.guid().toLowerCase().optional(),
  roleIds: z.array(knownRoleId).min(1, 'Choose one role at least.').max(40).optional(),
});
export type AssignmentInput = z.infer<typeof assignmentInput>;

export interface AssignedGroup {
  relationshipId: string;
  groupId: string;
  roleIds: readonly string[];
  /** `pending` until Microsoft has carried it out, some minutes at most. */
  status: string;
  /** False where the group had the roles already. */
  changed: boolean;
}

/**
 * Makes sure that the group has the roles, besides those that it has. Doing it twice changes nothing the second time.
 * @throws Problem 404 for a customer or relationship that is not this workspace's, 409 with what stands in the way
 */
export async function assignGroup(
  app: App,
  workspace: WorkspaceStore,
  by: MemberDoc,
  asked: { tenantId: string } & AssignmentInput,
): Promise<AssignedGroup> {
  const place = await openGdapPlace(app, workspace, asked.tenantId);
  const { relationshipId, roleIds } = chooseRoles(place, asked);
  const groupId = await chooseGroup(place, asked);
  const changed = await explainingRefusal(app, place, () =>
    giveRoles(place, relationshipId, { groupId, roleIds }).then((outcome) => outcome === 'changed'),
  );
  if (changed) {
    const details = { relationshipId, groupId, roles: roleIds.map(roleName).join(', ') };
    const subject = `customer:${asked.tenantId}`;
    await audit(app, workspace, { action: 'gdap.groupAssigned', actor: actorOf(by), subject, details });
  }
  const gdap = await readNow(place);
  await followGdap(place);
  return { relationshipId, groupId, roleIds, status: statusOf(gdap, relationshipId, groupId), changed };
}

function chooseRoles(
  place: GdapPlace,
  { relationshipId, roleIds }: AssignmentInput,
): { relationshipId: string; roleIds: readonly string[] } {
  const { gdap, settings, app } = place;
  const named = relationshipId === undefined ? undefined : requireRelationship(place, relationshipId);
  if (named && named.status !== 'active') throw gdapProblem('gdap_not_active');
  if (named && roleIds) {
    if (!roleIds.every((role) => named.roles.includes(role))) throw gdapProblem('gdap_role_not_in_relationship');
    return { relationshipId: named.id, roleIds };
  }
  const at = { nowMs: app.clock.now(), thresholdDays: settings.expiringThresholdDays };
  const missing = rolesToAssign(gdap, evaluateGdap(gdap, settings.roleProfile, at), at.nowMs);
  const candidates = named ? missing.filter(({ relationship }) => relationship.id === named.id) : missing;
  const [best] = roleIds
    ? candidates.filter(({ relationship }) => roleIds.every((role) => relationship.roles.includes(role)))
    : candidates;
  if (!best) throw gdapProblem(roleIds ? 'gdap_role_not_in_relationship' : 'gdap_nothing_to_assign');
  return { relationshipId: best.relationship.id, roleIds: roleIds ?? best.roles };
}

/** The account must be in the group now, whatever the last discovery saw. */
async function chooseGroup(place: GdapPlace, { groupId }: AssignmentInput): Promise<string> {
  const { workspace, connectionId, settings, app, customer, gdap } = place;
  const chosen =
    groupId ??
    gdapReport({
      customer,
      gdap,
      groups: await readPartnerGroups(workspace, connectionId),
      profile: settings.roleProfile,
      nowMs: app.clock.now(),
      thresholdDays: settings.expiringThresholdDays,
      adminOrigin: app.config.portals.adminOrigin,
    }).proposal?.groupId;
  if (!chosen) throw gdapProblem('gdap_no_group');
  const group = (await readMemberships(place.graph)).get(chosen);
  if (!group) throw gdapProblem('gdap_not_in_group');
  if (!group.security) throw gdapProblem('gdap_group_missing');
  return chosen;
}

/** A group has one assignment in a relationship: roles are added to the one that is there. */
async function giveRoles(
  place: Pick<GdapPlace, 'graph'>,
  relationshipId: string,
  wanted: { groupId: string; roleIds: readonly string[] },
  again = true,
): Promise<'changed' | 'unchanged'> {
  const { graph } = place;
  const present = (await listAssignments(graph, relationshipId)).find(
    ({ accessContainer, status }) =>
      accessContainer?.accessContainerId === wanted.groupId && status !== 'deleted' && status !== 'deleting',
  );
  if (present) {
    const held = rolesOf(present);
    if (present.status !== 'error' && wanted.roleIds.every((role) => held.includes(role))) return 'unchanged';
    await addToAssignment(graph, relationshipId, present, wanted.roleIds);
    return 'changed';
  }
  try {
    await createAssignment(graph, relationshipId, wanted);
    return 'changed';
  } catch (error) {
    // Made a moment ago, by a press whose answer was lost or by a colleague.
    if (!again || !(error instanceof MicrosoftError) || error.status !== 409) throw error;
    return giveRoles(place, relationshipId, wanted, false);
  }
}

function statusOf(gdap: GdapDoc | undefined, relationshipId: string, groupId: string): string {
  const assignments = gdap?.relationships.find(({ id }) => id === relationshipId)?.assignments ?? [];
  return assignments.find((assignment) => assignment.groupId === groupId)?.status ?? 'pending';
}

// The partner's groups by name: saved by each discovery, so that pages can say which group gives a role and offer those that
// could.
import { isDeepStrictEqual } from 'node:util';
import { type GraphClient, MicrosoftError } from '../microsoft/microsoft.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type PartnerGroupsDoc, partnerGroupsDoc, type RelationshipEvidence } from './documents.ts';
import { type AssignmentReading, type OwnGroup, readGroupNames } from './gdap-read.ts';

/** Names of so many are kept: the document stays small, and what is beyond is shown by its id. */
const KEPT = 300;

function partnerGroupsId(connectionId: string): string {
  return `partnerGroups:${connectionId}`;
}

/** The names that the newest discovery saw; undefined before the first. */
export async function readPartnerGroups(
  workspace: WorkspaceStore,
  connectionId: string,
): Promise<PartnerGroupsDoc | undefined> {
  return (await readAs(workspace.workspace, partnerGroupsId(connectionId), partnerGroupsDoc))?.doc;
}

/**
 * Saves the names. Groups that assignments name and the account is not in are asked for once; a name that could not be read
 * now stays as it was.
 */
export async function savePartnerGroups(
  workspace: WorkspaceStore,
  graph: GraphClient,
  seen: {
    connectionId: string;
    memberships: ReadonlyMap<string, OwnGroup>;
    assignments: readonly AssignmentReading[];
  },
): Promise<void> {
  const { connectionId, memberships } = seen;
  const named = new Set(seen.assignments.flatMap((reading) => (reading.ok ? reading.assignments : [])).map(groupIdOf));
  const foreign = [...named].filter((id) => !memberships.has(id)).slice(0, KEPT);
  const read = await namesOf(graph, foreign);
  const id = partnerGroupsId(connectionId);
  await updateDoc(workspace.workspace, id, partnerGroupsDoc, (before) => {
    const others = new Map((before?.others ?? []).map((group) => [group.id, group.name]));
    for (const [groupId, name] of read) others.set(groupId, name);
    for (const groupId of memberships.keys()) others.delete(groupId);
    const own = [...memberships.values()].filter(({ security }) => security);
    const after: PartnerGroupsDoc = {
      id,
      type: 'partnerGroups',
      schemaVersion: 1,
      connectionId,
      own: own
        .map(({ id: groupId, name }) => ({ id: groupId, name }))
        .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.id.localeCompare(b.id))
        .slice(0, KEPT),
      others: [...others].map(([groupId, name]) => ({ id: groupId, name })).slice(-KEPT),
    };
    return before && isDeepStrictEqual(before, after) ? undefined : after;
  });
}

/** Names are a comfort: a discovery does not fail for them. */
async function namesOf(graph: GraphClient, groupIds: readonly string[]): Promise<ReadonlyMap<string, string | null>> {
  try {
    return await readGroupNames(graph, groupIds);
  } catch (error) {
    if (error instanceof MicrosoftError) return new Map();
    throw error;
  }
}

function groupIdOf({ groupId }: RelationshipEvidence['assignments'][number]): string {
  return groupId;
}

// Members of a workspace and their roles. Keyed by tenant id and object id; usernames are for showing only.
import { z } from 'zod';
import type { App } from '../app.ts';
import { notFound, Problem } from '../errors.ts';
import { isStoreError } from '../store/port.ts';
import { listAs, readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type Actor, audit } from './audit.ts';
import { type MemberDoc, memberDoc, type Role, roles } from './documents.ts';
import { plainName } from './plain-name.ts';

export const memberInput = z.object({
  objectId: z.guid('The object id is a GUID: Entra admin centre, Users, the person, Object ID.').toLowerCase(),
  name: plainName(100, 'Give a name.'),
  username: z.string().trim().max(120).default(''),
  role: z.enum(roles),
});
export type MemberInput = z.infer<typeof memberInput>;

/** `member:{tenantId}:{objectId}` */
export function memberId(account: { tenantId: string; objectId: string }): string {
  return `member:${account.tenantId}:${account.objectId}`;
}

export function actorOf(member: MemberDoc): Actor {
  return { id: member.id, name: member.name };
}

/** The membership as it is now: read at each request, never kept in a session. */
export async function readMember(
  workspace: WorkspaceStore,
  account: { tenantId: string; objectId: string },
): Promise<MemberDoc | undefined> {
  return (await readAs(workspace.workspace, memberId(account), memberDoc))?.doc;
}

/** All members, in order of name. */
export async function listMembers(workspace: WorkspaceStore): Promise<readonly MemberDoc[]> {
  const members = await listAs(workspace.workspace, { type: 'member', limit: 1000 }, memberDoc);
  return [...members].sort((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
}

/**
 * Adds somebody of the workspace's own tenant.
 * @throws Problem 409 when they are a member already.
 */
export async function addMember(
  app: Pick<App, 'clock' | 'ids'>,
  workspace: WorkspaceStore,
  by: MemberDoc,
  input: MemberInput,
): Promise<MemberDoc> {
  const account = { tenantId: workspace.workspaceId, objectId: input.objectId };
  const added: MemberDoc = {
    id: memberId(account),
    type: 'member',
    schemaVersion: 1,
    ...account,
    role: input.role,
    name: input.name,
    username: input.username,
    addedAt: new Date(app.clock.now()).toISOString(),
    addedBy: by.id,
  };
  try {
    await workspace.workspace.create(added);
  } catch (error) {
    if (isStoreError(error, 'conflict')) throw conflict('member_exists', 'This person is a member already.');
    throw error;
  }
  const details = { role: added.role, name: added.name };
  await audit(app, workspace, { action: 'member.added', actor: actorOf(by), subject: added.id, details });
  return added;
}

/** @throws Problem 404 for no such member, 409 for the last Admin. */
export async function changeRole(
  app: Pick<App, 'clock' | 'ids'>,
  workspace: WorkspaceStore,
  by: MemberDoc,
  change: { memberId: string; role: Role },
): Promise<MemberDoc> {
  const before = await findMember(workspace, change.memberId);
  if (before.role === change.role) return before;
  if (change.role !== 'Admin') await changeAdmins(workspace, before, { ...before, role: change.role });
  else
    await updateDoc(workspace.workspace, before.id, memberDoc, (member) => member && { ...member, role: change.role });
  const details = { from: before.role, to: change.role };
  await audit(app, workspace, { action: 'member.changed', actor: actorOf(by), subject: before.id, details });
  return { ...before, role: change.role };
}

/** @throws Problem 404 for no such member, 409 for the last Admin. */
export async function removeMember(
  app: Pick<App, 'clock' | 'ids'>,
  workspace: WorkspaceStore,
  by: MemberDoc,
  id: string,
): Promise<void> {
  const before = await findMember(workspace, id);
  if (before.role === 'Admin') await changeAdmins(workspace, before, undefined);
  else await workspace.workspace.delete(before.id);
  const details = { name: before.name };
  await audit(app, workspace, { action: 'member.removed', actor: actorOf(by), subject: before.id, details });
}

/**
 * Takes the role of one Admin away while another keeps it. The other's document is rewritten in the same batch, so that
 * two Admins who remove each other at once cannot both succeed.
 */
async function changeAdmins(workspace: WorkspaceStore, before: MemberDoc, after: MemberDoc | undefined): Promise<void> {
  const other = (await listMembers(workspace)).find(({ role, id }) => role === 'Admin' && id !== before.id);
  const keeper = other && (await readAs(workspace.workspace, other.id, memberDoc));
  const leaver = await readAs(workspace.workspace, before.id, memberDoc);
  if (!leaver) throw notFound('member');
  if (keeper?.doc.role !== 'Admin')
    throw conflict('last_admin', 'This is the only Admin. Make someone else an Admin first.');
  try {
    await workspace.workspace.batch([
      { kind: 'replace', doc: keeper.doc, etag: keeper.etag },
      after ? { kind: 'replace', doc: after, etag: leaver.etag } : { kind: 'delete', id: before.id, etag: leaver.etag },
    ]);
  } catch (error) {
    if (isStoreError(error, 'preconditionFailed') || isStoreError(error, 'notFound'))
      throw conflict('members_changed', 'Somebody changed the members at the same moment.');
    throw error;
  }
}

/** The member with this id. @throws Problem 404 for no such member. */
export async function findMember(workspace: WorkspaceStore, id: string): Promise<MemberDoc> {
  // The partition holds other kinds of documents too: only an id of a member is looked up.
  const stored = id.startsWith('member:') ? await readAs(workspace.workspace, id, memberDoc) : undefined;
  if (!stored) throw notFound('member');
  return stored.doc;
}

function conflict(code: string, meaning: string): Problem {
  const whatToDo = 'Look at the list of members and try again.';
  return new Problem(409, { code, meaning, whoActs: 'msp', whatToDo, retryHelps: false });
}

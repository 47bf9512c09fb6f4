// Requests a GDAP relationship and locks it for approval. Nothing is kept of a request that was begun: what Microsoft has says
// where to go on, and names are the same each time, so that pressing again never makes a second one.
import { z } from 'zod';
import { type Actor, audit } from '../access/audit.ts';
import type { App } from '../app.ts';
import { MicrosoftError } from '../microsoft/microsoft.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { noteAccess } from '../timeline/note-access.ts';
import { followGdap } from './gdap-follow.ts';
import { type GdapPlace, keepRelationship, openGdapPlace } from './gdap-place.ts';
import { explainingRefusal, gdapProblem } from './gdap-problems.ts';
import type { GraphRelationship } from './gdap-read.ts';
import {
  approvalLink,
  autoExtendFor,
  DEFAULT_DURATION,
  durationDays,
  isOwnName,
  relationshipDuration,
  relationshipName,
} from './gdap-terms.ts';
import { createRelationship, lockRelationship, relationshipNamed, relationshipsWith, rolesOf } from './gdap-wire.ts';
import { rolesToRequest, sameRoles } from './role-presets.ts';
import { knownRoleId, type Role, roleOf } from './roles.ts';

/** Both are optional: the roles of the profile, and two years. */
export const gdapRequestInput = z.strictObject({
  roleIds: z.array(knownRoleId).min(1, 'Choose one role at least.').max(40).optional(),
  duration: relationshipDuration.optional(),
});
export type GdapRequestInput = z.infer<typeof gdapRequestInput>;

export interface RequestedRelationship {
  relationshipId: string;
  name: string;
  status: GraphRelationship['status'];
  roles: readonly Role[];
  duration: string;
  autoExtendDuration: string;
  /** For a Global Administrator of the customer. */
  approvalLink: string;
  /** False where an open request was found that asks for the same. */
  created: boolean;
}

/**
 * Makes sure that a request with the wanted roles waits for the customer's approval: takes up one that is open, or creates
 * it, and locks it.
 * @param asked `follow` false leaves it to the hourly discovery to see what becomes of the request
 * @throws Problem 404 for no such customer, 409 with what stands in the way; MicrosoftError explained by the catalogue
 */
export async function requestRelationship(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  asked: { tenantId: string; follow?: boolean } & GdapRequestInput,
): Promise<RequestedRelationship> {
  const place = await openGdapPlace(app, workspace, asked.tenantId);
  const wanted = { roleIds: asked.roleIds ?? rolesToRequest(place.settings.roleProfile), exactly: !!asked.roleIds };
  if (wanted.roleIds.length === 0) throw gdapProblem('gdap_no_roles');
  const terms: Terms = { ...wanted, duration: asked.duration };
  const existing = await relationshipsWith(place.graph, asked.tenantId);
  const open = existing.find((relationship) => answersTo(relationship, terms));
  const started = open ?? (await explainingRefusal(app, place, () => create(place, terms, existing)));
  const { relationship, locked } = await explainingRefusal(app, place, () => lockRelationship(place.graph, started));
  const requested = describe(relationship, !open, app.config.portals.adminOrigin);
  if (requested.created || locked) {
    const { relationshipId, name, duration, autoExtendDuration, created } = requested;
    const roles = requested.roles.map((role) => role.name).join(', ');
    const details = { relationshipId, name, roles, duration, autoExtendDuration, created, locked };
    const subject = `customer:${asked.tenantId}`;
    await audit(app, workspace, { action: 'gdap.requested', actor: by, subject, details });
    if (asked.follow !== false) await followGdap(place);
  }
  await keepRelationship(place, relationship);
  await noteAccess(app, workspace, asked.tenantId, by);
  return requested;
}

interface Terms {
  roleIds: readonly string[];
  /** The roles were chosen for this request: an open one with more of them is another. */
  exactly: boolean;
  duration: string | undefined;
}

const waiting = new Set(['approvalPending', 'approved', 'activating']);

/**
 * Whether an existing relationship is the request that is wanted, on its way already. One in `created` that is not ours may
 * still be in somebody's hands in Partner Center.
 */
function answersTo(relationship: GraphRelationship, terms: Terms): boolean {
  const ours = relationship.status === 'created' && isOwnName(relationship.displayName ?? '');
  if (!ours && !waiting.has(relationship.status)) return false;
  const roles = rolesOf(relationship);
  const fits = terms.exactly ? sameRoles(roles, terms.roleIds) : terms.roleIds.every((role) => roles.includes(role));
  if (!fits || terms.duration === undefined || !relationship.duration) return fits;
  return durationDays(relationship.duration) === durationDays(terms.duration);
}

const NAMES_TRIED = 20;

/** Creates it under the first free name. */
async function create(
  place: GdapPlace,
  terms: Terms,
  existing: readonly GraphRelationship[],
): Promise<GraphRelationship> {
  const taken = new Set(existing.map(({ displayName }) => displayName?.toLowerCase()));
  for (let ordinal = 1; ordinal <= existing.length + NAMES_TRIED; ordinal += 1) {
    const displayName = relationshipName(place.customer, ordinal);
    if (taken.has(displayName.toLowerCase())) continue;
    const created = await createNamed(place, terms, displayName);
    if (created) return created;
  }
  throw gdapProblem('gdap_name_unsettled');
}

/**
 * Undefined where the name is another's. One that is taken may also be our own, by a request whose answer was lost: that is
 * taken up.
 */
async function createNamed(
  { graph, customer }: GdapPlace,
  terms: Terms,
  displayName: string,
): Promise<GraphRelationship | undefined> {
  const { roleIds, duration = DEFAULT_DURATION } = terms;
  const { tenantId } = customer;
  try {
    const autoExtendDuration = autoExtendFor(roleIds);
    return await createRelationship(graph, { displayName, tenantId, roleIds, duration, autoExtendDuration });
  } catch (error) {
    if (!(error instanceof MicrosoftError) || error.status !== 409) throw error;
    const same = await relationshipNamed(graph, displayName);
    if (!same) throw gdapProblem('gdap_name_unsettled', { cause: error });
    return same.customer?.tenantId === tenantId && answersTo(same, terms) ? same : undefined;
  }
}

function describe(relationship: GraphRelationship, created: boolean, adminOrigin: string): RequestedRelationship {
  return {
    relationshipId: relationship.id,
    name: relationship.displayName ?? '',
    status: relationship.status,
    roles: rolesOf(relationship).map(roleOf),
    duration: relationship.duration ?? '',
    autoExtendDuration: relationship.autoExtendDuration ?? 'PT0S',
    approvalLink: approvalLink(relationship.id, adminOrigin),
    created,
  };
}

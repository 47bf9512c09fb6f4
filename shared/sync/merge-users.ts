// How one item of a users delta, or one user's sign-ins, changes the stored user. Pure, and the same however often repeated.
import type { UserDoc } from './documents.ts';
import { standingOf } from './standing.ts';
import type { GraphSignIn, GraphUser } from './wire.ts';

export function userDocId(userId: string): string {
  return `user:${userId}`;
}

export interface MergeContext {
  /** `full`: the item says everything about the user. `delta`: what it does not say has not changed. */
  mode: 'full' | 'delta';
  /** The generation that users of this read carry. */
  generation: number;
  nowMs: number;
}

/** `incomplete`: a change of a user of whom nothing is known, so that what is stored cannot be whole. */
export type MergeOutcome = { kind: 'user'; doc: UserDoc } | { kind: 'removed' } | { kind: 'incomplete' };

/**
 * Merges one item into the user as it stands. `@removed` takes the user away whether it was deleted for good or is in the
 * recycle bin (from where it would come back as a whole item). In a full read a user that was read already carries its
 * generation; a second item about it is then a change.
 * https://learn.microsoft.com/graph/delta-query-overview
 */
export function mergeUser(existing: UserDoc | undefined, item: GraphUser, context: MergeContext): MergeOutcome {
  if (item['@removed']) return { kind: 'removed' };
  const partial = context.mode === 'delta' || existing?.generation === context.generation;
  const base = partial ? existing : undefined;
  const userPrincipalName = item.userPrincipalName ?? base?.userPrincipalName;
  if (userPrincipalName === undefined) return { kind: 'incomplete' };
  const told = <T>(value: T | null | undefined, before: T | null | undefined): T | null =>
    value === undefined ? (before ?? null) : value;
  const facts = {
    licences: item.assignedLicenses ? skuIds(item.assignedLicenses) : (base?.licences ?? []),
    accountEnabled: item.accountEnabled ?? base?.accountEnabled ?? true,
    lastSignInAt: existing?.lastSignInAt ?? null,
    signInReadAt: existing?.signInReadAt ?? null,
  };
  const doc: UserDoc = {
    id: userDocId(item.id),
    type: 'user',
    schemaVersion: 1,
    userId: item.id,
    generation: context.generation,
    displayName: told(item.displayName, base?.displayName),
    userPrincipalName,
    mail: told(item.mail, base?.mail),
    mobilePhone: told(item.mobilePhone, base?.mobilePhone),
    department: told(item.department, base?.department),
    officeLocation: told(item.officeLocation, base?.officeLocation),
    userType: told(item.userType, base?.userType),
    ...facts,
    standing: standingOf(facts, context.nowMs),
  };
  return { kind: 'user', doc };
}

/** The user with its newest sign-in; the very same document where nothing is new. */
export function mergeSignIn(user: UserDoc, item: GraphSignIn, nowMs: number): UserDoc {
  const lastSignInAt = newestSignIn(item);
  const told = user.signInReadAt === null || user.lastSignInAt !== lastSignInAt;
  const facts = {
    ...user,
    lastSignInAt,
    signInReadAt: told ? new Date(nowMs).toISOString() : user.signInReadAt,
  };
  const standing = standingOf(facts, nowMs);
  return told || standing !== user.standing ? { ...facts, standing } : user;
}

/**
 * When a user last signed in. The successful one where Microsoft tells it: the other two are attempts, so an abandoned
 * account that is being attacked would look busy. Null for a user who never did.
 * https://learn.microsoft.com/graph/api/resources/signinactivity
 */
export function newestSignIn({ signInActivity }: GraphSignIn): string | null {
  if (!signInActivity) return null;
  if (signInActivity.lastSuccessfulSignInDateTime) return signInActivity.lastSuccessfulSignInDateTime;
  const interactive = signInActivity.lastSignInDateTime ?? null;
  const other = signInActivity.lastNonInteractiveSignInDateTime ?? null;
  if (interactive === null || other === null) return interactive ?? other;
  return Date.parse(other) > Date.parse(interactive) ? other : interactive;
}

function skuIds(assigned: NonNullable<GraphUser['assignedLicenses']>): string[] {
  return [...new Set(assigned.flatMap(({ skuId }) => skuId ?? []))].sort();
}

// One document before and after a run, and the event that the difference raises. Pure.
import type { LicenceDoc, OrganizationDoc, SubscriptionDoc, SyncEvent, UserDoc } from './documents.ts';

export type DirectoryDoc = OrganizationDoc | LicenceDoc | SubscriptionDoc | UserDoc;
export type DirectoryType = DirectoryDoc['type'];

/** At least one of `before` and `after` is there, and they differ. */
export interface DocChange {
  id: string;
  before: DirectoryDoc | undefined;
  after: DirectoryDoc | undefined;
}

/** An event without what only its place in the sequence gives it. */
export type EventDraft = Pick<SyncEvent, 'kind' | 'subject' | 'changes'>;

/**
 * The fields whose change is worth an event. The rest is ours (generation, standing) or told by a dataset that raises
 * none (sign-ins: they would tell the time of day that each person starts work).
 */
const eventFields = {
  organization: ['displayName', 'countryLetterCode', 'tenantType', 'createdDateTime', 'verifiedDomains'],
  licence: [
    'skuId',
    'skuPartNumber',
    'capabilityStatus',
    'appliesTo',
    'enabled',
    'consumed',
    'suspended',
    'warning',
    'lockedOut',
    'unused',
    'subscriptionIds',
  ],
  subscription: [
    'subscriptionId',
    'commerceSubscriptionId',
    'skuId',
    'skuPartNumber',
    'status',
    'totalLicenses',
    'isTrial',
    'createdDateTime',
    'nextLifecycleDateTime',
    'ownerTenantId',
  ],
  user: [
    'userId',
    'displayName',
    'userPrincipalName',
    'mail',
    'mobilePhone',
    'department',
    'officeLocation',
    'userType',
    'accountEnabled',
    'licences',
  ],
} as const satisfies Record<DirectoryType, readonly string[]>;

/**
 * The event of a change, or undefined where nothing that raises one has changed. An added object tells each field from
 * null, a removed one each to null, so that a chain of events can be followed from nothing to nothing.
 */
export function eventOf(change: DocChange): EventDraft | undefined {
  const doc = change.after ?? change.before;
  if (!doc) return undefined;
  const changes = changedFields(doc.type, change.before, change.after);
  if (Object.keys(changes).length === 0) return undefined;
  return { kind: eventKind(doc.type, change), subject: subjectOf(doc), changes };
}

/** Whether two documents of one id say the same, in every field that is stored. */
export function sameDoc(left: DirectoryDoc | undefined, right: DirectoryDoc | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  const names = Object.keys(left);
  if (names.length !== Object.keys(right).length) return false;
  return names.every((name) => sameValue(Reflect.get(left, name), Reflect.get(right, name)));
}

function changedFields(
  type: DirectoryType,
  before: DirectoryDoc | undefined,
  after: DirectoryDoc | undefined,
): EventDraft['changes'] {
  const changes: EventDraft['changes'] = {};
  for (const field of eventFields[type]) {
    const from: unknown = (before && Reflect.get(before, field)) ?? null;
    const to: unknown = (after && Reflect.get(after, field)) ?? null;
    if (!sameValue(from, to)) changes[field] = { from, to };
  }
  return changes;
}

function eventKind(type: DirectoryType, { before, after }: DocChange): EventDraft['kind'] {
  if (type === 'organization') return 'organization.updated';
  if (!before) return `${type}.added`;
  return after ? `${type}.updated` : `${type}.removed`;
}

function subjectOf(doc: DirectoryDoc): string {
  if (doc.type === 'organization') return doc.tenantId;
  if (doc.type === 'licence') return doc.skuId;
  return doc.type === 'subscription' ? doc.subscriptionId : doc.userId;
}

function sameValue(left: unknown, right: unknown): boolean {
  if (Object.is(left, right)) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  return JSON.stringify(left) === JSON.stringify(right);
}

// Documents of the `directory` container (one partition per workspace and tenant), of events, and the customer's sync row.
import { z } from 'zod';
import { explanationSchema } from '../connections/documents.ts';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

export const datasetNames = ['organization', 'licences', 'subscriptions', 'users', 'signIns'] as const;
export type DatasetName = (typeof datasetNames)[number];

export const datasetState = z.object({
  /** When its data was last read in full or found unchanged; null before the first time. */
  asOf: z.iso.datetime().nullable(),
  count: z.number().int(),
  /** Of the normalised answer, for datasets that have no delta. */
  hash: z.string().nullable(),
  /** The newest failure and since when; the data stays as it was. */
  error: z.object({ explanation: explanationSchema, since: z.iso.datetime() }).nullable(),
  /** Why the tenant cannot have this dataset: for want of a licence. Asked again once a week. */
  unavailable: z.string().nullable(),
  /** When Microsoft was last asked for it, whatever came of it. */
  checkedAt: z.iso.datetime().nullable(),
  /** Since when the answers are empty while data is stored; a second empty answer in a later run is believed. */
  emptySince: z.iso.datetime().nullable(),
});
export type DatasetState = z.infer<typeof datasetState>;

/** id `state`: where a tenant's sync stands. Its etag fences every write of a run. */
export const syncStateDoc = z.object({
  ...base,
  id: z.literal('state'),
  type: z.literal('syncState'),
  tenantId: z.guid(),
  datasets: z.object({
    organization: datasetState,
    licences: datasetState,
    subscriptions: datasetState,
    users: datasetState,
    signIns: datasetState,
  }),
  /** Graph's delta link for users; null before the first full read and after a reset. */
  usersDeltaLink: z.string().nullable(),
  /** A read of users under way: its next page, or the removal of users that a full read did not find. */
  usersCheckpoint: z
    .object({
      mode: z.enum(['full', 'delta']),
      stage: z.enum(['reading', 'sweeping']),
      nextLink: z.string().nullable(),
      deltaLink: z.string().nullable(),
    })
    .nullable(),
  /** Users whose generation is older were not in the newest full read. */
  usersGeneration: z.number().int(),
  /** How many stored users carry `usersGeneration`; all of them do unless a full read is under way. */
  usersOfGeneration: z.number().int(),
  usersFullReadAt: z.iso.datetime().nullable(),
  /** A read of sign-ins under way: its next page, and how many users it has told of. */
  signInsCheckpoint: z.object({ nextLink: z.string(), count: z.number().int() }).nullable(),
  /** Set once the first full sync ended; before it nothing raises an event. */
  baselineAt: z.iso.datetime().nullable(),
  /** When a run last asked with a token that Microsoft had just given. */
  freshTokenAt: z.iso.datetime().nullable().default(null),
  /** When it was last asked whether the tenant still has the licence that sign-ins need. */
  licenceProbedAt: z.iso.datetime().nullable().default(null),
  /** The newest event's number, and the newest that is known to have left the outbox. */
  sequence: z.number().int(),
  flushedSequence: z.number().int(),
  claim: z.object({ runId: z.string(), until: z.iso.datetime() }).nullable(),
  status: z.enum(['Pending', 'Syncing', 'Success', 'AuthError']),
  lastRunAt: z.iso.datetime().nullable(),
  lastSuccessAt: z.iso.datetime().nullable(),
  explanation: explanationSchema.nullable(),
  /** Kept current by each run, so that pages need not count. */
  counts: z.object({
    users: z.number().int(),
    licensedDisabledUsers: z.number().int(),
    /** Licensed and enabled but not signed in for 30 days or ever; null until sign-ins were read once. */
    licensedInactiveUsers: z.number().int().nullable(),
    licences: z.number().int(),
    unusedSeats: z.number().int(),
    /** The same without free products, whose seats nobody pays for. */
    unusedPaidSeats: z.number().int(),
  }),
});
export type SyncStateDoc = z.infer<typeof syncStateDoc>;

/** id `organization` */
export const organizationDoc = z.object({
  ...base,
  id: z.literal('organization'),
  type: z.literal('organization'),
  tenantId: z.guid(),
  displayName: z.string(),
  countryLetterCode: z.string().nullable(),
  tenantType: z.string().nullable(),
  createdDateTime: z.string().nullable(),
  verifiedDomains: z.array(z.object({ name: z.string(), isDefault: z.boolean(), isInitial: z.boolean() })),
});
export type OrganizationDoc = z.infer<typeof organizationDoc>;

/** id `licence:{skuId}`: one product that the tenant holds. */
export const licenceDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('licence'),
  skuId: z.string(),
  skuPartNumber: z.string(),
  capabilityStatus: z.string(),
  appliesTo: z.string(),
  enabled: z.number().int(),
  consumed: z.number().int(),
  suspended: z.number().int(),
  warning: z.number().int(),
  lockedOut: z.number().int(),
  /** enabled − consumed, not below zero; suspended and warning seats apart. */
  unused: z.number().int(),
  subscriptionIds: z.array(z.string()),
});
export type LicenceDoc = z.infer<typeof licenceDoc>;

/** id `subscription:{subscriptionId}` */
export const subscriptionDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('subscription'),
  subscriptionId: z.string(),
  commerceSubscriptionId: z.string().nullable(),
  skuId: z.string(),
  skuPartNumber: z.string(),
  status: z.string(),
  totalLicenses: z.number().int(),
  isTrial: z.boolean(),
  createdDateTime: z.string().nullable(),
  nextLifecycleDateTime: z.string().nullable(),
  ownerTenantId: z.string().nullable(),
});
export type SubscriptionDoc = z.infer<typeof subscriptionDoc>;

/**
 * Where a user stands, for counting seats. `unlicensed` whether enabled or not; `disabled` holds a licence but may not
 * sign in; `inactive` holds one, may sign in, and has not for 30 days or ever; `active` is everyone else with a licence.
 */
export const standings = ['unlicensed', 'disabled', 'inactive', 'active'] as const;
export type Standing = (typeof standings)[number];

/** id `user:{userId}` */
export const userDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('user'),
  userId: z.string(),
  generation: z.number().int(),
  displayName: z.string().nullable(),
  userPrincipalName: z.string(),
  mail: z.string().nullable(),
  mobilePhone: z.string().nullable(),
  department: z.string().nullable(),
  officeLocation: z.string().nullable(),
  userType: z.string().nullable(),
  accountEnabled: z.boolean(),
  /** SKU ids, sorted. */
  licences: z.array(z.string()),
  /** The newest sign-in that Microsoft reports, from the sign-ins dataset. Raises no event. */
  lastSignInAt: z.string().nullable(),
  /** When the sign-ins dataset first spoke of this user or last changed it; null when it never did. */
  signInReadAt: z.string().nullable(),
  /** As of the last write; the daily read of sign-ins brings it up to date. Raises no event. */
  standing: z.enum(standings),
});
export type UserDoc = z.infer<typeof userDoc>;

export const eventKinds = [
  'customer.synced',
  'organization.updated',
  'licence.added',
  'licence.updated',
  'licence.removed',
  'subscription.added',
  'subscription.updated',
  'subscription.removed',
  'user.added',
  'user.updated',
  'user.removed',
] as const;

/** One change, told once. `changes` holds, of each changed field, the value before and after. */
export const eventSchema = z.object({
  eventId: z.string(),
  kind: z.enum(eventKinds),
  tenantId: z.guid(),
  subject: z.string(),
  /** Counts up within a customer without a gap. */
  sequence: z.number().int(),
  at: z.iso.datetime(),
  changes: z.record(z.string(), z.object({ from: z.unknown(), to: z.unknown() })),
});
export type SyncEvent = z.infer<typeof eventSchema>;

/** In `directory`, id `outbox:{sequence, 12 digits}`: an event on its way out. */
export const outboxDoc = z.object({ ...base, id: z.string(), type: z.literal('outbox'), event: eventSchema });
export type OutboxDoc = z.infer<typeof outboxDoc>;
/** In `events`, partition workspace + day of `at`, id `{tenantId}:{sequence, 12 digits}`. */
export const eventDoc = z.object({ ...base, id: z.string(), type: z.literal('event'), event: eventSchema });

/**
 * In `customers`, id `sync:{tenantId}`: the customer's sync as a row of a list needs it. Written when its words or
 * counts change, not at each run: the exact time of the last sync is in the tenant's `state`.
 */
export const syncRowDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('sync'),
  tenantId: z.guid(),
  status: z.enum(['Pending', 'Syncing', 'Success', 'AuthError', 'Paused']),
  statusSince: z.iso.datetime(),
  explanation: explanationSchema.nullable(),
  firstSyncedAt: z.iso.datetime().nullable(),
  counts: syncStateDoc.shape.counts.nullable(),
  /** Datasets that were read once and that the tenant has no licence for any more. */
  unlicensed: z.array(z.enum(datasetNames)).default([]),
});
export type SyncRowDoc = z.infer<typeof syncRowDoc>;

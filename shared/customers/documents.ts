// Documents of the `customers` container that discovery writes. Consent has its own, so that they never fight for an etag.
import { z } from 'zod';
import { explanationSchema } from '../connections/documents.ts';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

/** id `customer:{tenantId}`: who the customer is. */
export const customerDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('customer'),
  tenantId: z.guid(),
  connectionId: z.guid(),
  name: z.string(),
  domain: z.string().nullable(),
  sources: z.array(z.enum(['gdap', 'contracts', 'partnerCenter', 'single'])),
  firstSeenAt: z.iso.datetime(),
  /** When discovery no longer found it anywhere; its data stays. */
  missingSince: z.iso.datetime().nullable(),
});
export type CustomerDoc = z.infer<typeof customerDoc>;

/** Graph's list, and the one to assume for a value that Microsoft adds later. */
export const relationshipStatuses = [
  'created',
  'approvalPending',
  'approved',
  'activating',
  'active',
  'expiring',
  'expired',
  'terminationRequested',
  'terminating',
  'terminated',
  'unknownFutureValue',
] as const;

export const relationshipEvidence = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(relationshipStatuses),
  etag: z.string(),
  /** When it was requested. */
  createdAt: z.string().exactOptional(),
  activatedAt: z.string().nullable(),
  endAt: z.string().nullable(),
  /** ISO 8601; `PT0S` or `P0D` when it does not extend itself. */
  autoExtendDuration: z.string(),
  roles: z.array(z.guid()),
  assignments: z.array(
    z.object({
      id: z.string(),
      status: z.enum(['pending', 'active', 'deleting', 'deleted', 'error', 'unknownFutureValue']),
      groupId: z.string(),
      roles: z.array(z.guid()),
    }),
  ),
  /** When the assignments were last read; null while they never were. */
  assignmentsReadAt: z.string().nullable(),
});
export type RelationshipEvidence = z.infer<typeof relationshipEvidence>;

/** id `gdap:{tenantId}`: what GDAP gives, as evidence; the status is derived from it and from the time. */
export const gdapDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('gdap'),
  tenantId: z.guid(),
  connectionId: z.guid(),
  /** False for single tenants: GDAP does not apply. */
  applies: z.boolean(),
  relationships: z.array(relationshipEvidence),
  /** Of the groups named in assignments, those that the service account is in, transitively. */
  memberOf: z.array(z.string()),
  /** Null until a read succeeded once. */
  readAt: z.iso.datetime().nullable(),
  /** Set while the newest read failed. */
  error: explanationSchema.nullable(),
});
export type GdapDoc = z.infer<typeof gdapDoc>;

/** id `partnerGroups:{connectionId}`, in the workspace's own container: names of the groups that GDAP is given through. */
export const partnerGroupsDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('partnerGroups'),
  connectionId: z.guid(),
  /** Security groups that the service account is in, through other groups too. */
  own: z.array(z.object({ id: z.string(), name: z.string() })),
  /** Groups that assignments name and the account is not in; null for a deleted one. */
  others: z.array(z.object({ id: z.string(), name: z.string().nullable() })),
});
export type PartnerGroupsDoc = z.infer<typeof partnerGroupsDoc>;

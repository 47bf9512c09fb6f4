// Documents of the timeline: what was last told of a customer's access, the entries, and each entry as an event.
import { z } from 'zod';
import { consentStatuses } from '../consent/documents.ts';
import { gdapStatuses } from '../customers/gdap-status.ts';
import { lossCauses, timelineKinds } from './kinds.ts';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

/** How many days before the end of access a warning is told. */
export const warningDays = [30, 7, 1] as const;

export const lossSchema = z.object({
  cause: z.enum(lossCauses),
  /** The dataset that needs the licence; null where all access is lost. */
  dataset: z.string().nullable(),
  since: z.iso.datetime(),
});
export type Loss = z.infer<typeof lossSchema>;

/** What the newest look at a customer saw. */
export const toldSchema = z.object({
  gdap: z.enum(gdapStatuses),
  consent: z.enum(consentStatuses),
  /** Code of the newest failed consent that was told; null once it was granted or asked for anew. */
  failure: z.string().nullable(),
  missing: z.boolean(),
  /** Relationships that wait to be approved, and those that are active. */
  requested: z.array(z.string()),
  active: z.array(z.string()),
  /** The newest warning of an end, and of which. */
  warned: z.object({ until: z.iso.datetime(), days: z.number().int() }).nullable(),
});
export type Told = z.infer<typeof toldSchema>;

/**
 * In container `customers`, id `access:{tenantId}`: what was last told. Entries are written in one batch with it, on
 * condition of its etag, so that each change is told once.
 */
export const accessDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('access'),
  tenantId: z.guid(),
  /** How many entries there were. */
  sequence: z.number().int(),
  /** Null until the first look, which only takes stock. */
  told: toldSchema.nullable(),
  /** Since when the customer is ready without a break; null while it is not. */
  haveSince: z.iso.datetime().nullable(),
  /** What was had and is lost now; empty while nothing is. */
  losses: z.array(lossSchema),
  /** The service account's name as a guest of this tenant, where it is one. */
  guestAccount: z.string().nullable().default(null),
  /** Entries that may not be among the workspace's events yet, by id. */
  unpublished: z.array(z.string()),
});
export type AccessDoc = z.infer<typeof accessDoc>;

export const timelineDetails = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
export type TimelineDetails = z.infer<typeof timelineDetails>;

/** In container `customers`, id `timeline:{tenantId}:{at}:{kind}`, with `:{subject}` where there is one. Only ever added. */
export const timelineDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('timeline'),
  tenantId: z.guid(),
  sequence: z.number().int(),
  at: z.iso.datetime(),
  kind: z.enum(timelineKinds),
  /** A member's id, `customer:…` for a customer's administrator, `microsoft`, or `tenantry` for the product itself. */
  by: z.string(),
  byName: z.string(),
  /** What it happened to where that is not the customer: a relationship, a link, a dataset. */
  subject: z.string().nullable(),
  details: timelineDetails,
});
export type TimelineDoc = z.infer<typeof timelineDoc>;

/** An entry of the timeline as an event: told once, in whatever order; `eventId` is the same however often it is read. */
export const accessEventSchema = z.object({
  eventId: z.string(),
  kind: z.enum(timelineKinds),
  tenantId: z.guid(),
  subject: z.string(),
  /** Counts the entries of the customer's timeline. */
  sequence: z.number().int(),
  at: z.iso.datetime(),
  by: z.string(),
  byName: z.string(),
  details: timelineDetails,
});
export type AccessEvent = z.infer<typeof accessEventSchema>;

/** In container `events`, partition workspace + day of `at`, id that of the entry. */
export const accessEventDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('accessEvent'),
  event: accessEventSchema,
});

export function accessDocId(tenantId: string): string {
  return `access:${tenantId}`;
}

/** What is known of a customer of which nothing was told yet. */
export function newAccess(tenantId: string): AccessDoc {
  return {
    id: accessDocId(tenantId),
    type: 'access',
    schemaVersion: 1,
    tenantId,
    sequence: 0,
    told: null,
    haveSince: null,
    losses: [],
    guestAccount: null,
    unpublished: [],
  };
}

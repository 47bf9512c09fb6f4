// What a removal leaves behind while it works and afterwards, and the message that drives it.
import { z } from 'zod';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

/** What is lost or kept: the preview of a removal, and what it did in the end. */
export const removalCounts = z.object({
  customers: z.number().int(),
  /** Users of those customers, which stay as contacts. */
  users: z.number().int(),
  licences: z.number().int(),
  /** Consent links, open or not. */
  links: z.number().int(),
  mappings: z.number().int(),
});
export type RemovalCounts = z.infer<typeof removalCounts>;

/** In container `workspaces`, id `removal:{connectionId}`: how the newest removal of a connection goes, or went. */
export const removalDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('removal'),
  /** Tells one removal of a connection from the next. */
  removalId: z.guid(),
  connectionId: z.guid(),
  kind: z.enum(['microsoft_csp', 'microsoft_single']),
  name: z.string(),
  /** The tenant that was connected. */
  tenantId: z.guid().nullable(),
  /** Whose app registration it signed in with. */
  app: z.enum(['tenantry', 'own']).default('tenantry'),
  status: z.enum(['queued', 'running', 'done']),
  requestedAt: z.iso.datetime(),
  requestedBy: z.object({ id: z.string(), name: z.string() }),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  /** What was there when it was asked for. */
  counts: removalCounts,
  /** Customers that are done, of how many. */
  done: z.number().int(),
  total: z.number().int(),
  /** Users that were kept as contacts so far. */
  contacts: z.number().int(),
});
export type RemovalDoc = z.infer<typeof removalDoc>;

/** What became of the app in a customer's tenant. */
export const appOutcomes = ['withdrawn', 'notThere', 'byHand'] as const;
export type AppOutcome = (typeof appOutcomes)[number];

/**
 * In container `customers`, id `leaving:{tenantId}`: a customer that is no customer any more, while what is stored of it is
 * taken away. It stands in for the customer's own document, so that a removal finds its way after a stop at any point.
 */
export const leavingDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('leaving'),
  /** Not `tenantId`: what carries that goes with the tenant. */
  leavingTenantId: z.guid(),
  connectionId: z.guid(),
  name: z.string(),
  domain: z.string().nullable(),
  /** The app that was granted there; null where none ever was. */
  appId: z.guid().nullable(),
  /** Whether automatic consent has left the partner app's own permissions there, or may have. */
  partnerGrant: z.boolean().default(false),
  app: z.enum(appOutcomes).nullable(),
  /** Why somebody has to take the app away by hand. */
  appNote: z.string().nullable(),
});
export type LeavingDoc = z.infer<typeof leavingDoc>;

/** In queue `discover`: take a connection away, a slice of its customers a message. */
export const removeMessage = z.object({
  kind: z.literal('remove'),
  workspaceId: z.guid(),
  connectionId: z.guid(),
  attempt: z.number().int().min(1),
});
export type RemoveMessage = z.infer<typeof removeMessage>;

export function removalDocId(connectionId: string): string {
  return `removal:${connectionId}`;
}

export function leavingDocId(tenantId: string): string {
  return `leaving:${tenantId}`;
}

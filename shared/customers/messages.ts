// What the `discover` queue carries about customers.
import { z } from 'zod';

export const discoverMessage = z.object({
  kind: z.literal('discover'),
  workspaceId: z.guid(),
  connectionId: z.guid(),
  attempt: z.number().int().min(1),
  /** A person asked: read everything again. */
  everything: z.boolean().default(false),
});
export type DiscoverMessage = z.infer<typeof discoverMessage>;

/** Follows what Microsoft still works on for one customer's GDAP, until it is done. */
export const followGdapMessage = z.object({
  kind: z.literal('followGdap'),
  workspaceId: z.guid(),
  tenantId: z.guid(),
  attempt: z.number().int().min(1),
});
export type FollowGdapMessage = z.infer<typeof followGdapMessage>;

/** Goes on with GDAP requests for many customers. */
export const gdapRunMessage = z.object({
  kind: z.literal('gdapRun'),
  workspaceId: z.guid(),
  gdapRunId: z.guid(),
  attempt: z.number().int().min(1),
});
export type GdapRunMessage = z.infer<typeof gdapRunMessage>;

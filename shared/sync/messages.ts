// What the `sync` queue carries.
import { z } from 'zod';

const about = { workspaceId: z.guid(), tenantId: z.guid(), attempt: z.number().int().min(1) };

/**
 * Why a run was asked for: the schedule, a person (Sync now), the run before it that was not done, or a customer that has
 * just become allowed to sync.
 */
export const syncTriggers = ['schedule', 'manual', 'continue', 'consented'] as const;
export type SyncTrigger = (typeof syncTriggers)[number];

export const syncMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('run'), trigger: z.enum(syncTriggers), ...about }),
  z.object({ kind: z.literal('probe'), ...about }),
  z.object({ kind: z.literal('sweep'), ...about }),
  z.object({ kind: z.literal('watch'), ...about }),
]);
export type SyncMessage = z.infer<typeof syncMessage>;
export type RunMessage = Extract<SyncMessage, { kind: 'run' }>;

// How far automatic consent of one customer has come. Part of its consent document, so that both change in one write.
import { z } from 'zod';

/**
 * `authorise`: Partner Center grants the partner app what it needs in the customer's tenant. `install`: the customer app is
 * brought into the tenant and given its roles. `withdraw`: the partner app's grant is taken back. `ended`: nothing is left
 * to do here; whether the customer app works is proven by the confirmation that every consent goes through.
 */
export const automaticSteps = ['authorise', 'install', 'withdraw', 'ended'] as const;
export type AutomaticStep = (typeof automaticSteps)[number];

export const automaticState = z.object({
  /** Of this start; messages of an earlier one do nothing. */
  runId: z.guid(),
  step: z.enum(automaticSteps),
  /** Number of the message that works it next, from 1, and when that is due. */
  attempt: z.number().int().min(1),
  dueAt: z.iso.datetime(),
  /** Until then a relationship that has just become active is not used. */
  notBefore: z.iso.datetime().nullable(),
  /** Looks in vain for what Microsoft was still passing on. */
  looks: z.number().int(),
  /** Failed tries since the start, and of taking the grant back. */
  failures: z.number().int(),
  withdrawals: z.number().int(),
  /** Whether the partner app's grant may be in the tenant. */
  authorised: z.boolean(),
  /** Where `withdraw` leads, and when: null at once. */
  next: z.enum(['authorise', 'ended']),
  nextAt: z.iso.datetime().nullable(),
  /** What it waits for when it stopped for want of that: it begins again by itself. */
  stoppedFor: z.enum(['gdap', 'connection']).nullable(),
  /** Taking the grant back did not work: it is still in the tenant. */
  residue: z.boolean(),
  startedAt: z.iso.datetime(),
  /** A member's id, or `tenantry` where the customer's strategy began it. */
  startedBy: z.string(),
  /** Of the batch that it was started in; null where it began by itself. */
  batchId: z.guid().nullable(),
});
export type AutomaticState = z.infer<typeof automaticState>;

/** id `automaticBatch`, in the workspace's own container: the newest start by a person, whose progress pages show. */
export const automaticBatchDoc = z.object({
  id: z.literal('automaticBatch'),
  type: z.literal('automaticBatch'),
  schemaVersion: z.literal(1),
  batchId: z.guid(),
  startedAt: z.iso.datetime(),
  startedBy: z.string(),
  startedByName: z.string(),
  total: z.number().int(),
});
export type AutomaticBatchDoc = z.infer<typeof automaticBatchDoc>;

/** Whether there is still work to do, taking the grant back included. */
export function isWorking(state: AutomaticState | null | undefined): state is AutomaticState {
  return state != null && state.step !== 'ended';
}

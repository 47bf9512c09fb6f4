// Documents of campaigns: a campaign and one entry for each customer in it. In container `customers`.
import { z } from 'zod';
import { explanationSchema } from '../connections/documents.ts';
import { actorSchema } from './documents.ts';

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

/** By links that customers are sent, or by the partner's own account, one customer after another, through GDAP. */
export const campaignMethods = ['customerAdmin', 'gdapAccount'] as const;
export type CampaignMethod = (typeof campaignMethods)[number];

/** What is done to every customer of a campaign in the background, one kind at a time. */
export const taskKinds = ['makeLinks', 'markSent', 'unmarkSent', 'remind', 'revoke', 'restore'] as const;
export type TaskKind = (typeof taskKinds)[number];

const taskSchema = z.object({
  taskId: z.guid(),
  kind: z.enum(taskKinds),
  by: actorSchema,
  at: z.iso.datetime(),
});
/** `from` is the position that the task has come to: all before it are done. */
const taskUnderWay = taskSchema.extend({ from: z.number().int().default(0) });

/** id `campaign:{campaignId}` */
export const campaignDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('consentCampaign'),
  campaignId: z.guid(),
  method: z.enum(campaignMethods),
  name: z.string(),
  /** The mail to customers, with placeholders; null for a run through GDAP. */
  letter: z.object({ subject: z.string(), text: z.string() }).nullable(),
  createdAt: z.iso.datetime(),
  createdBy: actorSchema,
  /** How many customers are in it. */
  customers: z.number().int(),
  /** Under way; null when there is nothing to do. */
  task: taskUnderWay.nullable(),
  /** What was done last to all of them, and to how many. */
  lastTask: taskSchema.extend({ changed: z.number().int() }).nullable(),
  /** A run that somebody stopped stands until it is gone on with. */
  stoppedAt: z.iso.datetime().nullable(),
});
export type CampaignDoc = z.infer<typeof campaignDoc>;

/** Where a step of a run through GDAP is. */
export const stepStates = ['atMicrosoft', 'answered', 'failed', 'skipped'] as const;

/** id `campaignEntry:{campaignId}:{tenantId}` */
export const campaignEntryDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('campaignEntry'),
  campaignId: z.guid(),
  tenantId: z.guid(),
  /** Its place in the campaign, from 0. */
  position: z.number().int(),
  linkId: z.guid().nullable(),
  /** Why no link could be made or renewed. */
  problem: explanationSchema.nullable(),
  /** When somebody said that the link was sent; Tenantry sends no mail itself. */
  sentAt: z.iso.datetime().nullable(),
  /** When reminders were drafted, the oldest first. */
  remindedAt: z.array(z.iso.datetime()),
  /** The newest step of a run; null while it waits for its turn. */
  step: z
    .object({
      state: z.enum(stepStates),
      at: z.iso.datetime(),
      by: actorSchema,
      explanation: explanationSchema.nullable(),
    })
    .nullable(),
  /** The task that was last done to it, and whether that changed anything. */
  done: z.object({ taskId: z.guid(), changed: z.boolean() }).nullable(),
});
export type CampaignEntryDoc = z.infer<typeof campaignEntryDoc>;

export function campaignDocId(campaignId: string): string {
  return `campaign:${campaignId}`;
}

export function entryDocId(campaignId: string, tenantId: string): string {
  return `campaignEntry:${campaignId}:${tenantId}`;
}

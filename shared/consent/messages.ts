// What the `consent` queue carries.
import { z } from 'zod';

const about = { workspaceId: z.guid(), tenantId: z.guid(), attempt: z.number().int().min(1) };

export const consentMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('confirm'), ...about }),
  z.object({ kind: z.literal('verify'), ...about }),
  z.object({ kind: z.literal('recheck'), ...about }),
  // One or more steps of automatic consent; `runId` says which start of it.
  z.object({ kind: z.literal('automatic'), ...about, runId: z.guid() }),
  // A part of what is done to all customers of a campaign.
  z.object({
    kind: z.literal('campaign'),
    workspaceId: about.workspaceId,
    campaignId: z.guid(),
    attempt: about.attempt,
  }),
]);
export type ConsentMessage = z.infer<typeof consentMessage>;
export type AutomaticMessage = Extract<ConsentMessage, { kind: 'automatic' }>;
export type ConfirmMessage = Extract<ConsentMessage, { kind: 'confirm' }>;
export type VerifyMessage = Extract<ConsentMessage, { kind: 'verify' }>;
export type CampaignMessage = Extract<ConsentMessage, { kind: 'campaign' }>;
export type RecheckMessage = Extract<ConsentMessage, { kind: 'recheck' }>;

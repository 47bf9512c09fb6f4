// What the `consent` queue carries.
import { z } from 'zod';

const about = { workspaceId: z.guid(), tenantId: z.guid(), attempt: z.number().int().min(1) };

export const consentMessage = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('confirm'), ...about }),
  z.object({ kind: z.literal('verify'), ...about }),
]);
export type ConsentMessage = z.infer<typeof consentMessage>;
export type ConfirmMessage = Extract<ConsentMessage, { kind: 'confirm' }>;
export type VerifyMessage = Extract<ConsentMessage, { kind: 'verify' }>;

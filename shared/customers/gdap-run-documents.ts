// Requests for GDAP of many customers at once: the run, and what became of each customer. They last as long as a request
// may stay unanswered.
import { z } from 'zod';
import { explanationSchema } from '../connections/documents.ts';
import { relationshipDuration } from './gdap-terms.ts';

/** 90 days, in seconds. */
export const RUN_TTL_SECONDS = 90 * 24 * 60 * 60;

const base = { schemaVersion: z.literal(1), ttl: z.number().optional() };

/** In container `customers`, id `gdapRun:{gdapRunId}` */
export const gdapRunDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('gdapRun'),
  gdapRunId: z.guid(),
  startedAt: z.iso.datetime(),
  startedBy: z.object({ id: z.string(), name: z.string() }),
  /** Null for those of the role profile. */
  roleIds: z.array(z.guid()).nullable(),
  duration: relationshipDuration.nullable(),
  total: z.number().int(),
  finishedAt: z.iso.datetime().nullable(),
});
export type GdapRunDoc = z.infer<typeof gdapRunDoc>;

export const gdapRunStates = ['waiting', 'requested', 'open', 'failed'] as const;
export type GdapRunState = (typeof gdapRunStates)[number];

/** In container `customers`, id `gdapRunItem:{gdapRunId}:{tenantId}` */
export const gdapRunItemDoc = z.object({
  ...base,
  id: z.string(),
  type: z.literal('gdapRunItem'),
  gdapRunId: z.guid(),
  tenantId: z.guid(),
  name: z.string(),
  domain: z.string().nullable(),
  /** `open`: a request for the same was there already, and its link is as good. */
  state: z.enum(gdapRunStates),
  relationshipId: z.string().nullable(),
  approvalLink: z.string().nullable(),
  explanation: explanationSchema.nullable(),
  at: z.iso.datetime(),
});
export type GdapRunItemDoc = z.infer<typeof gdapRunItemDoc>;

export function gdapRunId(runId: string): string {
  return `gdapRun:${runId}`;
}

export function gdapRunItemId(runId: string, tenantId: string): string {
  return `gdapRunItem:${runId}:${tenantId}`;
}

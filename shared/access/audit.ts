// Who did what: one document a deed, only ever added, in the workspace's partition of the month.
import { z } from 'zod';
import type { App } from '../app.ts';
import { isStoreError } from '../store/port.ts';
import type { WorkspaceStore } from '../store/scoped.ts';

export const auditActions = [
  'workspace.created',
  'signedIn',
  'member.added',
  'member.changed',
  'member.removed',
  'settings.changed',
  'setup.changed',
  'connection.started',
  'connection.connected',
  'connection.failed',
  'connection.reauthRequired',
  'connection.removalRequested',
  'connection.removed',
  'connection.drafted',
  'connection.appChanged',
  'connection.endsSoon',
  'discovery.requested',
  'gdap.requested',
  'gdap.groupAssigned',
  'gdap.autoExtendTurnedOn',
  'consentLink.created',
  'consentLink.revoked',
  'consentLink.restored',
  'consentCampaign.started',
  'consentCampaign.changed',
  'consent.automaticStarted',
  'consent.strategyChanged',
  'consent.granted',
  'consent.failed',
  'consent.revoked',
  'sync.requested',
  'deadLetter.resubmitted',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** In container `audit`, partition workspace + month, id `{at}:{uuid}` so that the order of ids is the order of time. */
export const auditDoc = z.object({
  id: z.string(),
  type: z.literal('audit'),
  schemaVersion: z.literal(1),
  at: z.iso.datetime(),
  action: z.enum(auditActions),
  /** A member's id, `customer` for a customer's administrator, `tenantry` for the product itself. */
  actor: z.string(),
  actorName: z.string(),
  /** What it was done to: a document's id. */
  subject: z.string(),
  details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type AuditDoc = z.infer<typeof auditDoc>;

export interface Actor {
  id: string;
  name: string;
}

/** Deeds that nobody in particular asked for. */
export const tenantryActor: Actor = { id: 'tenantry', name: 'Tenantry' };

interface Entry {
  action: AuditAction;
  actor: Actor;
  subject: string;
  details?: AuditDoc['details'];
}

/** Adds one entry. Secrets never belong into `details`. */
export async function audit(app: Pick<App, 'clock' | 'ids'>, workspace: WorkspaceStore, entry: Entry): Promise<void> {
  const at = new Date(app.clock.now()).toISOString();
  await write(workspace, { ...entry, at, id: `${at}:${app.ids.uuid()}` });
}

/** Adds an entry whose id and time were chosen before, so that a repetition after a crash adds none. */
export async function auditOnce(workspace: WorkspaceStore, entry: Entry & { id: string; at: string }): Promise<void> {
  try {
    await write(workspace, entry);
  } catch (error) {
    if (!isStoreError(error, 'conflict')) throw error;
  }
}

async function write(workspace: WorkspaceStore, entry: Entry & { id: string; at: string }): Promise<void> {
  const { id, at } = entry;
  await workspace.audit(at.slice(0, 7)).create({
    id,
    type: 'audit',
    schemaVersion: 1,
    at,
    action: entry.action,
    actor: entry.actor.id,
    actorName: entry.actor.name,
    subject: entry.subject,
    details: entry.details ?? {},
  });
}

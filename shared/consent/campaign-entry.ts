// What may be done to one customer of a campaign by links.
import type { Actor } from '../access/audit.ts';
import type { App } from '../app.ts';
import { notFound } from '../errors.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { recordStep } from '../timeline/record.ts';
import { type CampaignEntryDoc, campaignEntryDoc, entryDocId, type TaskKind } from './campaign-documents.ts';
import { type CampaignState, remindable } from './campaign-state.ts';
import { createConsentLink, restoreConsentLink, revokeConsentLink } from './links.ts';

export type EntryChange = Partial<Pick<CampaignEntryDoc, 'linkId' | 'problem' | 'sentAt' | 'remindedAt'>>;

interface EntryTask {
  kind: TaskKind;
  entry: CampaignEntryDoc;
  state: CampaignState;
  /** When it was asked for: what is done again for the same asking leaves the same traces. */
  at: string;
}

interface EntryCall extends EntryTask {
  app: App;
  workspace: WorkspaceStore;
  by: Actor;
}

/** Each gives what is to be written to the entry; null where it is not for one in this state. */
const doers: Record<TaskKind, (call: EntryCall) => EntryChange | null | Promise<EntryChange | null>> = {
  makeLinks: ({ entry, state, ...call }) =>
    entry.linkId || state === 'granted' || state === 'gone' ? null : giveLink(call, entry),
  markSent: ({ state, at }) => (state === 'toSend' ? { sentAt: at } : null),
  unmarkSent: ({ entry }) => (entry.sentAt ? { sentAt: null } : null),
  remind: (call) => (remindable.includes(call.state) ? remind(call) : null),
  revoke: async ({ app, workspace, by, entry: { tenantId, linkId }, state }) => {
    if (!linkId || !isRevocable(state)) return null;
    await revokeConsentLink(app, workspace, by, { tenantId, linkId });
    return {};
  },
  restore: async ({ app, workspace, by, entry: { tenantId, linkId }, state }) => {
    if (!linkId || state !== 'revoked') return null;
    await restoreConsentLink(app, workspace, by, { tenantId, linkId });
    return {};
  },
};

/**
 * Does the part of a task that concerns one customer, and gives what is to be written to its entry; null where the task is
 * not for one in this state. May be repeated.
 * @throws Problem where the link refuses
 */
export async function changeEntry(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  task: EntryTask,
): Promise<EntryChange | null> {
  return doers[task.kind]({ app, workspace, by, ...task });
}

async function giveLink(
  { app, workspace, by }: Pick<EntryCall, 'app' | 'workspace' | 'by'>,
  { tenantId, campaignId }: CampaignEntryDoc,
): Promise<EntryChange> {
  const { linkId } = await createConsentLink(app, workspace, by, { tenantId, campaignId, replace: false });
  return { linkId, problem: null };
}

function isRevocable(state: CampaignState): boolean {
  return ['toSend', 'sent', 'opened', 'atMicrosoft', 'failed'].includes(state);
}

/** Counts and dates the reminder; a link that is of no use any more gives way to a new one. */
async function remind(call: EntryCall): Promise<EntryChange> {
  const { app, workspace, entry, at } = call;
  const { tenantId } = entry;
  const given = await giveLink(call, entry);
  const by = { id: call.by.id, name: call.by.name };
  await recordStep(app, workspace, { tenantId, kind: 'consent.reminded', by, subject: entry.campaignId, at });
  return { ...given, sentAt: entry.sentAt ?? at, remindedAt: [...entry.remindedAt, at] };
}

/** What an Admin does to one customer of a campaign. */
export type EntryDeed = 'markSent' | 'unmarkSent' | 'remind' | 'revoke' | 'restore';

/**
 * Does it. A reminder renews whatever link there is; one that was revoked as well, as somebody asks for this one.
 * @throws Problem 404 where the campaign has no such customer, 409 where the link refuses
 */
export async function changeOneEntry(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { campaignId, tenantId, deed }: { campaignId: string; tenantId: string; deed: EntryDeed },
): Promise<CampaignEntryDoc> {
  const id = entryDocId(campaignId, tenantId);
  const entry = (await readAs(workspace.customers, id, campaignEntryDoc))?.doc;
  if (!entry) throw notFound('customer in this campaign');
  const state = assumedState[deed];
  const at = new Date(app.clock.now()).toISOString();
  const change = await changeEntry(app, workspace, by, { kind: deed, entry, state, at });
  if (!change) return entry;
  const updated = await updateDoc(
    workspace.customers,
    id,
    campaignEntryDoc,
    (stored) => stored && { ...stored, ...change },
  );
  if (!updated) throw notFound('customer in this campaign');
  return updated.doc;
}

/** For one customer the link itself refuses what cannot be: its state need not be asked first. */
const assumedState: Record<EntryDeed, CampaignState> = {
  markSent: 'toSend',
  unmarkSent: 'sent',
  remind: 'sent',
  revoke: 'sent',
  restore: 'revoked',
};

// What is done to all customers of a campaign: links made, marked, reminded of, revoked, restored. In the background, a part a
// message, one task at a time; each entry says which task it has seen, so that any part may run twice.
import { type Actor, audit } from '../access/audit.ts';
import type { App } from '../app.ts';
import { allCustomers } from '../customers/list.ts';
import type { CustomerRow } from '../customers/rows.ts';
import { type Explanation, notFound, Problem } from '../errors.ts';
import { openWorkspaceStore, readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import {
  type CampaignDoc,
  type CampaignEntryDoc,
  type CampaignTask,
  campaignDoc,
  campaignDocId,
  campaignEntryDoc,
  type TaskKind,
} from './campaign-documents.ts';
import { changeEntry, type EntryChange } from './campaign-entry.ts';
import { readEntries, readLinks } from './campaign-read.ts';
import { entryState } from './campaign-state.ts';
import type { CampaignMessage } from './messages.ts';

/** Entries that one message works: some seconds on a distant store. */
const PART = 100;
/** At once, of those. */
const ABREAST = 10;

/**
 * Asks for something to be done to every customer of a campaign.
 * @throws Problem 404 for no such campaign, 409 while another task is under way, or where it is a run through GDAP
 */
export async function beginTask(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { campaignId, kind }: { campaignId: string; kind: TaskKind },
): Promise<CampaignDoc> {
  const actor = { id: by.id, name: by.name };
  const task: CampaignTask = { taskId: app.ids.uuid(), kind, by: actor, at: new Date(app.clock.now()).toISOString() };
  const updated = await updateDoc(workspace.customers, campaignDocId(campaignId), campaignDoc, (campaign) => {
    if (!campaign) throw notFound('campaign');
    if (campaign.method !== 'customerAdmin') throw noLinks();
    if (campaign.task) throw busy();
    return { ...campaign, task };
  });
  if (!updated) throw notFound('campaign');
  const details = { task: kind };
  await audit(app, workspace, { action: 'consentCampaign.changed', actor, subject: updated.doc.id, details });
  await sendPart(app, workspace, campaignId, `${task.taskId}:0`);
  return updated.doc;
}

/**
 * Goes on with a task whose message was lost in a crash; does nothing where none is under way.
 * @throws Problem 404 for no such campaign
 */
export async function resumeTask(app: App, workspace: WorkspaceStore, campaignId: string): Promise<CampaignDoc> {
  const campaign = (await readAs(workspace.customers, campaignDocId(campaignId), campaignDoc))?.doc;
  if (!campaign) throw notFound('campaign');
  if (campaign.task) await sendPart(app, workspace, campaignId, app.ids.uuid());
  return campaign;
}

async function sendPart(app: App, { workspaceId }: WorkspaceStore, campaignId: string, part: string): Promise<void> {
  const body: CampaignMessage = { kind: 'campaign', workspaceId, campaignId, attempt: 1 };
  await app.queue.send('consent', [{ messageId: `campaign:${campaignId}:${part}`, body }]);
}

/** Works one message: a part of the task, then the message for the next; with the last part the task is over. */
export async function runCampaign(app: App, message: CampaignMessage): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  const id = campaignDocId(message.campaignId);
  const campaign = (await readAs(workspace.customers, id, campaignDoc))?.doc;
  const task = campaign?.task;
  if (!campaign || !task) return;
  const entries = await readEntries(workspace, campaign.campaignId);
  const left = entries.filter(({ done }) => done?.taskId !== task.taskId);
  await workPart(app, workspace, { campaign, task, entries: left.slice(0, PART) });
  if (left.length > PART) {
    // Its id says how far the task is, so that a message that is delivered twice is followed once.
    await sendPart(app, workspace, campaign.campaignId, `${task.taskId}:${entries.length - left.length + PART}`);
    return;
  }
  const changed = (await readEntries(workspace, campaign.campaignId)).filter(
    ({ done }) => done?.taskId === task.taskId && done.changed,
  ).length;
  await updateDoc(workspace.customers, id, campaignDoc, (stored) =>
    stored?.task?.taskId === task.taskId ? { ...stored, task: null, lastTask: { ...task, changed } } : undefined,
  );
}

interface Part {
  campaign: CampaignDoc;
  task: CampaignTask;
  entries: readonly CampaignEntryDoc[];
}

async function workPart(app: App, workspace: WorkspaceStore, { campaign, task, entries }: Part): Promise<void> {
  const rows = new Map((await allCustomers(app, workspace)).map((row) => [row.tenantId, row]));
  const links = await readLinks(workspace, campaign.campaignId, entries);
  for (let first = 0; first < entries.length; first += ABREAST) {
    await Promise.all(
      entries.slice(first, first + ABREAST).map((entry) => {
        const row = rows.get(entry.tenantId);
        const link = entry.linkId ? links.get(entry.linkId) : undefined;
        return workEntry(app, workspace, { task, entry, row, link, method: campaign.method });
      }),
    );
  }
}

interface EntryWork {
  task: CampaignTask;
  entry: CampaignEntryDoc;
  row: CustomerRow | undefined;
  link: Parameters<typeof entryState>[0]['link'];
  method: CampaignDoc['method'];
}

async function workEntry(
  app: App,
  workspace: WorkspaceStore,
  { task, entry, row, link, method }: EntryWork,
): Promise<void> {
  const isCustomer = row !== undefined;
  const { state } = entryState({
    method,
    entry,
    link,
    consent: row?.consent ?? null,
    isCustomer,
    nowMs: app.clock.now(),
  });
  const change = await attempt(() => changeEntry(app, workspace, task.by, { ...task, entry, state }));
  await updateDoc(workspace.customers, entry.id, campaignEntryDoc, (stored) => {
    if (!stored || stored.done?.taskId === task.taskId) return undefined;
    return { ...stored, ...change, done: { taskId: task.taskId, changed: change !== null } };
  });
}

/** One customer that cannot be done must not hold up the others: its entry says why. */
async function attempt(work: () => Promise<EntryChange | null>): Promise<EntryChange | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.explanation.code === 'consent_granted' ? null : problemOf(error.explanation);
  }
}

function problemOf(problem: Explanation): EntryChange {
  return { problem };
}

function busy(): Problem {
  return new Problem(409, {
    code: 'campaign_busy',
    meaning: 'Something else is being done to this campaign at the moment.',
    whoActs: 'msp',
    whatToDo: 'Wait until it is done, then try again.',
    retryHelps: true,
  });
}

function noLinks(): Problem {
  return new Problem(409, {
    code: 'campaign_without_links',
    meaning: 'This is a run through GDAP: it has no links.',
    whoActs: 'msp',
    whatToDo: 'Start a campaign by links for these customers.',
    retryHelps: false,
  });
}

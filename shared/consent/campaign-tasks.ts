// What is done to all customers of a campaign: links made, marked, reminded of, revoked, restored. In the background, a part a
// message, one task at a time; each entry says which task it has seen, so that any part may run twice.
import { type Actor, audit } from '../access/audit.ts';
import type { App } from '../app.ts';
import { type Explanation, notFound, Problem } from '../errors.ts';
import { openWorkspaceStore, readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import {
  type CampaignDoc,
  type CampaignEntryDoc,
  campaignDoc,
  campaignDocId,
  campaignEntryDoc,
  type TaskKind,
} from './campaign-documents.ts';
import { changeEntry, type EntryChange } from './campaign-entry.ts';
import { readEntries, readEntriesFrom } from './campaign-read.ts';
import { entryState } from './campaign-state.ts';
import { consentDoc } from './documents.ts';
import { readLink } from './links.ts';
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
  const at = new Date(app.clock.now()).toISOString();
  const task: TaskUnderWay = { taskId: app.ids.uuid(), kind, by: actor, at, from: 0 };
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
  const { campaignId } = message;
  const campaign = (await readAs(workspace.customers, campaignDocId(campaignId), campaignDoc))?.doc;
  const task = campaign?.task;
  if (!campaign || !task) return;
  const entries = await readEntriesFrom(workspace, campaignId, { from: task.from, most: PART });
  for (let first = 0; first < entries.length; first += ABREAST) {
    const abreast = entries.slice(first, first + ABREAST);
    await Promise.all(abreast.map((entry) => workEntry(app, workspace, { task, entry, method: campaign.method })));
  }
  const from = task.from + PART;
  if (from >= campaign.customers) return endTask(workspace, campaignId, task);
  await updateDoc(workspace.customers, campaign.id, campaignDoc, (stored) =>
    stored?.task?.taskId === task.taskId && stored.task.from < from
      ? { ...stored, task: { ...stored.task, from } }
      : undefined,
  );
  // Its id says how far the task is, so that a message that is delivered twice is followed once.
  await sendPart(app, workspace, campaignId, `${task.taskId}:${from}`);
}

async function endTask(workspace: WorkspaceStore, campaignId: string, { from: _, ...task }: TaskUnderWay) {
  const seen = (await readEntries(workspace, campaignId)).filter(({ done }) => done?.taskId === task.taskId);
  const changed = seen.filter(({ done }) => done?.changed).length;
  await updateDoc(workspace.customers, campaignDocId(campaignId), campaignDoc, (stored) =>
    stored?.task?.taskId === task.taskId ? { ...stored, task: null, lastTask: { ...task, changed } } : undefined,
  );
}

type TaskUnderWay = NonNullable<CampaignDoc['task']>;

async function workEntry(
  app: App,
  workspace: WorkspaceStore,
  { task, entry, method }: { task: TaskUnderWay; entry: CampaignEntryDoc; method: CampaignDoc['method'] },
): Promise<void> {
  if (entry.done?.taskId === task.taskId) return;
  const facts = { ...(await readFacts(workspace, entry)), method, entry, nowMs: app.clock.now() };
  const { state } = entryState(facts);
  const change = await attempt(() => changeEntry(app, workspace, task.by, { ...task, entry, state }));
  await updateDoc(workspace.customers, entry.id, campaignEntryDoc, (stored) => {
    if (!stored || stored.done?.taskId === task.taskId) return undefined;
    return { ...stored, ...change, done: { taskId: task.taskId, changed: change !== null } };
  });
}

async function readFacts(workspace: WorkspaceStore, { tenantId, linkId }: CampaignEntryDoc) {
  const [customer, consent, link] = await Promise.all([
    workspace.customers.read(`customer:${tenantId}`),
    readAs(workspace.customers, `consent:${tenantId}`, consentDoc),
    linkId ? readLink(workspace, linkId) : undefined,
  ]);
  return { isCustomer: customer !== undefined, consent: consent?.doc ?? null, link: link?.doc };
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

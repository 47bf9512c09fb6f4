// Campaigns: choose customers, name it, and each gets a link to send, or a turn in a run through GDAP.
import { z } from 'zod';
import { type Actor, audit } from '../access/audit.ts';
import { workspaceDoc } from '../access/documents.ts';
import { plainName } from '../access/plain-name.ts';
import type { App } from '../app.ts';
import type { CustomerRow } from '../customers/rows.ts';
import { notFound, Problem } from '../errors.ts';
import { MAX_BATCH_OPERATIONS } from '../store/port.ts';
import { readAs, updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import {
  type CampaignDoc,
  type CampaignEntryDoc,
  type CampaignMethod,
  campaignDoc,
  campaignDocId,
  entryDocId,
} from './campaign-documents.ts';
import { beginTask } from './campaign-tasks.ts';
import { type CustomerChoice, chosenCustomers } from './choice.ts';
import { defaultLetter, letterInput } from './letter.ts';

/** A campaign's name, as people type it. */
export const campaignName = plainName(80, 'Give the campaign a name.');

export interface NewCampaign {
  method: CampaignMethod;
  name: string;
  choice: CustomerChoice;
}

/**
 * Starts a campaign. Links are made in the background; a run waits for its first step.
 * @throws Problem 400 where no customer is chosen
 */
export async function startCampaign(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { method, name, choice }: NewCampaign,
): Promise<CampaignDoc> {
  const customers = await chosenCustomers(app, workspace, choice);
  const campaignId = app.ids.uuid();
  // Entries first: a campaign is there when all of it is.
  await createEntries(workspace, campaignId, customers);
  const createdBy = { id: by.id, name: by.name };
  const campaign: CampaignDoc = {
    id: campaignDocId(campaignId),
    type: 'consentCampaign',
    schemaVersion: 1,
    campaignId,
    method,
    name,
    letter: method === 'customerAdmin' ? defaultLetter : null,
    createdAt: new Date(app.clock.now()).toISOString(),
    createdBy,
    customers: customers.length,
    task: null,
    lastTask: null,
    stoppedAt: null,
  };
  await workspace.customers.create(campaign);
  const entry = { actor: createdBy, subject: campaign.id, details: { name, method, customers: customers.length } };
  await audit(app, workspace, { action: 'consentCampaign.started', ...entry });
  return method === 'customerAdmin' ? beginTask(app, workspace, by, { campaignId, kind: 'makeLinks' }) : campaign;
}

async function createEntries(workspace: WorkspaceStore, campaignId: string, customers: readonly CustomerRow[]) {
  const entries = customers.map(({ tenantId }, position) => newEntry(campaignId, tenantId, position));
  for (let first = 0; first < entries.length; first += MAX_BATCH_OPERATIONS) {
    const part = entries.slice(first, first + MAX_BATCH_OPERATIONS);
    await workspace.customers.batch(part.map((doc) => ({ kind: 'create', doc })));
  }
}

function newEntry(campaignId: string, tenantId: string, position: number): CampaignEntryDoc {
  return {
    id: entryDocId(campaignId, tenantId),
    type: 'campaignEntry',
    schemaVersion: 1,
    campaignId,
    tenantId,
    position,
    linkId: null,
    problem: null,
    sentAt: null,
    remindedAt: [],
    step: null,
    done: null,
  };
}

/** What may be changed of a campaign; fields that are left out stay. */
export const campaignChange = z
  .strictObject({ name: campaignName, letter: letterInput })
  .partial()
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'Give a name or a letter.');
export type CampaignChange = z.infer<typeof campaignChange>;

/** @throws Problem 404 for no such campaign, 409 for a letter where none is written */
export async function changeCampaign(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { campaignId, name, letter }: CampaignChange & { campaignId: string },
): Promise<CampaignDoc> {
  const updated = await updateDoc(workspace.customers, campaignDocId(campaignId), campaignDoc, (campaign) => {
    if (!campaign) throw notFound('campaign');
    if (letter && campaign.method !== 'customerAdmin') throw wrongMethod();
    return { ...campaign, name: name ?? campaign.name, letter: letter ?? campaign.letter };
  });
  if (!updated) throw notFound('campaign');
  const details = { fields: [name ? 'name' : '', letter ? 'letter' : ''].filter((field) => field !== '').join(',') };
  const entry = { actor: { id: by.id, name: by.name }, subject: updated.doc.id, details };
  await audit(app, workspace, { action: 'consentCampaign.changed', ...entry });
  return updated.doc;
}

/** What was asked for is done with links, or with a run; this campaign is of the other kind. */
export function wrongMethod(): Problem {
  return new Problem(409, {
    code: 'other_campaign_method',
    meaning: 'This campaign works in the other way: by links, or by a run through GDAP.',
    whoActs: 'msp',
    whatToDo: 'Open the campaign and choose what it offers.',
    retryHelps: false,
  });
}

/** The name that customers know the workspace by. */
export async function mspNameOf(workspace: WorkspaceStore): Promise<string> {
  return (await readAs(workspace.workspace, 'workspace', workspaceDoc))?.doc.name ?? 'Your IT provider';
}

// Reads campaigns with all that their customers' states are derived from.
import type { App } from '../app.ts';
import { allCustomers } from '../customers/list.ts';
import { type CustomerRow, pageOf } from '../customers/rows.ts';
import { notFound } from '../errors.ts';
import { listAs, readAs, type Typed, type WorkspaceStore } from '../store/scoped.ts';
import {
  type CampaignDoc,
  type CampaignEntryDoc,
  campaignDoc,
  campaignDocId,
  campaignEntryDoc,
} from './campaign-documents.ts';
import { type CampaignState, countStates, type EntryState, entryState, type StateCounts } from './campaign-state.ts';
import { type ConsentLinkDoc, consentLinkDoc } from './documents.ts';
import { type ConsentLink, readLink, viewLink } from './links.ts';

/** One customer of a campaign. */
export interface CampaignRow extends EntryState {
  entry: CampaignEntryDoc;
  /** Undefined where it is no customer any more. */
  customer: CustomerRow | undefined;
  link: ConsentLinkDoc | undefined;
}

export interface CampaignView {
  campaign: CampaignDoc;
  /** In the campaign's order. */
  rows: readonly CampaignRow[];
  counts: StateCounts;
}

/** Every campaign, the newest first. */
export async function listCampaigns(workspace: WorkspaceStore): Promise<readonly CampaignDoc[]> {
  const campaigns = await listAs(workspace.customers, { type: 'consentCampaign', limit: 1000 }, campaignDoc);
  return campaigns.sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id));
}

/** @throws Problem 404 for no such campaign */
export async function readCampaign(workspace: WorkspaceStore, campaignId: string): Promise<Typed<CampaignDoc>> {
  const campaign = await readAs(workspace.customers, campaignDocId(campaignId), campaignDoc);
  if (!campaign) throw notFound('campaign');
  return campaign;
}

/** A campaign's entries, in its order. */
export async function readEntries(workspace: WorkspaceStore, campaignId: string): Promise<CampaignEntryDoc[]> {
  const where = [{ field: 'campaignId', op: 'eq', value: campaignId }] as const;
  const entries = await listAs(workspace.customers, { type: 'campaignEntry', where, limit: 1000 }, campaignEntryDoc);
  return entries.sort((a, b) => a.position - b.position);
}

/** At most so many of a campaign's entries from a position on, in its order. */
export async function readEntriesFrom(
  workspace: WorkspaceStore,
  campaignId: string,
  { from, most }: { from: number; most: number },
): Promise<CampaignEntryDoc[]> {
  const where = [
    { field: 'campaignId', op: 'eq', value: campaignId },
    { field: 'position', op: 'ge', value: from },
    { field: 'position', op: 'lt', value: from + most },
  ] as const;
  const orderBy = { field: 'position', direction: 'asc' } as const;
  return listAs(workspace.customers, { type: 'campaignEntry', where, orderBy, limit: most }, campaignEntryDoc);
}

/** The links of entries, by id: those that this campaign was the last to hand out in one query, the others one by one. */
export async function readLinks(
  workspace: WorkspaceStore,
  campaignId: string,
  entries: readonly CampaignEntryDoc[],
): Promise<ReadonlyMap<string, ConsentLinkDoc>> {
  const where = [{ field: 'campaignId', op: 'eq', value: campaignId }] as const;
  const own = await listAs(workspace.customers, { type: 'consentLink', where, limit: 1000 }, consentLinkDoc);
  const links = new Map(own.map((link) => [link.linkId, link]));
  const missing = entries.flatMap(({ linkId }) => (linkId && !links.has(linkId) ? [linkId] : []));
  for (const link of await Promise.all(missing.map((linkId) => readLink(workspace, linkId))))
    if (link) links.set(link.doc.linkId, link.doc);
  return links;
}

/** A whole campaign. @throws Problem 404 for no such campaign */
export async function viewCampaign(app: App, workspace: WorkspaceStore, campaignId: string): Promise<CampaignView> {
  const { doc: campaign } = await readCampaign(workspace, campaignId);
  const [entries, customers] = await Promise.all([readEntries(workspace, campaignId), allCustomers(app, workspace)]);
  const links = await readLinks(workspace, campaignId, entries);
  const byTenant = new Map(customers.map((row) => [row.tenantId, row]));
  const nowMs = app.clock.now();
  const rows = entries.map((entry): CampaignRow => {
    const [customer, link] = [byTenant.get(entry.tenantId), entry.linkId ? links.get(entry.linkId) : undefined];
    const consent = customer?.consent ?? null;
    const isCustomer = customer !== undefined;
    const state = entryState({ method: campaign.method, entry, link, consent, isCustomer, nowMs });
    return { entry, customer, link, ...state };
  });
  return { campaign, rows, counts: countStates(rows.map(({ state }) => state)) };
}

export interface CampaignQuery {
  state?: CampaignState | undefined;
  text?: string | undefined;
  /** From 1. */
  page?: number | undefined;
}

/** One page of at most 100 of a campaign's customers, as a query asks for them. */
export function pageOfCampaign(rows: readonly CampaignRow[], query: CampaignQuery) {
  const text = query.text?.trim().toLocaleLowerCase('en') ?? '';
  const matching = rows.filter(
    ({ state, customer, entry }) =>
      (query.state === undefined || state === query.state) &&
      [customer?.name ?? '', customer?.domain ?? '', entry.tenantId].some((value) =>
        value.toLocaleLowerCase('en').includes(text),
      ),
  );
  return { ...pageOf(matching, query.page), matching: matching.length };
}

/** The links of rows as an Admin sees them, by id. */
export async function addressesOf(
  app: App,
  workspace: WorkspaceStore,
  rows: readonly CampaignRow[],
): Promise<ReadonlyMap<string, ConsentLink>> {
  const links = rows.flatMap(({ link }) => (link ? [link] : []));
  const views = await Promise.all(links.map((link) => viewLink(app, workspace, link)));
  return new Map(views.map((view) => [view.linkId, view]));
}

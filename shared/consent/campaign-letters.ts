// The letters and the table of links of a campaign, with everything filled in.
import type { Actor } from '../access/audit.ts';
import type { App } from '../app.ts';
import { csvOf } from '../csv.ts';
import { customerDoc } from '../customers/documents.ts';
import { notFound, Problem } from '../errors.ts';
import { readAs, type WorkspaceStore } from '../store/scoped.ts';
import { type CampaignDoc, campaignEntryDoc, entryDocId } from './campaign-documents.ts';
import { changeOneEntry } from './campaign-entry.ts';
import { addressesOf, type CampaignRow, readCampaign, viewCampaign } from './campaign-read.ts';
import { mspNameOf, wrongMethod } from './campaigns.ts';
import { draftOf, fillLetter, type Letter, mailtoOf, reminderLead } from './letter.ts';
import { type ConsentLink, readLink, viewLink } from './links.ts';

/** Who sends the letters of a page, read once for all of them. */
export interface Sender {
  msp: string;
  sender: string;
}

/** What the placeholders of who sends stand for. */
export async function senderOf(workspace: WorkspaceStore, by: Actor): Promise<Sender> {
  return { msp: await mspNameOf(workspace), sender: by.name };
}

/** The letter of one customer; null without a link that works. A reminder says that it is one. */
export function letterFor(
  { letter }: Pick<CampaignDoc, 'letter'>,
  customer: { name: string; link: Pick<ConsentLink, 'address' | 'expiresAt'> | undefined; reminders: number },
  sender: Sender,
): Letter | null {
  const { name, link, reminders } = customer;
  if (!letter || !link?.address) return null;
  const text = reminders > 0 ? `${reminderLead}${letter.text}` : letter.text;
  const expires = new Date(link.expiresAt).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  return fillLetter({ subject: letter.subject, text }, { customer: name, link: link.address, expires, ...sender });
}

export interface Draft extends Letter {
  /** To open in a mail program; null where the letter is too long for that. */
  mailto: string | null;
  /** The draft as a file (RFC 5322). */
  file: string;
  fileName: string;
}

/**
 * A customer's letter as a draft, and notes that it was handed out to be sent.
 * @throws Problem 404 where the campaign has no such customer, 409 where there is no link that works
 */
export async function takeDraft(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { campaignId, tenantId }: { campaignId: string; tenantId: string },
): Promise<Draft> {
  const { doc: campaign } = await readCampaign(workspace, campaignId);
  const entry = (await readAs(workspace.customers, entryDocId(campaignId, tenantId), campaignEntryDoc))?.doc;
  if (!entry) throw notFound('customer in this campaign');
  if (campaign.method !== 'customerAdmin') throw wrongMethod();
  const customer = (await readAs(workspace.customers, `customer:${tenantId}`, customerDoc))?.doc;
  const stored = entry.linkId ? await readLink(workspace, entry.linkId) : undefined;
  const link = stored && (await viewLink(app, workspace, stored.doc));
  const name = customer?.name ?? 'your organisation';
  const asked = { name, link, reminders: entry.remindedAt.length };
  const letter = letterFor(campaign, asked, await senderOf(workspace, by));
  if (!letter) throw noLink();
  if (!entry.sentAt) await changeOneEntry(app, workspace, by, { campaignId, tenantId, deed: 'markSent' });
  return { ...letter, mailto: mailtoOf(letter), file: draftOf(letter), fileName: `${fileNameOf(name)}.eml` };
}

/** The letters, digits and hyphens of a name. */
function fileNameOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-');
  return plain.replace(/^-|-$/g, '').slice(0, 60) || 'consent';
}

const csvHeader = ['Customer', 'Domain', 'Tenant id', 'Link', 'Works until', 'State', 'Since', 'Sent', 'Reminders'];

/** Every customer of a campaign with its link, as CSV. @throws Problem 404 for no such campaign */
export async function campaignCsv(app: App, workspace: WorkspaceStore, campaignId: string): Promise<string> {
  const { rows } = await viewCampaign(app, workspace, campaignId);
  const addresses = await addressesOf(app, workspace, rows);
  return csvOf(
    csvHeader,
    rows.map((row) => csvValues(row, addresses)),
  );
}

function csvValues({ entry, customer, link, state, at }: CampaignRow, addresses: ReadonlyMap<string, ConsentLink>) {
  const view = link && addresses.get(link.linkId);
  return [
    customer?.name ?? '',
    customer?.domain ?? '',
    entry.tenantId,
    view?.address ?? '',
    view?.address ? view.expiresAt : '',
    state,
    at,
    entry.sentAt,
    entry.remindedAt.length,
  ];
}

function noLink(): Problem {
  return new Problem(409, {
    code: 'no_link_to_send',
    meaning: 'This customer has no link that works, so there is nothing to send.',
    whoActs: 'msp',
    whatToDo: 'Remind the customer for a new link, or wait while links are being made.',
    retryHelps: false,
  });
}

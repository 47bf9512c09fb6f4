// Campaigns as the API shows them.
import type { App } from '../../shared/app.ts';
import type { CampaignDoc } from '../../shared/consent/campaign-documents.ts';
import { addressesOf, type CampaignRow, type CampaignView } from '../../shared/consent/campaign-read.ts';
import { countStates, runProgress, type StateCounts } from '../../shared/consent/campaign-state.ts';
import type { WorkspaceStore } from '../../shared/store/scoped.ts';

/** A campaign without its customers. */
export function campaignAnswer(campaign: CampaignDoc) {
  const { campaignId, method, name, letter, createdAt, createdBy, customers, task, lastTask, stoppedAt } = campaign;
  return { campaignId, method, name, letter, createdAt, createdBy, customers, task, lastTask, stoppedAt };
}

/** A campaign with how many customers are in each state, and how far what is under way is. */
export function campaignViewAnswer({ campaign, rows, counts }: CampaignView) {
  return { ...campaignAnswer(campaign), counts, progress: progressOf(campaign, rows, counts) };
}

/** Of a task the customers that it has reached, of a run those that had their turn; null where nothing is under way. */
export function progressOf(
  { task, method, customers }: CampaignDoc,
  rows: readonly CampaignRow[],
  counts: StateCounts = countStates(rows.map(({ state }) => state)),
) {
  if (method === 'gdapAccount') return runProgress(counts, customers);
  if (!task) return null;
  return { done: rows.filter(({ entry }) => entry.done?.taskId === task.taskId).length, of: customers };
}

/** Customers of a campaign, with the addresses of their links. */
export async function campaignRowsAnswer(app: App, workspace: WorkspaceStore, rows: readonly CampaignRow[]) {
  const addresses = await addressesOf(app, workspace, rows);
  return rows.map(({ entry, customer, link, state, at, explanation }) => ({
    tenantId: entry.tenantId,
    name: customer?.name ?? null,
    domain: customer?.domain ?? null,
    state,
    since: at,
    explanation,
    sentAt: entry.sentAt,
    remindedAt: entry.remindedAt,
    openedAt: link?.openedAt ?? null,
    link: link ? (addresses.get(link.linkId) ?? null) : null,
  }));
}

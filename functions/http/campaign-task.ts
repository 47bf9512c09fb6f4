// What the API and the forms may ask of a campaign as a whole, and of one customer in it.
import { z } from 'zod';
import type { Actor } from '../../shared/access/audit.ts';
import type { App } from '../../shared/app.ts';
import { campaignEntryDoc, entryDocId, taskKinds } from '../../shared/consent/campaign-documents.ts';
import { changeOneEntry } from '../../shared/consent/campaign-entry.ts';
import { readCampaign } from '../../shared/consent/campaign-read.ts';
import { retryRun, setTurn, stopRun } from '../../shared/consent/campaign-run.ts';
import { beginTask, resumeTask } from '../../shared/consent/campaign-tasks.ts';
import { wrongMethod } from '../../shared/consent/campaigns.ts';
import { notFound } from '../../shared/errors.ts';
import { readAs, type WorkspaceStore } from '../../shared/store/scoped.ts';

/** `resume` goes on with a task whose worker was lost; `stop` and `retry` are of runs, the others of links. */
export const campaignTask = z.object({ kind: z.enum([...taskKinds, 'resume', 'stop', 'retry']) });

/** @throws Problem 404 for no such campaign, 409 where it is not of that kind or busy */
export async function doCampaignTask(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { campaignId, kind }: z.infer<typeof campaignTask> & { campaignId: string },
): Promise<void> {
  if (kind === 'resume') await resumeTask(app, workspace, campaignId);
  else if (kind === 'stop') await stopRun(app, workspace, by, campaignId);
  else if (kind === 'retry') await retryRun(app, workspace, campaignId);
  else await beginTask(app, workspace, by, { campaignId, kind });
}

/** `skip` and `wait` are of runs, the others of links. */
export const customerDeed = z.object({
  do: z.enum(['markSent', 'unmarkSent', 'remind', 'revoke', 'restore', 'skip', 'wait']),
});

/** @throws Problem 404 where the campaign has no such customer, 409 where it is not of that kind or the link refuses */
export async function doCustomerDeed(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  asked: z.infer<typeof customerDeed> & { campaignId: string; tenantId: string },
): Promise<void> {
  const { campaignId, tenantId, do: deed } = asked;
  const { doc: campaign } = await readCampaign(workspace, campaignId);
  if (!(await readAs(workspace.customers, entryDocId(campaignId, tenantId), campaignEntryDoc)))
    throw notFound('customer in this campaign');
  if (deed === 'skip' || deed === 'wait') return setTurn(app, workspace, by, { campaignId, tenantId, turn: deed });
  if (campaign.method !== 'customerAdmin') throw wrongMethod();
  await changeOneEntry(app, workspace, by, { campaignId, tenantId, deed });
}

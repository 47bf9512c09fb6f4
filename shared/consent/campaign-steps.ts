// The steps of a run through GDAP, as they are noted on its entries.
import type { Actor } from '../access/audit.ts';
import type { App } from '../app.ts';
import type { Explanation } from '../errors.ts';
import { updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { type CampaignEntryDoc, campaignEntryDoc, entryDocId } from './campaign-documents.ts';

type Step = NonNullable<CampaignEntryDoc['step']>;

/** Changes the step of one customer in a run; `change` gives undefined to leave it. Gives the entry, if there is one. */
export async function changeStep(
  workspace: WorkspaceStore,
  entry: { campaignId: string; tenantId: string },
  change: (entry: CampaignEntryDoc) => Step | null | undefined,
): Promise<CampaignEntryDoc | undefined> {
  const id = entryDocId(entry.campaignId, entry.tenantId);
  const updated = await updateDoc(workspace.customers, id, campaignEntryDoc, (stored) => {
    const step = stored && change(stored);
    return stored && step !== undefined ? { ...stored, step } : undefined;
  });
  return updated?.doc;
}

/** Notes Microsoft's answer to a step: an explanation where it failed. */
export async function noteAnswer(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
  answer: { campaignId: string; tenantId: string; by: Actor; explanation: Explanation | null },
): Promise<void> {
  const { by, explanation } = answer;
  const at = new Date(app.clock.now()).toISOString();
  const state = explanation ? 'failed' : 'answered';
  await changeStep(workspace, answer, () => ({ state, at, by, explanation }));
}

/** Why a step fails before or after Microsoft's page where GDAP does not speak for the workspace. */
export const noRelationship: Explanation = {
  code: 'gdap_not_active',
  meaning: 'No admin relationship with this customer is active, so your account cannot consent for it.',
  whoActs: 'msp',
  whatToDo: 'Renew or request the relationship, or send the customer a consent link.',
  retryHelps: false,
};

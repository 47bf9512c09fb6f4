// A run through GDAP: an Admin consents for one customer after another with the partner's own account, and the next opens by
// itself. Each step is a journey to Microsoft of its own; the run can be left and gone on with at any time.

import { type Actor, audit } from '../access/audit.ts';
import type { HostCookie } from '../access/cookies.ts';
import type { App } from '../app.ts';
import type { CustomerRow } from '../customers/rows.ts';
import { type Explanation, notFound, Problem } from '../errors.ts';
import { updateDoc, type WorkspaceStore } from '../store/scoped.ts';
import { recordStep } from '../timeline/record.ts';
import { type CampaignDoc, type CampaignEntryDoc, campaignDoc, campaignDocId } from './campaign-documents.ts';
import { type CampaignRow, type CampaignView, viewCampaign } from './campaign-read.ts';
import { nextInLine } from './campaign-state.ts';
import { changeStep, noRelationship } from './campaign-steps.ts';
import { wrongMethod } from './campaigns.ts';
import { readGdap } from './evidence.ts';
import { startStep } from './journey.ts';
import { activeRelationshipIds } from './status.ts';

/** Writes at once. */
const ABREAST = 20;

/** Where a run goes: to Microsoft for the next customer, or nowhere because nobody is left. */
export type RunDeparture = Step | { done: true };

interface Step {
  location: string;
  cookie?: HostCookie;
  tenantId: string;
}

/**
 * Takes the next step of a run: gives Microsoft's page for the customer whose turn it is. Customers without an active
 * relationship are passed over, as what could not be done for them is known. A stopped run goes on.
 * @throws Problem 404 for no such run, 409 for a campaign by links
 */
export async function nextStep(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { campaignId, cookieHeader }: { campaignId: string; cookieHeader: string | null },
): Promise<RunDeparture> {
  const { campaign, rows } = await viewRun(app, workspace, campaignId);
  if (campaign.stoppedAt) await setStopped(workspace, campaignId, null);
  const passed = new Set<string>();
  for (;;) {
    const next = nextInLine(
      rows.filter(({ entry }) => !passed.has(entry.tenantId)),
      by,
      app.clock.now(),
    );
    if (!next) return { done: true };
    const { tenantId } = next.entry;
    passed.add(tenantId);
    const departure = await departFor(app, workspace, by, { campaignId, tenantId, cookieHeader });
    if (departure) return departure;
  }
}

/**
 * Takes the step for one customer of a run, whatever its turn. Where nothing is to be done at Microsoft it leads to the run,
 * which says why.
 * @throws Problem as `nextStep`
 */
export async function stepFor(app: App, workspace: WorkspaceStore, by: Actor, request: StepRequest): Promise<Step> {
  const { campaign, rows } = await viewCampaign(app, workspace, request.campaignId);
  const row = rowOf(rows, request.tenantId);
  if (campaign.method !== 'gdapAccount') throw wrongMethod();
  const isOver = !row.customer || row.state === 'granted' || row.state === 'confirming';
  const departure = isOver ? undefined : await departFor(app, workspace, by, request);
  const { campaignId, tenantId } = request;
  return departure ?? { location: `/consents/${campaignId}?after=${tenantId}`, tenantId };
}

interface StepRequest {
  campaignId: string;
  tenantId: string;
  cookieHeader: string | null;
}

/** Microsoft's page for a customer; undefined where it is known that this would lead nowhere: its entry says why. */
async function departFor(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { campaignId, tenantId, cookieHeader }: StepRequest,
): Promise<Step | undefined> {
  const actor = { id: by.id, name: by.name };
  const departure = (await isConsentable(app, workspace, tenantId))
    ? await startStep(app, workspace, { tenantId, campaignId, by: actor, cookieHeader }).catch(explanationOf)
    : noRelationship;
  if ('code' in departure) {
    await note(app, workspace, by, { campaignId, tenantId, state: 'failed', explanation: departure });
    return undefined;
  }
  await note(app, workspace, by, { campaignId, tenantId, state: 'atMicrosoft', explanation: null });
  await recordStep(app, workspace, { tenantId, kind: 'consent.atMicrosoft', by: actor, subject: campaignId });
  return { ...departure, tenantId };
}

/** What stands in the way of one customer must not hold up the run. */
function explanationOf(error: unknown): Explanation {
  if (error instanceof Problem) return error.explanation;
  throw error;
}

/** Whether a relationship is active as far as was read: the account has no way in without one. */
async function isConsentable(app: App, workspace: WorkspaceStore, tenantId: string): Promise<boolean> {
  return activeRelationshipIds(await readGdap(workspace, tenantId), app.clock.now()).length > 0;
}

type StepState = NonNullable<CampaignEntryDoc['step']>['state'];

async function note(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  step: { campaignId: string; tenantId: string; state: StepState; explanation: Explanation | null },
): Promise<void> {
  const at = new Date(app.clock.now()).toISOString();
  const { state, explanation } = step;
  await changeStep(workspace, step, () => ({ state, at, by: { id: by.id, name: by.name }, explanation }));
}

/** Leaves a customer out of the run, or with `wait` lets it have its turn again. @throws Problem 404, 409 */
export async function setTurn(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { campaignId, tenantId, turn }: { campaignId: string; tenantId: string; turn: 'skip' | 'wait' },
): Promise<void> {
  const { rows } = await viewRun(app, workspace, campaignId);
  rowOf(rows, tenantId);
  if (turn === 'wait') {
    await changeStep(workspace, { campaignId, tenantId }, () => null);
    return;
  }
  await note(app, workspace, by, { campaignId, tenantId, state: 'skipped', explanation: null });
  const actor = { id: by.id, name: by.name };
  await recordStep(app, workspace, { tenantId, kind: 'consent.skipped', by: actor, subject: campaignId });
}

/** Gives every customer that failed or was left out another turn. Gives how many. @throws Problem 404, 409 */
export async function retryRun(app: App, workspace: WorkspaceStore, campaignId: string): Promise<number> {
  const { rows } = await viewRun(app, workspace, campaignId);
  const again = rows.filter(({ state }) => state === 'failed' || state === 'skipped');
  for (let first = 0; first < again.length; first += ABREAST) {
    const part = again.slice(first, first + ABREAST);
    await Promise.all(part.map(({ entry }) => changeStep(workspace, entry, () => null)));
  }
  return again.length;
}

/** Stops a run: nothing opens by itself until somebody goes on with it. @throws Problem 404, 409 */
export async function stopRun(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  campaignId: string,
): Promise<CampaignDoc> {
  await viewRun(app, workspace, campaignId);
  const stopped = await setStopped(workspace, campaignId, new Date(app.clock.now()).toISOString());
  const entry = { actor: { id: by.id, name: by.name }, subject: stopped.id, details: { task: 'stop' } };
  await audit(app, workspace, { action: 'consentCampaign.changed', ...entry });
  return stopped;
}

async function setStopped(
  workspace: WorkspaceStore,
  campaignId: string,
  stoppedAt: string | null,
): Promise<CampaignDoc> {
  const updated = await updateDoc(workspace.customers, campaignDocId(campaignId), campaignDoc, (campaign) =>
    campaign && campaign.stoppedAt !== stoppedAt ? { ...campaign, stoppedAt } : undefined,
  );
  if (!updated) throw notFound('campaign');
  return updated.doc;
}

async function viewRun(app: App, workspace: WorkspaceStore, campaignId: string): Promise<CampaignView> {
  const view = await viewCampaign(app, workspace, campaignId);
  if (view.campaign.method !== 'gdapAccount') throw wrongMethod();
  return view;
}

function rowOf(rows: readonly CampaignRow[], tenantId: string): CampaignRow & { customer: CustomerRow | undefined } {
  const row = rows.find(({ entry }) => entry.tenantId.toLowerCase() === tenantId);
  if (!row) throw notFound('customer in this campaign');
  return row;
}

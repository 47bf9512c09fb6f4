// One GDAP request for each of many customers: begun here, worked in the background a few customers a message, and safe to be
// worked twice, because a request that is open already is taken up and not made again.
import { z } from 'zod';
import type { Actor } from '../access/audit.ts';
import type { App } from '../app.ts';
import { csvOf } from '../csv.ts';
import { type Explanation, invalid, notFound, Problem } from '../errors.ts';
import { isTransient, MicrosoftError } from '../microsoft/microsoft.ts';
import { followUp, maxAttempts } from '../queue/retry.ts';
import {
  allOfType,
  listAs,
  openWorkspaceStore,
  type Partition,
  readAs,
  updateDoc,
  type WorkspaceStore,
} from '../store/scoped.ts';
import { type CustomerDoc, customerDoc } from './documents.ts';
import { type GdapNeed, gdapNeeds, needsGdap } from './gdap-needs.ts';
import { gdapRequestInput, requestRelationship } from './gdap-requests.ts';
import {
  type GdapRunDoc,
  type GdapRunItemDoc,
  type GdapRunState,
  gdapRunDoc,
  gdapRunId,
  gdapRunItemDoc,
  gdapRunItemId,
  gdapRunStates,
  RUN_TTL_SECONDS,
} from './gdap-run-documents.ts';
import { allCustomers } from './list.ts';
import type { GdapRunMessage } from './messages.ts';

/** Partner Center's own list takes 25 at a time; here a run is as long as the list of customers. */
export const gdapRunInput = gdapRequestInput
  .extend({
    tenantIds: z.array(z.guid().toLowerCase()).min(1, 'Choose one customer at least.').max(10_000).optional(),
    /** Every customer that a request helps, or those of one status. */
    matching: z.strictObject({ need: z.enum(gdapNeeds).optional() }).optional(),
  })
  .refine(({ tenantIds, matching }) => (tenantIds === undefined) !== (matching === undefined), {
    error: 'Name the customers by tenantIds, or say which by matching.',
    path: ['tenantIds'],
  });
export type GdapRunInput = z.infer<typeof gdapRunInput>;

/** Customers of one message: some seconds each at worst, well within the time that its lock is renewed for. */
const PART = 20;

/**
 * Begins a run. Customers that the workspace has not are refused before anything is asked.
 * @throws Problem 404 for an id that is no customer's
 */
export async function beginGdapRun(
  app: App,
  workspace: WorkspaceStore,
  by: Actor,
  { tenantIds, matching, roleIds, duration }: GdapRunInput,
): Promise<GdapRunDoc> {
  const chosen = [...new Set(tenantIds ?? (await matchingIds(app, workspace, matching?.need)))];
  const customers = await customersOf(workspace, chosen);
  const runId = app.ids.uuid();
  const at = new Date(app.clock.now()).toISOString();
  const run: GdapRunDoc = {
    id: gdapRunId(runId),
    type: 'gdapRun',
    schemaVersion: 1,
    ttl: RUN_TTL_SECONDS,
    gdapRunId: runId,
    startedAt: at,
    startedBy: { id: by.id, name: by.name },
    roleIds: roleIds ?? null,
    duration: duration ?? null,
    total: chosen.length,
    finishedAt: null,
  };
  const outcomes = await workspace.customers.bulkUpsert(customers.map((customer) => itemOf(runId, customer, at)));
  for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
  await workspace.customers.create(run);
  await sendPart(app, workspace, runId, 0);
  return run;
}

async function matchingIds(app: App, workspace: WorkspaceStore, need: GdapNeed | undefined): Promise<string[]> {
  const rows = await allCustomers(app, workspace);
  return rows.filter((row) => needsGdap(row, need)).map(({ tenantId }) => tenantId);
}

async function customersOf({ customers }: WorkspaceStore, tenantIds: readonly string[]): Promise<CustomerDoc[]> {
  const all = await listAs(customers, allOfType('customer'), customerDoc);
  const known = new Map(all.map((customer) => [customer.tenantId, customer]));
  return tenantIds.map((tenantId) => {
    const customer = known.get(tenantId);
    if (!customer) throw notFound('customer');
    return customer;
  });
}

function itemOf(runId: string, { tenantId, name, domain }: CustomerDoc, at: string): GdapRunItemDoc {
  return {
    id: gdapRunItemId(runId, tenantId),
    type: 'gdapRunItem',
    schemaVersion: 1,
    ttl: RUN_TTL_SECONDS,
    gdapRunId: runId,
    tenantId,
    name,
    domain,
    state: 'waiting',
    relationshipId: null,
    approvalLink: null,
    explanation: null,
    at,
  };
}

/** The id says how far the run is, so that a message that is delivered twice is followed once. */
async function sendPart(app: App, { workspaceId }: WorkspaceStore, runId: string, done: number): Promise<void> {
  const body: GdapRunMessage = { kind: 'gdapRun', workspaceId, gdapRunId: runId, attempt: 1 };
  await app.queue.send('discover', [{ messageId: `gdapRun:${runId}:${done}`, body }]);
}

/** Works one message: some customers, then a message for the next. What fails in passing is tried again later. */
export async function runGdapRun(app: App, message: GdapRunMessage, messageId: string): Promise<void> {
  const workspace = openWorkspaceStore(app.store, message.workspaceId);
  const run = (await readAs(workspace.customers, gdapRunId(message.gdapRunId), gdapRunDoc))?.doc;
  if (!run || run.finishedAt) return;
  const items = await readItems(workspace.customers, run.gdapRunId);
  const waiting = items.filter(({ state }) => state === 'waiting');
  for (const item of waiting.slice(0, PART)) {
    const passing = await workItem(app, workspace, run, item, message.attempt >= maxAttempts);
    if (!passing) continue;
    const body = { ...message, attempt: message.attempt + 1 };
    const failed = { attempt: message.attempt, retryAfterMs: passing.retryAfterMs, nowMs: app.clock.now() };
    await app.queue.send('discover', [followUp({ messageId, body }, { ...failed, random: () => app.ids.random() })]);
    return;
  }
  if (waiting.length > PART) return sendPart(app, workspace, run.gdapRunId, run.total - waiting.length + PART);
  const finishedAt = new Date(app.clock.now()).toISOString();
  await updateDoc(workspace.customers, run.id, gdapRunDoc, (stored) => stored && { ...stored, finishedAt });
}

/** Asks for one. Gives a failure that passes by itself, unless it is the last try; any other is recorded on the customer. */
async function workItem(
  app: App,
  workspace: WorkspaceStore,
  { roleIds, duration, startedBy }: GdapRunDoc,
  item: GdapRunItemDoc,
  isLast: boolean,
): Promise<MicrosoftError | undefined> {
  const { tenantId } = item;
  const terms = { ...(roleIds ? { roleIds } : {}), ...(duration ? { duration } : {}) };
  try {
    const asked = { tenantId, ...terms, follow: false };
    const { relationshipId, approvalLink, created } = await requestRelationship(app, workspace, startedBy, asked);
    const state = created ? 'requested' : 'open';
    await settle(app, workspace, item, { state, relationshipId, approvalLink, explanation: null });
  } catch (error) {
    const passing: boolean = isTransient(error);
    if (passing && error instanceof MicrosoftError && !isLast) return error;
    const explanation = explanationOf(error);
    await settle(app, workspace, item, { state: 'failed', explanation });
  }
  return undefined;
}

/** @throws what is no answer of Microsoft's and no refusal of ours: a bug */
function explanationOf(error: unknown): Explanation {
  if (error instanceof MicrosoftError || error instanceof Problem) return error.explanation;
  throw error;
}

async function settle(app: App, { customers }: WorkspaceStore, item: GdapRunItemDoc, change: Partial<GdapRunItemDoc>) {
  const at = new Date(app.clock.now()).toISOString();
  // A message that is worked twice at once finds its own request open: who settled it first was right.
  await updateDoc(customers, item.id, gdapRunItemDoc, (stored) =>
    stored?.state === 'waiting' ? { ...stored, ...change, at } : undefined,
  );
}

function readItems(customers: Partition, runId: string): Promise<GdapRunItemDoc[]> {
  const where = [
    { field: 'id', op: 'ge', value: `gdapRunItem:${runId}:` },
    { field: 'id', op: 'lt', value: `gdapRunItem:${runId};` },
  ] as const;
  return listAs(customers, { type: 'gdapRunItem', where, limit: 1000 }, gdapRunItemDoc);
}

export interface GdapRun {
  gdapRunId: string;
  startedAt: string;
  startedBy: string;
  finishedAt: string | null;
  total: number;
  /** How many are settled, one way or another. */
  done: number;
  counts: Readonly<Record<GdapRunState, number>>;
  /** By name. */
  items: readonly Omit<GdapRunItemDoc, 'id' | 'type' | 'schemaVersion' | 'ttl' | 'gdapRunId'>[];
}

/** A run with all its customers. @throws Problem 404 for no such run, or one older than 90 days */
export async function readGdapRun(workspace: WorkspaceStore, runId: string): Promise<GdapRun> {
  const run = (await readAs(workspace.customers, gdapRunId(runId), gdapRunDoc))?.doc;
  if (!run) throw notFound('run of GDAP requests');
  const docs = await readItems(workspace.customers, runId);
  const count = (wanted: GdapRunState) => docs.filter(({ state }) => state === wanted).length;
  const counts = { waiting: 0, requested: 0, open: 0, failed: 0 };
  for (const state of gdapRunStates) counts[state] = count(state);
  const items = docs
    .map(({ id: _, type: __, schemaVersion: ___, ttl: ____, gdapRunId: _____, ...item }) => item)
    .sort((a, b) => a.name.localeCompare(b.name, 'en') || a.tenantId.localeCompare(b.tenantId));
  const { startedAt, startedBy, finishedAt, total } = run;
  const done = docs.length - counts.waiting;
  return { gdapRunId: runId, startedAt, startedBy: startedBy.name, finishedAt, total, done, counts, items };
}

/** The newest runs, newest first. */
export async function listGdapRuns(workspace: WorkspaceStore, most = 10): Promise<readonly GdapRunDoc[]> {
  const where = [
    { field: 'id', op: 'ge', value: 'gdapRun:' },
    { field: 'id', op: 'lt', value: 'gdapRun;' },
  ] as const;
  const runs = await listAs(workspace.customers, { type: 'gdapRun', where, limit: 1000 }, gdapRunDoc);
  return runs.sort((a, b) => b.startedAt.localeCompare(a.startedAt)).slice(0, most);
}

/** The links of a run as CSV, for a mail merge. @throws Problem 404 as `readGdapRun`, 400 while there is none */
export async function gdapRunCsv(workspace: WorkspaceStore, runId: string): Promise<string> {
  const { items } = await readGdapRun(workspace, runId);
  if (items.every(({ approvalLink }) => approvalLink === null))
    throw invalid('No request of this run has a link yet.', 'Wait until the first is made, then download the list.');
  const header = ['Customer', 'Domain', 'Tenant id', 'State', 'Approval link', 'Problem'];
  return csvOf(
    header,
    items.map(({ name, domain, tenantId, state, approvalLink, explanation }) => [
      name,
      domain,
      tenantId,
      state,
      approvalLink,
      explanation?.meaning,
    ]),
  );
}

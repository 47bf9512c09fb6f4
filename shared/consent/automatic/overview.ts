// Automatic consent of a workspace as pages and the API show it: how far it has come, and each customer that is not granted.
import { z } from 'zod';
import type { App } from '../../app.ts';
import { pageOf } from '../../customers/rows.ts';
import type { Explanation } from '../../errors.ts';
import { readAs, type WorkspaceStore } from '../../store/scoped.ts';
import type { ConsentStatus } from '../documents.ts';
import { type ConsentStrategy, effectiveStrategy } from '../strategy.ts';
import { allFacts, factsOf } from './facts.ts';
import { type AutomaticFacts, isAmongAll, planAutomatic } from './plan.ts';
import { type AutomaticProgress, type AutomaticStanding, progressOf, standingOfConsent } from './progress.ts';
import { explainRefusal } from './refusals.ts';
import { automaticBatchDoc } from './state.ts';

/** `can`: may be started. `underWay`: goes on by itself. `failed`: was tried and waits for somebody. `cannot`: with the reason. */
export const automaticGroups = ['can', 'underWay', 'failed', 'cannot'] as const;
export type AutomaticGroup = (typeof automaticGroups)[number];

export interface AutomaticRow {
  tenantId: string;
  name: string;
  domain: string | null;
  group: AutomaticGroup;
  consent: ConsentStatus;
  /** Where it stands that was begun automatically; null for one that was not. */
  standing: AutomaticStanding | null;
  strategy: ConsentStrategy;
  /** Whether the strategy is the workspace's, as the customer has none of its own. */
  byDefault: boolean;
  mayStart: boolean;
  /** Why it failed, or why it cannot be started; null where nothing is wrong. */
  explanation: Explanation | null;
  /** When the next try is due. */
  nextAttemptAt: string | null;
  /** The partner app's grant could not be taken back: it is still in the tenant. */
  residue: boolean;
}

export const automaticQuery = z.object({
  group: z.enum(automaticGroups).optional(),
  text: z.string().max(200).optional(),
  page: z.coerce.number().int().min(1).max(100_000).optional(),
});
export type AutomaticQuery = z.infer<typeof automaticQuery>;

export interface AutomaticOverview {
  progress: AutomaticProgress | null;
  /** How many "all that can" takes. */
  all: number;
  /** Customers that are not granted, or keep a grant of the partner app. */
  counts: Readonly<Record<AutomaticGroup, number>>;
  matching: number;
  rows: readonly AutomaticRow[];
  page: number;
  pages: number;
}

export async function readAutomatic(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
  query: AutomaticQuery,
): Promise<AutomaticOverview> {
  const all = await allFacts(app, workspace);
  const batch = (await readAs(workspace.workspace, 'automaticBatch', automaticBatchDoc))?.doc;
  const rows = all.map(automaticRow).filter(({ consent, residue }) => consent !== 'Granted' || residue);
  const counts: Record<AutomaticGroup, number> = { can: 0, underWay: 0, failed: 0, cannot: 0 };
  for (const { group } of rows) counts[group] += 1;
  const matching = rows.filter((row) => matches(row, query));
  return {
    progress: batch ? progressOf(batch, all) : null,
    all: all.filter(isAmongAll).length,
    counts,
    matching: matching.length,
    ...pageOf(matching, query.page),
  };
}

/** How one customer consents, and whether it may be started. Undefined where the workspace has no such customer. */
export async function readAutomaticOf(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
  tenantId: string,
): Promise<AutomaticRow | undefined> {
  const facts = await factsOf(app, workspace, tenantId);
  return facts && automaticRow(facts);
}

/** Pure. */
export function automaticRow(facts: AutomaticFacts): AutomaticRow {
  const { customer, consent, settings, nowMs } = facts;
  const plan = planAutomatic(facts);
  const begun = consent?.method === 'automatic' && consent.automatic != null;
  const standing = begun ? standingOfConsent(consent, nowMs) : null;
  const why = plan.may ? null : explainRefusal(plan.why);
  const group = groupOf(standing, consent?.status, plan.may);
  return {
    tenantId: customer.tenantId,
    name: customer.name,
    domain: customer.domain,
    group,
    consent: consent?.status ?? 'NotRequested',
    standing,
    strategy: effectiveStrategy(consent, settings),
    byDefault: (consent?.strategy ?? null) === null,
    mayStart: plan.may,
    explanation: group === 'underWay' || group === 'failed' ? (consent?.explanation ?? null) : why,
    nextAttemptAt: consent?.nextAttemptAt ?? null,
    residue: consent?.automatic?.residue ?? false,
  };
}

function groupOf(
  standing: AutomaticStanding | null,
  status: ConsentStatus | undefined,
  mayStart: boolean,
): AutomaticGroup {
  if (standing === 'failed' && status === 'ConsentFailure') return 'failed';
  if (standing === 'waiting' || standing === 'working' || standing === 'retrying') return 'underWay';
  return mayStart ? 'can' : 'cannot';
}

function matches(row: AutomaticRow, { group, text = '' }: AutomaticQuery): boolean {
  const wanted = text.trim().toLocaleLowerCase('en');
  const found = [row.name, row.domain ?? '', row.tenantId].some((it) => it.toLocaleLowerCase('en').includes(wanted));
  return found && (group === undefined || row.group === group);
}

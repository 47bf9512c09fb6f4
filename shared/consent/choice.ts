// Which customers something is done to: those that are named, or all that a filter leaves but for a few.
import { z } from 'zod';
import type { App } from '../app.ts';
import { allCustomers } from '../customers/list.ts';
import { gdapIsUsable } from '../customers/readiness.ts';
import { type CustomerRow, selectRows } from '../customers/rows.ts';
import { invalid } from '../errors.ts';
import type { WorkspaceStore } from '../store/scoped.ts';

/**
 * What a customer's consent is to somebody who wants to have it; `unwanted` where somebody chose not to ask this one.
 * `toConsent` is everything but these and `consented`.
 */
export const consentGroups = [
  'toConsent',
  'notAsked',
  'atMicrosoft',
  'pending',
  'failed',
  'withdrawn',
  'upgrade',
  'unwanted',
  'consented',
] as const;
export type ConsentGroup = (typeof consentGroups)[number];

export const consentFilter = z.object({
  group: z.enum(consentGroups).default('toConsent'),
  /** Whether the partner's own account may consent there, as GDAP stands. */
  gdap: z.enum(['usable', 'unusable']).optional(),
  /** Name, domain or tenant id. */
  text: z.string().max(200).optional(),
});
export type ConsentFilter = z.infer<typeof consentFilter>;

const tenantIds = z.array(z.guid().toLowerCase());

/** Named ones, or all that match a filter but for `except`. */
export const customerChoice = z.union([
  z.strictObject({ tenantIds: tenantIds.min(1).max(1000) }),
  z.strictObject({ matching: consentFilter, except: tenantIds.max(1000).default([]) }),
]);
export type CustomerChoice = z.infer<typeof customerChoice>;

/** What a customer's consent is, for choosing. */
export function consentGroupOf(row: CustomerRow): Exclude<ConsentGroup, 'toConsent'> {
  if (row.consent?.strategy === 'none' && row.readiness.consent !== 'Granted') return 'unwanted';
  switch (row.readiness.consent) {
    case 'Granted':
      return row.consent?.evidence ? 'consented' : 'withdrawn';
    case 'InProgress':
      return 'atMicrosoft';
    case 'ConsentPending':
    case 'GrantingApplicationRoles':
      return 'pending';
    case 'ConsentFailure':
      return 'failed';
    case 'Revoked':
      return 'withdrawn';
    case 'UpgradeNeeded':
      return 'upgrade';
    case 'NotRequested':
      return 'notAsked';
  }
}

/** The customers that a filter leaves, by name. Those that are no longer anybody's customer are never among them. */
export function selectToConsent(rows: readonly CustomerRow[], filter: ConsentFilter): CustomerRow[] {
  const matches = (row: CustomerRow) => {
    const group = consentGroupOf(row);
    const usable = gdapIsUsable(row.readiness.gdap.status);
    return (
      row.missingSince === null &&
      (filter.group === 'toConsent' ? isWanted(group) : group === filter.group) &&
      (filter.gdap === undefined || (filter.gdap === 'usable') === usable)
    );
  };
  return selectRows(rows.filter(matches), { text: filter.text });
}

function isWanted(group: ConsentGroup): boolean {
  return group !== 'consented' && group !== 'unwanted';
}

export type ConsentCounts = Readonly<Record<ConsentGroup, number>>;

/** How many customers each filter would leave. */
export function countToConsent(rows: readonly CustomerRow[]): ConsentCounts {
  const counts = Object.fromEntries(consentGroups.map((group) => [group, 0]));
  const present = rows.filter(({ missingSince }) => missingSince === null);
  const groups = present.map(consentGroupOf);
  for (const group of groups) counts[group] = (counts[group] ?? 0) + 1;
  return consentCounts.parse({ ...counts, toConsent: groups.filter(isWanted).length });
}
const consentCounts = z.record(z.enum(consentGroups), z.number());

/**
 * The customers of a choice, by name, each once.
 * @throws Problem 400 where none is left, or where one that is named is not the workspace's
 */
export async function chosenCustomers(
  app: App,
  workspace: WorkspaceStore,
  choice: CustomerChoice,
): Promise<CustomerRow[]> {
  const rows = await allCustomers(app, workspace);
  const chosen = 'tenantIds' in choice ? named(rows, choice.tenantIds) : matching(rows, choice);
  if (chosen.length === 0)
    throw invalid('No customer is chosen.', 'Choose one at least.', { customers: 'Choose one customer at least.' });
  return chosen;
}

function named(rows: readonly CustomerRow[], ids: readonly string[]): CustomerRow[] {
  const wanted = new Set(ids);
  const found = rows.filter(({ tenantId }) => wanted.has(tenantId.toLowerCase()));
  if (found.length < wanted.size)
    throw invalid('Some of the customers that were chosen are not there.', 'Reload the list and choose again.', {
      tenantIds: 'One of these is no customer.',
    });
  return selectRows(found, {});
}

function matching(
  rows: readonly CustomerRow[],
  { matching: filter, except }: Extract<CustomerChoice, { matching: unknown }>,
): CustomerRow[] {
  const left = new Set(except);
  return selectToConsent(rows, filter).filter(({ tenantId }) => !left.has(tenantId.toLowerCase()));
}

// Searches the contacts of all tenants: partition by partition in order, within a budget, from where the search before
// stopped. No store is asked across partitions, and no request goes on without end.
import { setImmediate as letOthersWork } from 'node:timers/promises';
import type { App } from '../app.ts';
import { SECOND_MS } from '../clock.ts';
import { invalid } from '../errors.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { type Contact, type ContactFilter, matcherOf } from './contact.ts';
import { type ContactPlace, countContacts, fromToken, resume, selectPlaces, toToken, type Within } from './places.ts';
import { readPlaces } from './read-places.ts';
import { type Reading, readSome } from './read-some.ts';

/** What one request may cost. */
export interface SearchBudget {
  /** Contacts that it gives at most. */
  contacts: number;
  documents: number;
  tenants: number;
  durationMs: number;
}

export const pageBudget: SearchBudget = {
  contacts: 100,
  documents: 100_000,
  tenants: 1_000,
  durationMs: 4 * SECOND_MS,
};

export interface ContactPage {
  /** By customer, then by user name; those that were kept come after those that are synced. */
  items: readonly Contact[];
  /** Where to go on: with it the next page, or further in the search; null when everything was looked at. */
  cursor: string | null;
  /** Of the customers that the filter leaves, how many are searched to their end, and how many there are. */
  searched: number;
  customers: number;
  /** How many contacts those customers have before text and other filters; null while some are not counted yet. */
  contacts: number | null;
}

export interface SearchRequest {
  filter: ContactFilter;
  /** Of the page before, with the very same filter. */
  cursor?: string | undefined;
  /** User ids of the group's members, where the filter names a group. */
  members?: ReadonlySet<string> | undefined;
  /** The workspace's, where they were read already. */
  places?: readonly ContactPlace[] | undefined;
  budget?: SearchBudget;
}

/**
 * One page of contacts. A page may hold fewer than a hundred, or none, and still go on: then its budget was used up.
 * @throws Problem 400 for a cursor that is not of this filter; StoreError
 */
export async function searchContacts(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
  { filter, cursor, members, places: known, budget = pageBudget }: SearchRequest,
): Promise<ContactPage> {
  const start = cursor === undefined ? undefined : fromToken(filter, cursor);
  if (cursor !== undefined && !start)
    throw invalid('This address does not lead to a part of the list.', 'Open the contacts again.');
  const places = selectPlaces(known ?? (await readPlaces(workspace)), filter);
  const search = { app, workspace, filter, matches: matcherOf(filter, members), budget };
  const found = await walk(search, places, resume(places, start));
  const next = places[found.at];
  return {
    items: found.items,
    cursor: next ? toToken(filter, { name: next.name, tenantId: next.tenantId, within: found.within }) : null,
    searched: found.at,
    customers: places.length,
    contacts: countContacts(places, filter),
  };
}

interface Search {
  app: Pick<App, 'clock'>;
  workspace: WorkspaceStore;
  filter: ContactFilter;
  matches: ((contact: Contact) => boolean) | undefined;
  budget: SearchBudget;
}

/** A place in the list of places, and within that one. */
interface Position {
  at: number;
  within?: Within | undefined;
}

const mostAtOnce = 16;

/** Goes on from a position until the page is full, the budget is used up, or everything was looked at. */
async function walk(
  search: Search,
  places: readonly ContactPlace[],
  from: Position,
): Promise<Position & { items: readonly Contact[] }> {
  const { budget, app } = search;
  const endMs = app.clock.now() + budget.durationMs;
  const spent: Spent = { items: [], documents: 0, tenants: 0 };
  const goesOn = () =>
    spent.items.length < budget.contacts &&
    spent.documents < budget.documents &&
    spent.tenants < budget.tenants &&
    app.clock.now() < endMs;
  let position = from;
  // One tenant often fills a page; where few match, more and more are read at once.
  for (let atOnce = 1; position.at < places.length && goesOn(); atOnce = Math.min(2 * atOnce, mostAtOnce)) {
    const { at, within } = position;
    const size = within ? 1 : Math.min(atOnce, budget.tenants - spent.tenants);
    const wave = places.slice(at, at + size);
    position = take(spent, budget, await Promise.all(wave.map((place) => readSome(search, place, within))), at);
    await letOthersWork();
  }
  return { ...position, items: spent.items };
}

interface Spent {
  items: Contact[];
  documents: number;
  tenants: number;
}

/** Takes what fits of the readings of tenants in a row, the first of which is at `at`. Gives where to go on. */
function take(spent: Spent, budget: SearchBudget, readings: readonly Reading[], at: number): Position {
  for (const [index, { found, documents, rest }] of readings.entries()) {
    spent.documents += documents;
    const fitting = found.slice(0, budget.contacts - spent.items.length);
    spent.items.push(...fitting.map(({ contact }) => contact));
    if (fitting.length < found.length) return { at: at + index, within: fitting.at(-1)?.place };
    if (rest) return { at: at + index, within: rest };
    spent.tenants += 1;
  }
  return { at: at + readings.length };
}

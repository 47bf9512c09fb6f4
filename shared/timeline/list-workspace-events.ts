// Every event of a workspace in the order of time, for whoever follows along: what the sync found, and what became of access.
import { z } from 'zod';
import type { App } from '../app.ts';
import { DAY_MS } from '../clock.ts';
import { invalid } from '../errors.ts';
import { isStoreError } from '../store/port.ts';
import type { WorkspaceStore } from '../store/scoped.ts';
import { eventDoc, type SyncEvent } from '../sync/documents.ts';
import { type AccessEvent, accessEventDoc } from './documents.ts';

export type WorkspaceEvent = SyncEvent | AccessEvent;

export interface EventsPage {
  items: readonly WorkspaceEvent[];
  /** Goes on after these, now or when there are more; the same place until then. */
  next: string;
  /** Whether there are more already. */
  more: boolean;
}

export interface EventsQuery {
  /** The first moment wanted, ISO 8601; a day ago unless told. Left out with `next`. */
  since?: string | undefined;
  /** Of the page before. */
  next?: string | undefined;
  limit?: number | undefined;
}

/** Further back nobody looks: days are read one by one. */
export const longestSinceDays = 92;
const LONGEST_MS = longestSinceDays * DAY_MS;
const PAGE_EVENTS = 100;
/** Empty days that one request passes over. */
const MOST_DAYS = 31;

const placeSchema = z.object({
  /** The first moment that was asked for. */
  since: z.iso.datetime(),
  day: z.iso.date(),
  continuation: z.string().optional(),
});
type Place = z.infer<typeof placeSchema>;

/**
 * A page of events, oldest first. An event may be published some minutes after the time that it carries; whoever wants
 * each one asks again with a `since` a little before the newest that it knows, and drops those whose `eventId` it has.
 * @throws Problem 400 for a `next` that is none of ours, or a `since` longer ago than 92 days
 */
export async function listWorkspaceEvents(
  app: Pick<App, 'clock'>,
  workspace: WorkspaceStore,
  { since, next, limit = PAGE_EVENTS }: EventsQuery,
): Promise<EventsPage> {
  const nowMs = app.clock.now();
  const today = new Date(nowMs).toISOString().slice(0, 10);
  const first = next === undefined ? startOf(since, nowMs) : openPlace(next);
  const items: WorkspaceEvent[] = [];
  let place = first;
  for (let days = 0; days < MOST_DAYS; days += 1) {
    const page = await readDay(workspace, place, limit - items.length);
    items.push(...page.items);
    const within = page.continuation !== undefined;
    // Of the newest day the place stays before what may still come: the last page is read again.
    if (!within && place.day >= today) return { items, next: sealPlace(restOf(place, items)), more: false };
    place = within ? { ...place, continuation: page.continuation } : { since: place.since, day: dayAfter(place.day) };
    if (items.length >= limit) break;
  }
  return { items, next: sealPlace(place), more: true };
}

/** From the newest event on: it comes again, and so do those that are published beside it later. */
function restOf({ since, day }: Place, items: readonly WorkspaceEvent[]): Place {
  return { since: items.at(-1)?.at ?? since, day: items.at(-1)?.at.slice(0, 10) ?? day };
}

function startOf(since: string | undefined, nowMs: number): Place {
  const ms = since === undefined ? nowMs - DAY_MS : Date.parse(since);
  if (nowMs - ms > LONGEST_MS) {
    const ask = `Ask for events since a moment within the last ${longestSinceDays} days.`;
    throw invalid('Events are listed for a quarter of a year.', ask);
  }
  const at = new Date(ms).toISOString();
  return { since: at, day: at.slice(0, 10) };
}

async function readDay(workspace: WorkspaceStore, { since, day, continuation }: Place, limit: number) {
  try {
    const page = await workspace.events(day).query({
      where: [{ field: 'event.at', op: 'ge', value: since }],
      orderBy: { field: 'event.at', direction: 'asc' },
      limit,
      ...(continuation === undefined ? {} : { continuation }),
    });
    return { items: page.items.map(({ doc }) => eventOf(doc)), continuation: page.continuation };
  } catch (error) {
    if (isStoreError(error, 'invalid')) throw noPlace();
    throw error;
  }
}

function eventOf(doc: { type: string }): WorkspaceEvent {
  return doc.type === 'event' ? eventDoc.parse(doc).event : accessEventDoc.parse(doc).event;
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}

function sealPlace(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

function openPlace(text: string): Place {
  try {
    return placeSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    throw noPlace();
  }
}

function noPlace() {
  return invalid('`next` is not from a page of events.', 'Leave it out and ask with `since` again.');
}

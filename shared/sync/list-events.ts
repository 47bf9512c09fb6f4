// Events of a workspace, newest first, for the customer's timeline and the API.
import type { App } from '../app.ts';
import { DAY_MS } from '../clock.ts';
import { openWorkspaceStore } from '../store/scoped.ts';
import { eventDoc, type SyncEvent } from './documents.ts';

export interface EventsRequest {
  /** Only this customer's. */
  tenantId?: string;
  /** The day to read, `2026-01-31`; today unless told. */
  day?: string;
  /** Of the page before, with the same day and customer. */
  continuation?: string;
}

export interface EventsAnswer {
  items: readonly SyncEvent[];
  continuation: string | null;
}

const pageSize = 100;

/** A page of one day's events, newest first; of one customer they come in falling order of their sequence. */
export async function listEvents(
  app: Pick<App, 'store' | 'clock'>,
  workspaceId: string,
  { tenantId, day, continuation }: EventsRequest = {},
): Promise<EventsAnswer> {
  const partition = openWorkspaceStore(app.store, workspaceId).events(day ?? dayOf(app.clock.now()));
  const page = await partition.query({
    type: 'event',
    ...(tenantId === undefined
      ? { orderBy: { field: 'event.at', direction: 'desc' } }
      : {
          where: [{ field: 'event.tenantId', op: 'eq', value: tenantId }],
          orderBy: { field: 'event.sequence', direction: 'desc' },
        }),
    limit: pageSize,
    ...(continuation === undefined ? {} : { continuation }),
  });
  return { items: page.items.map(({ doc }) => eventDoc.parse(doc).event), continuation: page.continuation ?? null };
}

/** A customer's newest events of the last days (30 unless told), `max` at most, newest first. */
export async function recentEvents(
  app: Pick<App, 'store' | 'clock'>,
  workspaceId: string,
  tenantId: string,
  { max, days = 30 }: { max: number; days?: number },
): Promise<readonly SyncEvent[]> {
  const found: SyncEvent[] = [];
  for (let back = 0; back < days && found.length < max; back += 1) {
    const day = dayOf(app.clock.now() - back * DAY_MS);
    found.push(...(await listEvents(app, workspaceId, { tenantId, day })).items);
  }
  return found.slice(0, max);
}

function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

// Reads a customer's timeline, newest first, and what is lost of its access now.
import { notFound } from '../errors.ts';
import { readAs, type WorkspaceStore } from '../store/scoped.ts';
import { type AccessDoc, accessDoc, accessDocId, type TimelineDoc, timelineDoc } from './documents.ts';

/** An entry as the API shows it. */
export type TimelineEntry = Omit<TimelineDoc, 'id' | 'type' | 'schemaVersion' | 'ttl'>;

export interface TimelinePage {
  items: readonly TimelineEntry[];
  /** Where older entries begin; null at the end. */
  continuation: string | null;
}

const PAGE_ENTRIES = 50;

/**
 * One page of the timeline.
 * @throws Problem 404 for no such customer; StoreError `invalid` for a continuation that is none of ours
 */
export async function readTimeline(
  workspace: WorkspaceStore,
  tenantId: string,
  { continuation, limit = PAGE_ENTRIES }: { continuation?: string | undefined; limit?: number } = {},
): Promise<TimelinePage> {
  if (!(await workspace.customers.read(`customer:${tenantId}`))) throw notFound('customer');
  const page = await workspace.customers.query({
    type: 'timeline',
    where: [
      { field: 'id', op: 'ge', value: `timeline:${tenantId}:` },
      { field: 'id', op: 'lt', value: `timeline:${tenantId};` },
    ],
    orderBy: { field: 'id', direction: 'desc' },
    limit,
    ...(continuation === undefined ? {} : { continuation }),
  });
  const entries = page.items.map(({ doc }) => timelineDoc.parse(doc));
  return { items: entries.sort(newestFirst).map(entryOf), continuation: page.continuation ?? null };
}

/** Of one moment, what was found later in the same look comes first. */
function newestFirst(a: TimelineDoc, b: TimelineDoc): number {
  return b.at.localeCompare(a.at) || b.sequence - a.sequence;
}

function entryOf({ id: _, type: __, schemaVersion: ___, ttl: ____, ...entry }: TimelineDoc): TimelineEntry {
  return entry;
}

/** What was last told of a customer's access; undefined before the first look. */
export async function readAccess(workspace: WorkspaceStore, tenantId: string): Promise<AccessDoc | undefined> {
  return (await readAs(workspace.customers, accessDocId(tenantId), accessDoc))?.doc;
}

// Adds entries to timelines. A customer's entries and what is remembered of it go in one batch, so that a crash tells
// nothing twice and forgets nothing; the events follow, and what a crash kept from following goes out at the next look.
import { createHash } from 'node:crypto';
import type { Actor } from '../access/audit.ts';
import { isStoreError, MAX_BATCH_OPERATIONS } from '../store/port.ts';
import { type PartitionOperation, readAs, type WorkspaceStore } from '../store/scoped.ts';
import { type AccessDoc, type AccessEvent, type TimelineDetails, type TimelineDoc, timelineDoc } from './documents.ts';
import type { TimelineKind } from './kinds.ts';

/** An entry to be. */
export interface Step {
  kind: TimelineKind;
  at: string;
  by: Actor;
  subject?: string | undefined;
  details?: TimelineDetails | undefined;
  /** False for what happened before Tenantry looked: the timeline shows it, no event tells it. */
  publish?: boolean | undefined;
  /** Of what was before the first look: a customer that was removed and has come back may have the entry already. */
  mayExist?: boolean | undefined;
}

/** One customer's change: what is remembered from now on, and the entries that say so. */
export interface Telling {
  access: AccessDoc;
  /** Of the document as it was read; undefined where there was none. */
  etag: string | undefined;
  steps: readonly Step[];
}

/** A telling as it was written. */
export interface Told {
  access: AccessDoc;
  etag: string;
  entries: readonly TimelineDoc[];
}

interface Prepared {
  access: AccessDoc;
  operations: PartitionOperation[];
  entries: TimelineDoc[];
}

/**
 * Writes each telling whole or not at all, many to a batch. Gives, in order, what was written; undefined for one whose
 * customer somebody else told of meanwhile (or of which one entry is there already): the caller looks again.
 * @throws StoreError, RangeError for a telling that no batch could hold
 */
export async function appendSteps(
  workspace: WorkspaceStore,
  tellings: readonly Telling[],
): Promise<(Told | undefined)[]> {
  const results: (Told | undefined)[] = [];
  let open: Prepared[] = [];
  const flush = async () => {
    if (open.length > 0) results.push(...(await writeTogether(workspace, open)));
    open = [];
  };
  for (const prepared of tellings.map(prepare)) {
    if (prepared.operations.length > MAX_BATCH_OPERATIONS)
      throw new RangeError(`A customer cannot be told ${prepared.entries.length} things at once`);
    const size = open.reduce((sum, { operations }) => sum + operations.length, prepared.operations.length);
    if (size > MAX_BATCH_OPERATIONS) await flush();
    open.push(prepared);
  }
  await flush();
  return results;
}

function prepare({ access, etag, steps }: Telling): Prepared {
  const entries = steps.map((step, index) => entryOf(access.tenantId, access.sequence + index + 1, step));
  const loud = entries.filter((_entry, index) => steps[index]?.publish !== false).map(({ id }) => id);
  const next: AccessDoc = {
    ...access,
    sequence: access.sequence + entries.length,
    unpublished: [...access.unpublished, ...loud],
  };
  const fence: PartitionOperation =
    etag === undefined ? { kind: 'create', doc: next } : { kind: 'replace', doc: next, etag };
  const additions = entries.map(
    (doc, index): PartitionOperation => ({ kind: steps[index]?.mayExist ? 'upsert' : 'create', doc }),
  );
  return { access: next, entries, operations: [fence, ...additions] };
}

/** Where one of several was overtaken each is written by itself, so that it holds up none of the others. */
async function writeTogether(workspace: WorkspaceStore, all: readonly Prepared[]): Promise<(Told | undefined)[]> {
  try {
    const outcome = await workspace.customers.batch(all.flatMap(({ operations }) => operations));
    let first = 0;
    return all.map(({ access, entries, operations }) => {
      const etag = outcome[first];
      first += operations.length;
      return etag === undefined ? undefined : { access, entries, etag };
    });
  } catch (error) {
    if (!isOvertaken(error)) throw error;
    if (all.length === 1) return [undefined];
    const results: (Told | undefined)[] = [];
    for (const one of all) results.push(...(await writeTogether(workspace, [one])));
    return results;
  }
}

function isOvertaken(error: unknown): boolean {
  return (['conflict', 'preconditionFailed', 'notFound'] as const).some((kind) => isStoreError(error, kind));
}

/** The id of an entry: by customer, then time, then kind. */
export function timelineId(tenantId: string, step: Pick<Step, 'at' | 'kind' | 'subject'>): string {
  return `timeline:${tenantId}:${step.at}:${step.kind}${step.subject === undefined ? '' : `:${step.subject}`}`;
}

function entryOf(tenantId: string, sequence: number, step: Step): TimelineDoc {
  return {
    id: timelineId(tenantId, step),
    type: 'timeline',
    schemaVersion: 1,
    tenantId,
    sequence,
    at: step.at,
    kind: step.kind,
    by: step.by.id,
    byName: step.by.name,
    subject: step.subject ?? null,
    details: step.details ?? {},
  };
}

/**
 * Puts what was told among the workspace's events, and remembers that it is there. May be repeated: an event is written
 * over itself. Entries that are not at hand are read.
 * @throws StoreError: the next look publishes what is left
 */
export async function publishTold(workspace: WorkspaceStore, all: readonly Told[]): Promise<void> {
  const waiting = all.filter(({ access }) => access.unpublished.length > 0);
  if (waiting.length === 0) return;
  const entries: TimelineDoc[] = [];
  for (const told of waiting) entries.push(...(await unpublishedOf(workspace, told)));
  const days = Map.groupBy(entries, ({ at }) => at.slice(0, 10));
  for (const [day, found] of days) {
    const docs = found.map((entry) => eventDocOf(workspace.workspaceId, entry));
    for (const outcome of await workspace.events(day).bulkUpsert(docs)) if (!outcome.ok) throw outcome.error;
  }
  const published = waiting.map(({ access, etag }) => ({ access: { ...access, unpublished: [] }, etag, steps: [] }));
  // One that was told more meanwhile keeps its list: the next look publishes it again, over itself.
  await appendSteps(workspace, published);
}

async function unpublishedOf(workspace: WorkspaceStore, { access, entries }: Told): Promise<TimelineDoc[]> {
  const found: TimelineDoc[] = [];
  for (const id of access.unpublished) {
    const entry = entries.find((one) => one.id === id) ?? (await readEntry(workspace, id));
    if (entry) found.push(entry);
  }
  return found;
}

/** Read twice before it counts as gone: one missing read proves nothing under session consistency. */
async function readEntry(workspace: WorkspaceStore, id: string): Promise<TimelineDoc | undefined> {
  const read = () => readAs(workspace.customers, id, timelineDoc);
  return ((await read()) ?? (await read()))?.doc;
}

function eventDocOf(workspaceId: string, entry: TimelineDoc) {
  const { tenantId, kind, sequence, at, by, byName, details } = entry;
  const digest = createHash('sha256').update(`${workspaceId}:${entry.id}`).digest('base64url');
  const event: AccessEvent = {
    eventId: `evt_${digest.slice(0, 24)}`,
    kind,
    tenantId,
    subject: entry.subject ?? tenantId,
    sequence,
    at,
    by,
    byName,
    details,
  };
  return { id: entry.id, type: 'accessEvent', schemaVersion: 1, event };
}

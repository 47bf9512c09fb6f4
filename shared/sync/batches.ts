// Packs a run's changes into transactional batches. Each replaces the state by its etag (the fence), so a run that was
// overtaken writes nothing; each holds changes together with their events, so a kill between two loses and repeats none.
import { createHash } from 'node:crypto';
import { MAX_BATCH_OPERATIONS, MAX_DOC_BYTES } from '../store/port.ts';
import { type DirectoryDoc, type DirectoryType, type DocChange, type EventDraft, eventOf } from './changes.ts';
import type { OutboxDoc, SyncEvent, SyncStateDoc } from './documents.ts';
import { addTally, emptyTally, type Tally, tallyDoc } from './standing.ts';

/** One write of a batch beside the state. */
export type DirectoryWrite = { kind: 'upsert'; doc: DirectoryDoc | OutboxDoc } | { kind: 'delete'; id: string };

export interface PackedBatch {
  writes: readonly DirectoryWrite[];
  /** The state that goes with them. */
  state: SyncStateDoc;
}

export interface PackRequest {
  workspaceId: string;
  /** The state as it is stored now, with the generation that the changes carry. */
  state: SyncStateDoc;
  /** What the last batch makes of the state, besides counts and sequence. */
  finish: (state: SyncStateDoc) => SyncStateDoc;
  /** What every batch but the last makes of it: the claim. */
  working: (state: SyncStateDoc) => SyncStateDoc;
  changes: readonly DocChange[];
  /** Whether changes of a type raise events. */
  raises: (type: DirectoryType) => boolean;
  /** One more event for the last batch, told with the state as it will be. */
  closingEvent: (state: SyncStateDoc) => EventDraft | undefined;
  nowIso: string;
}

/** The state takes one of the operations. */
const maxWrites = MAX_BATCH_OPERATIONS - 1;
const maxBytes = MAX_DOC_BYTES - 128 * 1024;

/** At least one batch, in the order in which they must be written. */
export function packBatches(request: PackRequest): readonly PackedBatch[] {
  const batches: PackedBatch[] = [];
  let open = emptyBatch();
  let { state } = request;
  const close = (): void => {
    state = { ...addTally(state, open.tally), sequence: open.sequence(state) };
    batches.push({ writes: open.writes, state: request.working(state) });
    open = emptyBatch();
  };
  for (const change of request.changes) {
    const draft = request.raises(typeOf(change)) ? eventOf(change) : undefined;
    const bytes = upperBytes(change.after) + (draft ? upperBytes(draft.changes) + 1024 : 0);
    const full = open.writes.length + (draft ? 2 : 1) > maxWrites || open.bytes + bytes > maxBytes;
    if (full && open.writes.length > 0) close();
    open.add(change, draft && numbered(request, open.sequence(state) + 1, draft), bytes, state.usersGeneration);
  }
  // Room for the closing event, which is known only once everything is counted.
  if (open.writes.length === maxWrites) close();
  state = { ...addTally(state, open.tally), sequence: open.sequence(state) };
  state = request.finish(state);
  const closing = request.closingEvent(state);
  if (closing) {
    state = { ...state, sequence: state.sequence + 1 };
    open.writes.push({ kind: 'upsert', doc: numbered(request, state.sequence, closing) });
  }
  batches.push({ writes: open.writes, state });
  return batches;
}

function emptyBatch() {
  const writes: DirectoryWrite[] = [];
  const tally: Tally = { ...emptyTally };
  let events = 0;
  return {
    writes,
    tally,
    bytes: 0,
    sequence: (state: SyncStateDoc) => state.sequence + events,
    add({ id, before, after }: DocChange, outbox: OutboxDoc | undefined, bytes: number, generation: number) {
      if (before) tallyDoc(tally, before, -1, generation);
      if (after) tallyDoc(tally, after, 1, generation);
      writes.push(after ? { kind: 'upsert', doc: after } : { kind: 'delete', id });
      if (outbox) {
        writes.push({ kind: 'upsert', doc: outbox });
        events += 1;
      }
      this.bytes += bytes;
    },
  };
}

function typeOf({ before, after }: DocChange): DirectoryType {
  const doc = after ?? before;
  if (!doc) throw new Error('A change has a document before or after it');
  return doc.type;
}

function numbered(request: PackRequest, sequence: number, draft: EventDraft): OutboxDoc {
  const { tenantId } = request.state;
  const event: SyncEvent = {
    eventId: eventIdOf(request.workspaceId, tenantId, sequence),
    tenantId,
    sequence,
    at: request.nowIso,
    ...draft,
  };
  return { id: `outbox:${padded(sequence)}`, type: 'outbox', schemaVersion: 1, event };
}

/** The same event has the same id wherever it is sent from, however often. */
export function eventIdOf(workspaceId: string, tenantId: string, sequence: number): string {
  const digest = createHash('sha256').update(`${workspaceId}:${tenantId}:${sequence}`).digest('base64url');
  return `evt_${digest.slice(0, 24)}`;
}

/** Twelve digits, so that ids sort as numbers do. */
export function padded(sequence: number): string {
  return String(sequence).padStart(12, '0');
}

/** No fewer than the bytes of a value's JSON, without writing it out: a character takes six bytes at most (`\u0000`). */
function upperBytes(value: unknown): number {
  if (typeof value === 'string') return value.length * 6 + 2;
  if (typeof value !== 'object' || value === null) return 24;
  let bytes = 2;
  if (Array.isArray(value)) for (const item of value) bytes += 1 + upperBytes(item);
  else for (const name in value) bytes += name.length * 6 + 4 + upperBytes(Reflect.get(value, name));
  return bytes;
}

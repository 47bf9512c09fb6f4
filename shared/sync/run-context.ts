// One run of one customer: what it works with, where it stands, and the fence through which it writes.
import type { App } from '../app.ts';
import { MINUTE_MS } from '../clock.ts';
import type { GraphClient, MicrosoftError } from '../microsoft/microsoft.ts';
import { isStoreError } from '../store/port.ts';
import type { Partition, PartitionOperation } from '../store/scoped.ts';
import { type PackedBatch, packBatches } from './batches.ts';
import type { DirectoryType, EventDraft } from './changes.ts';
import type { DatasetName, OutboxDoc, SyncStateDoc } from './documents.ts';
import type { Draft } from './draft.ts';
import { chunkSize } from './outbox.ts';
import { addTally, emptyTally, type Tally, tallyDoc } from './standing.ts';

/** How long a claim keeps other runs away after the last write of the one that holds it. */
export const claimMs = 3 * MINUTE_MS;

/** What the sync needs of the app. */
export type SyncApp = Pick<App, 'store' | 'queue' | 'clock' | 'ids' | 'log' | 'microsoft' | 'sealer'>;

export interface Run {
  app: SyncApp;
  workspaceId: string;
  tenantId: string;
  runId: string;
  /** When it began; every document and event of the run carries this time. */
  nowMs: number;
  nowIso: string;
  directory: Partition;
  graph: GraphClient;
  /** The state as it is stored, and its etag; no etag while nothing is stored for the tenant. */
  stored: SyncStateDoc;
  etag: string | undefined;
  /** The state as the next commit makes it, besides counts and sequence, which follow from the changes. */
  next: SyncStateDoc;
  draft: Draft;
  /** Whether changes of a type raise events: after the baseline, and once its dataset was read before this run. */
  raises: (type: DirectoryType) => boolean;
  /** Every dataset that was asked for, with what went wrong, if anything. */
  asked: Map<DatasetName, MicrosoftError | undefined>;
  /** The events that it has written to the outbox, the first few of them: most runs need not read them back. */
  raised: OutboxDoc[];
}

/** Somebody else has written the tenant's state since this run read it: what the run knows is older. */
export class Overtaken extends Error {}

/** Keeps other runs away while this one goes on page by page. */
export function withClaim(run: Run, state: SyncStateDoc): SyncStateDoc {
  const until = new Date(run.app.clock.now() + claimMs).toISOString();
  return { ...state, status: 'Syncing', claim: { runId: run.runId, until } };
}

/**
 * Writes the draft and `run.next`, in one batch where they fit, else in several under a claim, and empties the draft.
 * @throws Overtaken when the state is no longer the one that the run read; StoreError
 */
export async function commit(
  run: Run,
  closingEvent: (state: SyncStateDoc) => EventDraft | undefined = () => undefined,
): Promise<void> {
  const batches = packBatches({
    workspaceId: run.workspaceId,
    state: baseState(run),
    changes: run.draft.changes(),
    raises: run.raises,
    nowIso: run.nowIso,
    working: (state) => withClaim(run, state),
    finish: (state) => counted(run.next, state),
    closingEvent,
  });
  for (const batch of batches) await write(run, batch);
  run.next = run.stored;
  run.draft.clear();
}

/** What the counts will be once the draft is written. */
export function projected(run: Run): SyncStateDoc {
  const base = baseState(run);
  const tally: Tally = { ...emptyTally };
  for (const { before, after } of run.draft.changes()) {
    if (before) tallyDoc(tally, before, -1, base.usersGeneration);
    if (after) tallyDoc(tally, after, 1, base.usersGeneration);
  }
  return addTally(base, tally);
}

/** The stored state, of which no user is yet of the generation where a full read begins one. */
function baseState({ stored, next }: Run): SyncStateDoc {
  if (next.usersGeneration === stored.usersGeneration) return stored;
  return { ...stored, usersGeneration: next.usersGeneration, usersOfGeneration: 0 };
}

/** `next` with what was counted while the changes were packed. */
function counted(next: SyncStateDoc, { counts, sequence, usersOfGeneration, datasets }: SyncStateDoc): SyncStateDoc {
  const signInsRead = next.datasets.signIns.asOf !== null || next.signInsCheckpoint !== null;
  return {
    ...next,
    sequence,
    usersOfGeneration,
    counts: {
      ...counts,
      licensedInactiveUsers: signInsRead ? (counts.licensedInactiveUsers ?? 0) : counts.licensedInactiveUsers,
    },
    datasets: {
      ...next.datasets,
      users: { ...next.datasets.users, count: datasets.users.count },
      licences: { ...next.datasets.licences, count: datasets.licences.count },
    },
  };
}

async function write(run: Run, { writes, state }: PackedBatch): Promise<void> {
  const { directory, etag } = run;
  try {
    if (writes.length === 0) {
      run.etag = etag === undefined ? await directory.create(state) : await directory.replace(state, etag);
    } else {
      const fence: PartitionOperation =
        etag === undefined ? { kind: 'create', doc: state } : { kind: 'replace', doc: state, etag };
      const [next] = await directory.batch([fence, ...writes]);
      if (next === undefined) throw new Error('The store gave no etag for a replaced state');
      run.etag = next;
    }
  } catch (error) {
    if (isOvertaken(error)) throw new Overtaken('The tenant was synced by another run meanwhile', { cause: error });
    throw error;
  }
  run.stored = state;
  rememberEvents(run, writes);
}

/** One more than go out at once: so many are told from the outbox. */
function rememberEvents({ raised }: Run, writes: PackedBatch['writes']): void {
  for (const write of writes) {
    if (raised.length > chunkSize) return;
    if (write.kind === 'upsert' && write.doc.type === 'outbox') raised.push(write.doc);
  }
}

/** The fence does not hold, or what was read from a lagging replica is not there any more: both mean "older". */
function isOvertaken(error: unknown): boolean {
  return (
    isStoreError(error, 'preconditionFailed') || isStoreError(error, 'conflict') || isStoreError(error, 'notFound')
  );
}

// The store on one SQLite file, for one machine: several processes may open it, a killed one loses nothing it was told.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { type BulkOutcome, type Store, StoreError } from './port.ts';
import {
  batchDocs,
  bulkUpsertDocs,
  createDoc,
  deleteDoc,
  prepareSqlite,
  purgeNowAndThen,
  queryDocs,
  readDoc,
  replaceDoc,
  upsertDoc,
} from './sqlite-documents.ts';
import { naming, openSqliteFile } from './sqlite-file.ts';

export interface SqliteStoreOptions {
  /** Path of the file, made with its folder when missing; `:memory:` for a store of its own. */
  file: string;
  clock: Clock;
  /** How long a write waits for another process's lock before it is `throttled`; 5 s unless told. */
  busyTimeoutMs?: number;
}

const BUSY_TIMEOUT_MS = 5_000;
const BULK_CHUNK = 500;
const HOLD_MS = 12;

/** Opens the embedded store. @throws StoreError `unavailable` when the file cannot be opened. */
export function openSqliteStore(options: SqliteStoreOptions): Store {
  const database = openSqliteFile(options.file, options.busyTimeoutMs ?? BUSY_TIMEOUT_MS);
  const file = naming(() => prepareSqlite(database, options.clock));
  const takeTurns = turnTaker();
  let isOpen = true;

  // A call is synchronous inside; its failures are named, and the event loop is served now and then.
  async function run<T>(work: () => T): Promise<T> {
    if (!isOpen) throw new StoreError('unavailable', 'The store is closed');
    const result = naming(work);
    await takeTurns();
    return result;
  }
  const write = <T>(work: () => T): Promise<T> =>
    run(() => {
      const result = work();
      purgeNowAndThen(file);
      return result;
    });

  return {
    read: (container, pk, id) => run(() => readDoc(file, container, pk, id)),
    create: (container, doc) => write(() => createDoc(file, container, doc)),
    replace: (container, doc, etag) => write(() => replaceDoc(file, container, doc, etag)),
    upsert: (container, doc, etag) => write(() => upsertDoc(file, container, doc, etag)),
    delete: (container, pk, id, etag) => write(() => deleteDoc(file, container, pk, id, etag)),
    batch: (container, pk, operations) => write(() => batchDocs(file, container, pk, operations)),
    bulkUpsert: async (container, pk, docs) => {
      // In parts, so that other processes get the file's lock in between.
      const outcomes: BulkOutcome[] = [];
      for (let start = 0; start < docs.length; start += BULK_CHUNK) {
        const part = docs.slice(start, start + BULK_CHUNK);
        outcomes.push(...(await write(() => bulkUpsertDocs(file, container, pk, part))));
      }
      return outcomes;
    },
    query: (container, pk, query) => run(() => queryDocs(file, container, pk, query)),
    close: async () => {
      if (isOpen) database.close();
      isOpen = false;
    },
  };
}

/**
 * SQLite answers at once, so a loop over the store would never let timers and sockets run (lock renewals, requests).
 * Gives a function that waits for the next turn of the event loop when the last one is some milliseconds ago.
 */
function turnTaker(): () => Promise<void> | undefined {
  let lastTurnMs = performance.now();
  return () => {
    if (performance.now() - lastTurnMs < HOLD_MS) return undefined;
    return nextTurn().then(() => {
      lastTurnMs = performance.now();
    });
  };
}

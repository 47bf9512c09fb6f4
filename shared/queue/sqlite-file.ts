// The one-machine queue's file: its tables, its connection and its transactions.
// Several processes may have it open at once, and the store may live in the same file.
import { DatabaseSync } from 'node:sqlite';

const busyTimeoutMs = 10_000;
const openAttempts = 50;
const openPauseMs = 20;
const sqliteBusy = 5;

// A row's state follows from its columns. available_at_ms in the past: it can be received. In the future: it is under
// lock until then, or, when it was never delivered, scheduled for then. A lock is known by its sequence and delivery
// count, which no later delivery shares. AUTOINCREMENT, so that the number of a message that is gone never returns.
const schema = `
  CREATE TABLE IF NOT EXISTS queue_messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    enqueued_at_ms INTEGER NOT NULL,
    available_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER NOT NULL,
    delivery_count INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS queue_messages_by_time ON queue_messages (queue, available_at_ms);
  CREATE TABLE IF NOT EXISTS queue_dead_letters (
    sequence INTEGER PRIMARY KEY,
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    body TEXT NOT NULL,
    delivery_count INTEGER NOT NULL,
    reason TEXT NOT NULL,
    description TEXT NOT NULL,
    dead_lettered_at_ms INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS queue_dead_letters_by_time ON queue_dead_letters (queue, dead_lettered_at_ms);
  CREATE TABLE IF NOT EXISTS queue_seen_ids (
    queue TEXT NOT NULL,
    message_id TEXT NOT NULL,
    seen_until_ms INTEGER NOT NULL,
    PRIMARY KEY (queue, message_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS queue_seen_ids_by_time ON queue_seen_ids (seen_until_ms);
`;

/** Opens the file, which is made when missing, with the queue's tables in it. */
export function openQueueFile(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs });
  // The change to WAL does not wait for other connections the way a statement does: https://sqlite.org/wal.html
  for (let attempt = 1; ; attempt += 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      break;
    } catch (error) {
      if (!isBusy(error) || attempt === openAttempts) {
        database.close();
        throw error;
      }
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, openPauseMs);
    }
  }
  // In WAL mode NORMAL survives a killed process; only a power cut can take the last moments back, never tear them.
  database.exec('PRAGMA synchronous = NORMAL');
  inTransaction(database, () => database.exec(schema));
  return database;
}

/**
 * Runs `work` in one write transaction: all of it or nothing. Synchronous on purpose, since an `await` inside would let
 * other work of this process into the transaction.
 */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Whether another process held the file's lock, or is mending the file after one that was killed (an extended code). */
export function isBusy(error: unknown): boolean {
  if (!(error instanceof Error && 'errcode' in error)) return false;
  // The low byte is the primary code: https://www.sqlite.org/rescode.html
  return typeof error.errcode === 'number' && (error.errcode & 0xff) === sqliteBusy;
}

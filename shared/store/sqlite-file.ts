// Opens the SQLite file of the embedded store so that several processes can share it, and names its failures.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { StoreError } from './port.ts';

const SCHEMA_VERSION = 1;
const OPEN_ATTEMPTS = 20;
const BUSY_RETRY_AFTER_MS = 1_000;

// Clustered by the key (WITHOUT ROWID), so that a partition's documents lie together. The small columns before the body
// let a query compare type, expiry and etag without reading a long one.
const schema = `
  CREATE TABLE IF NOT EXISTS docs (
    container TEXT NOT NULL, pk TEXT NOT NULL, id TEXT NOT NULL,
    type TEXT NOT NULL, etag TEXT NOT NULL, expires_at_ms INTEGER, body TEXT NOT NULL,
    PRIMARY KEY (container, pk, id)
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS docs_expiry ON docs (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
  PRAGMA user_version = ${SCHEMA_VERSION};`;

/**
 * Opens or makes the file with its table. Write-ahead logging lets readers go on while one process writes; with
 * `synchronous = NORMAL` a commit survives the death of the process (a loss of power may cost the last ones, never
 * the file): https://www.sqlite.org/pragma.html#pragma_synchronous
 * @throws StoreError `unavailable` when the file cannot be opened or was written by a newer version.
 */
export function openSqliteFile(file: string, busyTimeoutMs: number): DatabaseSync {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true });
  const database = naming(() => new DatabaseSync(file, { timeout: busyTimeoutMs }));
  try {
    naming(() => prepareFile(database));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepareFile(database: DatabaseSync): void {
  // The change to WAL needs the file alone and does not honour the busy timeout, so processes that start together try again.
  for (let attempt = 1; ; attempt += 1) {
    try {
      database.exec('PRAGMA journal_mode = WAL');
      break;
    } catch (error) {
      if (attempt === OPEN_ATTEMPTS || !isBusy(error)) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5 * attempt);
    }
  }
  database.exec('PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = 4000; PRAGMA cache_size = -32000');
  const version = userVersion(database);
  if (version > SCHEMA_VERSION)
    throw new StoreError('unavailable', 'The data file was written by a newer version of Tenantry');
  if (version < SCHEMA_VERSION) database.exec(`BEGIN IMMEDIATE; ${schema} COMMIT;`);
}

function userVersion(database: DatabaseSync): number {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() ?? {};
  return Number(version);
}

/** Runs work on the database; its failures come out as StoreError. */
export function naming<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw toStoreError(error);
  }
}

const sqliteErrorSchema = z.object({ code: z.literal('ERR_SQLITE_ERROR'), errcode: z.number(), errstr: z.string() });

// https://www.sqlite.org/rescode.html; the low byte is the primary code.
const BUSY = 5;
const LOCKED = 6;
const unavailableCodes: ReadonlySet<number> = new Set([7, 8, 10, 11, 13, 14, 15, 23, 26]);

function primaryCode(error: unknown): number | undefined {
  const parsed = sqliteErrorSchema.safeParse(error);
  return parsed.success ? parsed.data.errcode & 0xff : undefined;
}

/** Whether another process held the file's lock. */
export function isBusy(error: unknown): boolean {
  const code = primaryCode(error);
  return code === BUSY || code === LOCKED;
}

function toStoreError(error: unknown): unknown {
  if (isBusy(error)) {
    const details = { retryAfterMs: BUSY_RETRY_AFTER_MS, cause: error };
    return new StoreError('throttled', 'The data file stayed locked by another process', details);
  }
  const code = primaryCode(error);
  if (code !== undefined && unavailableCodes.has(code)) {
    const reason = error instanceof Error ? error.message : 'unknown';
    return new StoreError('unavailable', `The data file cannot be used: ${reason}`, { cause: error });
  }
  return error;
}

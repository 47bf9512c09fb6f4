// The synchronous half of the embedded store: each function is one call of the port on an open file.
import { randomBytes } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock } from '../clock.ts';
import {
  atIndex,
  checkBatch,
  checkBatchBytes,
  checkDoc,
  checkEtag,
  checkKey,
  checkQuery,
  nameOf,
  toJson,
} from './check.ts';
import { fromContinuation, toContinuation } from './continuation.ts';
import {
  type BatchOperation,
  type BatchOutcome,
  type BulkOutcome,
  type ContainerName,
  type Doc,
  type Page,
  type Query,
  type Stored,
  StoreError,
} from './port.ts';
import { lastPlace, toDoc } from './rows.ts';
import { isBusy, naming } from './sqlite-file.ts';
import { toSqliteQuery } from './sqlite-query.ts';

const PURGE_INTERVAL_MS = 60_000;
const PURGE_DOCS = 1_000;
const MAX_STATEMENTS = 200;

/** An open file with its prepared statements. */
export interface SqliteFile {
  database: DatabaseSync;
  clock: Clock;
  sql: ReturnType<typeof prepareStatements>;
  queries: Map<string, StatementSync>;
  nextEtag: () => string;
  purgedAtMs: number;
}

/** Prepares the statements of an open database. */
export function prepareSqlite(database: DatabaseSync, clock: Clock): SqliteFile {
  const purgedAtMs = clock.now();
  return { database, clock, sql: prepareStatements(database), queries: new Map(), nextEtag: etagMaker(), purgedAtMs };
}

/** See `Store.read`. */
export function readDoc(file: SqliteFile, container: ContainerName, pk: string, id: string): Stored | undefined {
  checkKey(container, pk, id);
  const row = file.sql.read.get(container, pk, id, file.clock.now());
  return row === undefined ? undefined : toStored(container, row);
}

/** See `Store.create`; `text` is the document's JSON where it was made already, here and below. */
export function createDoc(file: SqliteFile, container: ContainerName, doc: Doc, text?: string): string {
  const body = text ?? checkedJson(container, doc);
  const etag = file.nextEtag();
  const nowMs = file.clock.now();
  const { changes } = file.sql.create.run(container, doc.pk, doc.id, doc.type, etag, expiry(doc, nowMs), body, nowMs);
  if (changes === 0) throw new StoreError('conflict', `${nameOf(container, doc.id)} exists already`);
  return etag;
}

/** See `Store.upsert`. */
export function upsertDoc(
  file: SqliteFile,
  container: ContainerName,
  doc: Doc,
  oldEtag?: string,
  text?: string,
): string {
  if (oldEtag !== undefined) return replaceDoc(file, container, doc, oldEtag, text);
  const body = text ?? checkedJson(container, doc);
  const etag = file.nextEtag();
  file.sql.upsert.run(container, doc.pk, doc.id, doc.type, etag, expiry(doc, file.clock.now()), body);
  return etag;
}

/** See `Store.replace`. */
export function replaceDoc(
  file: SqliteFile,
  container: ContainerName,
  doc: Doc,
  oldEtag: string,
  text?: string,
): string {
  const body = text ?? checkedJson(container, doc);
  checkEtag(oldEtag);
  const { id, pk, type } = doc;
  const etag = file.nextEtag();
  const nowMs = file.clock.now();
  const { changes } = file.sql.replace.run(type, etag, expiry(doc, nowMs), body, container, pk, id, oldEtag, nowMs);
  if (changes === 0) throw whyMissed(file, container, pk, id);
  return etag;
}

/** See `Store.delete`. */
export function deleteDoc(file: SqliteFile, container: ContainerName, pk: string, id: string, etag?: string): boolean {
  checkKey(container, pk, id);
  const nowMs = file.clock.now();
  if (etag === undefined) return file.sql.remove.run(container, pk, id, nowMs).changes !== 0;
  checkEtag(etag);
  if (file.sql.removeMatching.run(container, pk, id, nowMs, etag).changes !== 0) return true;
  const miss = whyMissed(file, container, pk, id);
  if (miss.kind === 'notFound') return false;
  throw miss;
}

/** See `Store.batch`. */
export function batchDocs(
  file: SqliteFile,
  container: ContainerName,
  pk: string,
  operations: readonly BatchOperation[],
): BatchOutcome {
  checkBatch(container, pk, operations);
  const texts = operations.map((operation, index) =>
    operation.kind === 'delete' ? '' : atIndex(index, () => toJson(container, operation.doc)),
  );
  checkBatchBytes(container, texts);
  return inTransaction(file, () =>
    operations.map((operation, index) =>
      atIndex(index, () => naming(() => applyOperation(file, container, pk, operation, texts[index] ?? ''))),
    ),
  );
}

function applyOperation(
  file: SqliteFile,
  container: ContainerName,
  pk: string,
  operation: BatchOperation,
  text: string,
): string | undefined {
  if (operation.kind === 'create') return createDoc(file, container, operation.doc, text);
  if (operation.kind === 'replace') return replaceDoc(file, container, operation.doc, operation.etag, text);
  if (operation.kind === 'upsert') return upsertDoc(file, container, operation.doc, operation.etag, text);
  if (deleteDoc(file, container, pk, operation.id, operation.etag)) return undefined;
  throw new StoreError('notFound', `${nameOf(container, operation.id)} does not exist`);
}

/** See `Store.bulkUpsert`. The documents that can be stored share one transaction. */
export function bulkUpsertDocs(
  file: SqliteFile,
  container: ContainerName,
  pk: string,
  docs: readonly Doc[],
): BulkOutcome[] {
  const texts = docs.map((doc): string | StoreError => {
    try {
      return checkedJson(container, doc, pk);
    } catch (error) {
      if (error instanceof StoreError) return error;
      throw error;
    }
  });
  return inTransaction(file, () =>
    docs.map((doc, index): BulkOutcome => {
      const text = texts[index] ?? '';
      if (text instanceof StoreError) return { ok: false, id: doc.id, error: text };
      return { ok: true, id: doc.id, etag: upsertDoc(file, container, doc, undefined, text) };
    }),
  );
}

/** See `Store.query`. */
export function queryDocs(file: SqliteFile, container: ContainerName, pk: string, query: Query): Page {
  const plan = checkQuery(container, pk, query);
  const place = fromContinuation(container, pk, query);
  const { sql, parameters } = toSqliteQuery({ container, pk, nowMs: file.clock.now() }, plan, place);
  const rows = preparedQuery(file, sql).all(...parameters);
  const items = rows.slice(0, plan.limit).map((row) => toStored(container, row));
  const last = items.at(-1);
  if (rows.length <= plan.limit || last === undefined) return { items };
  return { items, continuation: toContinuation(container, pk, query, lastPlace(last.doc, plan.orderBy?.field)) };
}

/** Deletes some expired documents, once a minute at most. They are invisible already, so a busy file can wait. */
export function purgeNowAndThen(file: SqliteFile): void {
  const nowMs = file.clock.now();
  if (Math.abs(nowMs - file.purgedAtMs) < PURGE_INTERVAL_MS) return;
  file.purgedAtMs = nowMs;
  try {
    const { changes } = file.sql.purge.run(nowMs, PURGE_DOCS);
    // There may be more: go on with the next write.
    if (changes === PURGE_DOCS) file.purgedAtMs = 0;
  } catch (error) {
    if (!isBusy(error)) throw error;
  }
}

/** Why a write on condition of an etag changed nothing. */
function whyMissed(file: SqliteFile, container: ContainerName, pk: string, id: string): StoreError {
  const isThere = file.sql.read.get(container, pk, id, file.clock.now()) !== undefined;
  return isThere
    ? new StoreError('preconditionFailed', `${nameOf(container, id)} was written by somebody else meanwhile`)
    : new StoreError('notFound', `${nameOf(container, id)} does not exist`);
}

function preparedQuery(file: SqliteFile, sql: string): StatementSync {
  const known = file.queries.get(sql);
  if (known !== undefined) return known;
  // Queries come in few shapes; a program that made endless ones would otherwise keep them all.
  if (file.queries.size >= MAX_STATEMENTS) file.queries.clear();
  const prepared = file.database.prepare(sql);
  file.queries.set(sql, prepared);
  return prepared;
}

function inTransaction<T>(file: SqliteFile, work: () => T): T {
  // IMMEDIATE takes the write lock at once, where the busy timeout is honoured; a later upgrade could fail outright.
  file.sql.begin.run();
  try {
    const result = work();
    file.sql.commit.run();
    return result;
  } catch (error) {
    if (file.database.isTransaction) file.sql.rollback.run();
    throw error;
  }
}

function prepareStatements(database: DatabaseSync) {
  const live = '(expires_at_ms IS NULL OR expires_at_ms > ?4)';
  const key = 'container = ?1 AND pk = ?2 AND id = ?3';
  const insert = `INSERT INTO docs (container, pk, id, type, etag, expires_at_ms, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (container, pk, id) DO UPDATE SET
      type = excluded.type, etag = excluded.etag, expires_at_ms = excluded.expires_at_ms, body = excluded.body`;
  return {
    read: database.prepare(`SELECT body, etag FROM docs WHERE ${key} AND ${live}`),
    // A document that has expired but is still in the file gives way to a new one.
    create: database.prepare(`${insert} WHERE docs.expires_at_ms <= ?8`),
    upsert: database.prepare(insert),
    replace: database.prepare(`UPDATE docs SET type = ?1, etag = ?2, expires_at_ms = ?3, body = ?4
      WHERE container = ?5 AND pk = ?6 AND id = ?7 AND etag = ?8 AND (expires_at_ms IS NULL OR expires_at_ms > ?9)`),
    remove: database.prepare(`DELETE FROM docs WHERE ${key} AND ${live}`),
    removeMatching: database.prepare(`DELETE FROM docs WHERE ${key} AND ${live} AND etag = ?5`),
    purge: database.prepare(`DELETE FROM docs WHERE (container, pk, id) IN
      (SELECT container, pk, id FROM docs WHERE expires_at_ms <= ?1 LIMIT ?2)`),
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
  };
}

function checkedJson(container: ContainerName, doc: Doc, pk = doc.pk): string {
  checkDoc(container, pk, doc);
  return toJson(container, doc);
}

function expiry(doc: Doc, nowMs: number): number | null {
  return doc.ttl === undefined || doc.ttl === -1 ? null : nowMs + doc.ttl * 1_000;
}

function toStored(container: ContainerName, { body, etag }: Record<string, unknown>): Stored {
  return { doc: toDoc(container, JSON.parse(String(body))), etag: String(etag) };
}

/** Makes etags that no other write has: a random prefix for this process, then a count. */
function etagMaker(): () => string {
  const prefix = randomBytes(9).toString('base64url');
  let count = 0;
  return () => {
    count += 1;
    return `${prefix}.${count.toString(36)}`;
  };
}

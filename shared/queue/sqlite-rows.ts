// The one-machine queue's rows: what happens to a message, as statements. Whoever calls holds the transaction.
import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { cutReason } from './outgoing.ts';
import type { DeadLetter, LockedMessage, QueueCounts, QueueName, QueueSettings } from './port.ts';
import { deadLetterReasons, QueueError } from './port.ts';

const messageRow = z.object({
  sequence: z.int(),
  message_id: z.string(),
  body: z.string(),
  enqueued_at_ms: z.int(),
  expires_at_ms: z.int(),
  delivery_count: z.int(),
});
export type MessageRow = z.infer<typeof messageRow>;

const deadLetterRow = z.object({
  sequence: z.int(),
  message_id: z.string(),
  body: z.string(),
  delivery_count: z.int(),
  reason: z.string(),
  description: z.string(),
  dead_lettered_at_ms: z.int(),
});

const countsRow = z.object({ active: z.int(), scheduled: z.int(), locked: z.int(), deadLettered: z.int() });

/** The prepared statements of one connection, and the settings that its queues share. */
export interface QueueRows {
  statements: ReturnType<typeof prepareStatements>;
  settings: QueueSettings;
}

export function openRows(database: DatabaseSync, settings: QueueSettings): QueueRows {
  return { statements: prepareStatements(database), settings };
}

function prepareStatements(database: DatabaseSync) {
  return {
    forgetSeenIds: database.prepare('DELETE FROM queue_seen_ids WHERE seen_until_ms <= ?'),
    insertSeenId: database.prepare('INSERT OR IGNORE INTO queue_seen_ids VALUES (?, ?, ?)'),
    insert: database.prepare('INSERT INTO queue_messages VALUES (NULL, ?, ?, ?, ?, ?, ?, 0)'),
    anyReady: database.prepare('SELECT 1 FROM queue_messages WHERE queue = ? AND available_at_ms <= ? LIMIT 1'),
    ready: database.prepare(
      'SELECT * FROM queue_messages WHERE queue = ? AND available_at_ms <= ? ORDER BY available_at_ms, sequence LIMIT ?',
    ),
    spent: database.prepare(
      'SELECT * FROM queue_messages WHERE queue = ? AND available_at_ms <= ? AND (expires_at_ms <= ? OR delivery_count >= ?)',
    ),
    locked: database.prepare(
      'SELECT * FROM queue_messages WHERE sequence = ? AND delivery_count = ? AND available_at_ms > ?',
    ),
    lock: database.prepare('UPDATE queue_messages SET available_at_ms = ?, delivery_count = ? WHERE sequence = ?'),
    release: database.prepare('UPDATE queue_messages SET available_at_ms = enqueued_at_ms WHERE sequence = ?'),
    remove: database.prepare('DELETE FROM queue_messages WHERE sequence = ?'),
    bury: database.prepare('INSERT INTO queue_dead_letters VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    deadLetters: database.prepare(
      'SELECT * FROM queue_dead_letters WHERE queue = ? ORDER BY dead_lettered_at_ms, sequence LIMIT ?',
    ),
    exhume: database.prepare('DELETE FROM queue_dead_letters WHERE queue = ? AND sequence = ? RETURNING body'),
    count: database.prepare(`
      SELECT count(*) FILTER (WHERE available_at_ms <= :now) AS active,
        count(*) FILTER (WHERE available_at_ms > :now AND delivery_count = 0) AS scheduled,
        count(*) FILTER (WHERE available_at_ms > :now AND delivery_count > 0) AS locked,
        (SELECT count(*) FROM queue_dead_letters WHERE queue = :queue) AS deadLettered
      FROM queue_messages WHERE queue = :queue`),
  };
}

export interface NewMessage {
  messageId: string;
  /** JSON. */
  body: string;
  enqueueAtMs: number;
}

/** Stores messages, in order; one whose id was seen within the duplicate window is left out. Gives how many it stored. */
export function insertMessages(
  { statements, settings }: QueueRows,
  queue: QueueName,
  messages: readonly NewMessage[],
  nowMs: number,
): number {
  statements.forgetSeenIds.run(nowMs);
  let stored = 0;
  for (const { messageId, body, enqueueAtMs } of messages) {
    if (statements.insertSeenId.run(queue, messageId, nowMs + settings.duplicateWindowMs).changes === 0) continue;
    const availableAtMs = Math.max(nowMs, Math.ceil(enqueueAtMs));
    const expiresAtMs = availableAtMs + settings.defaultTtlMs;
    statements.insert.run(queue, messageId, body, availableAtMs, availableAtMs, expiresAtMs);
    stored += 1;
  }
  return stored;
}

/** Whether `lockReady` would find a row; needs no write transaction. */
export function anyReady({ statements }: QueueRows, queue: QueueName, nowMs: number): boolean {
  return statements.anyReady.get(queue, nowMs) !== undefined;
}

/** Locks up to `max` available messages; those that are spent become dead letters on the way. */
export function lockReady(rows: QueueRows, queue: QueueName, max: number, nowMs: number): readonly LockedMessage[] {
  const lockedUntilMs = nowMs + rows.settings.lockMs;
  const taken: LockedMessage[] = [];
  while (taken.length < max) {
    const found = z.array(messageRow).parse(rows.statements.ready.all(queue, nowMs, max - taken.length));
    if (found.length === 0) break;
    for (const row of found) {
      if (buryIfSpent(rows, queue, row, nowMs)) continue;
      rows.statements.lock.run(lockedUntilMs, row.delivery_count + 1, row.sequence);
      taken.push(toLocked(row, lockedUntilMs));
    }
  }
  return taken;
}

/** The row, if the message is still under the lock that its receiver was given. */
export function findLocked({ statements }: QueueRows, message: LockedMessage, nowMs: number): MessageRow | undefined {
  const row = statements.locked.get(Number(message.sequenceNumber), message.deliveryCount, nowMs);
  return row === undefined ? undefined : messageRow.parse(row);
}

export function renewLock({ statements }: QueueRows, row: MessageRow, untilMs: number): void {
  statements.lock.run(untilMs, row.delivery_count, row.sequence);
}

export function removeMessage({ statements }: QueueRows, row: MessageRow): void {
  statements.remove.run(row.sequence);
}

/** Makes the message available again at its old place, or a dead letter after the last allowed delivery. */
export function releaseMessage(rows: QueueRows, queue: QueueName, row: MessageRow, nowMs: number): void {
  if (!buryIfSpent(rows, queue, row, nowMs)) rows.statements.release.run(row.sequence);
}

/** Makes dead letters of all that ran out of time or of deliveries since somebody last received. */
export function burySpent(rows: QueueRows, queue: QueueName, nowMs: number): void {
  const found = rows.statements.spent.all(queue, nowMs, nowMs, rows.settings.maxDeliveryCount);
  for (const row of z.array(messageRow).parse(found)) buryIfSpent(rows, queue, row, nowMs);
}

function buryIfSpent(rows: QueueRows, queue: QueueName, row: MessageRow, nowMs: number): boolean {
  if (row.expires_at_ms <= nowMs) {
    buryMessage(rows, queue, row, nowMs, deadLetterReasons.expired, 'The message expired before it was completed.');
    return true;
  }
  if (row.delivery_count < rows.settings.maxDeliveryCount) return false;
  const description = `The message was delivered ${row.delivery_count} times and never completed.`;
  buryMessage(rows, queue, row, nowMs, deadLetterReasons.maxDeliveryCount, description);
  return true;
}

/** Moves a message to the dead letters. */
export function buryMessage(
  { statements }: QueueRows,
  queue: QueueName,
  { sequence, message_id, body, delivery_count }: MessageRow,
  nowMs: number,
  reason: string,
  description: string,
): void {
  statements.remove.run(sequence);
  statements.bury.run(
    sequence,
    queue,
    message_id,
    body,
    delivery_count,
    cutReason(reason),
    cutReason(description),
    nowMs,
  );
}

export function listDeadLetters({ statements }: QueueRows, queue: QueueName, max: number): readonly DeadLetter[] {
  return z.array(deadLetterRow).parse(statements.deadLetters.all(queue, max)).map(toDeadLetter);
}

/** @throws QueueError `invalid` when duplicate detection would drop the new id, and the message with it. */
export function resubmitDeadLetter(
  rows: QueueRows,
  queue: QueueName,
  sequence: number,
  messageId: string,
  nowMs: number,
): boolean {
  const removed = rows.statements.exhume.get(queue, sequence);
  if (removed === undefined) return false;
  const { body } = deadLetterRow.pick({ body: true }).parse(removed);
  if (insertMessages(rows, queue, [{ messageId, body, enqueueAtMs: nowMs }], nowMs) === 1) return true;
  throw new QueueError('invalid', `The id ${messageId} was used lately: ${queue} would drop it as a duplicate`);
}

export function countMessages({ statements }: QueueRows, queue: QueueName, nowMs: number): QueueCounts {
  return countsRow.parse(statements.count.get({ queue, now: nowMs }));
}

function toLocked(row: MessageRow, lockedUntilMs: number): LockedMessage {
  return {
    messageId: row.message_id,
    body: JSON.parse(row.body),
    deliveryCount: row.delivery_count + 1,
    enqueuedAtMs: row.enqueued_at_ms,
    lockedUntilMs,
    sequenceNumber: String(row.sequence),
  };
}

function toDeadLetter(row: z.infer<typeof deadLetterRow>): DeadLetter {
  return {
    messageId: row.message_id,
    body: JSON.parse(row.body),
    deliveryCount: row.delivery_count,
    reason: row.reason,
    description: row.description,
    deadLetteredAtMs: row.dead_lettered_at_ms,
    sequenceNumber: String(row.sequence),
  };
}

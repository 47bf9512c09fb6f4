// The queue on one machine: a SQLite file that any number of processes send to and receive from.
// It behaves like Service Bus wherever the contract says so: tests/contract/queue-contract.ts.
import type { Clock } from '../clock.ts';
import { bodiesOf } from './outgoing.ts';
import type {
  DeadLetters,
  LockedMessage,
  OutgoingMessage,
  QueueInspector,
  QueueName,
  QueueReceiver,
  QueueSender,
  QueueSettings,
} from './port.ts';
import { QueueError, queueSettings } from './port.ts';
import { inTransaction, openQueueFile } from './sqlite-file.ts';
import {
  anyReady,
  buryMessage,
  burySpent,
  countMessages,
  findLocked,
  insertMessages,
  listDeadLetters,
  lockReady,
  type MessageRow,
  openRows,
  releaseMessage,
  removeMessage,
  renewLock,
  resubmitDeadLetter,
} from './sqlite-rows.ts';
import { createWaiting } from './waiting.ts';

export type SqliteQueue = QueueSender & QueueReceiver & DeadLetters & QueueInspector;

export interface SqliteQueueOptions {
  /** Made when missing; its folder must exist. The store may use the same file. */
  file: string;
  /** Decides what is due, locked and expired. All processes on one file need the same time. */
  clock: Clock;
  settings?: QueueSettings;
}

/** How often a waiting receiver looks for what other processes sent; one indexed read each time. */
const pollMs = 50;

/**
 * Opens the queue file. Each call has a connection of its own.
 *
 * @throws Error from SQLite when the file cannot be opened. Later failures of the file are QueueError `unavailable`.
 */
export function openSqliteQueue({ file, clock, settings = queueSettings }: SqliteQueueOptions): SqliteQueue {
  const database = openQueueFile(file);
  const rows = openRows(database, settings);
  const waiting = createWaiting(pollMs);
  const nowMs = () => Math.floor(clock.now());
  const write = <T>(work: () => T): T => usable(() => inTransaction(database, work));
  const take = (queue: QueueName, max: number): readonly LockedMessage[] => {
    // Most looks find nothing, and a read does not make other processes wait as a write transaction does.
    if (!usable(() => anyReady(rows, queue, nowMs()))) return [];
    return write(() => lockReady(rows, queue, max, nowMs()));
  };
  const settle = (message: LockedMessage, settleRow: (row: MessageRow) => void): void =>
    write(() => {
      const row = findLocked(rows, message, nowMs());
      if (row === undefined) throw lockLost(message);
      settleRow(row);
    });

  return {
    send: async (queue, messages) => {
      const sentAtMs = nowMs();
      const checked = withBodies(queue, messages, sentAtMs);
      if (checked.length === 0) return;
      write(() => insertMessages(rows, queue, checked, sentAtMs));
      waiting.wake(queue);
    },
    receive: async (queue, max, waitMs) => {
      const found = take(queue, max);
      return found.length > 0 || waitMs <= 0 ? found : waiting.wait(queue, () => take(queue, max), waitMs);
    },
    complete: async (_queue, message) => settle(message, (row) => removeMessage(rows, row)),
    abandon: async (queue, message) => {
      settle(message, (row) => releaseMessage(rows, queue, row, nowMs()));
      waiting.wake(queue);
    },
    deadLetter: async (queue, message, reason, description) =>
      settle(message, (row) => buryMessage(rows, queue, row, nowMs(), reason, description)),
    renew: async (_queue, message) => {
      const lockedUntilMs = nowMs() + settings.lockMs;
      settle(message, (row) => renewLock(rows, row, lockedUntilMs));
      return lockedUntilMs;
    },
    list: async (queue, max) =>
      write(() => {
        burySpent(rows, queue, nowMs());
        return listDeadLetters(rows, queue, max);
      }),
    resubmit: async (queue, sequenceNumber, newMessageId) => {
      bodiesOf(queue, [{ messageId: newMessageId, body: {} }]);
      const sent = write(() => resubmitDeadLetter(rows, queue, Number(sequenceNumber), newMessageId, nowMs()));
      waiting.wake(queue);
      return sent;
    },
    counts: async (queue) =>
      write(() => {
        burySpent(rows, queue, nowMs());
        return countMessages(rows, queue, nowMs());
      }),
    close: async () => {
      waiting.stop();
      if (database.isOpen) database.close();
    },
  };
}

function withBodies(queue: QueueName, messages: readonly OutgoingMessage[], nowMs: number) {
  const bodies = bodiesOf(queue, messages);
  return messages.map(({ messageId, enqueueAtMs = nowMs }, index) => ({
    messageId,
    body: bodies[index] ?? '',
    enqueueAtMs,
  }));
}

function lockLost(message: LockedMessage): QueueError {
  return new QueueError('lockLost', `The lock of message ${message.messageId} ran out or was given up`);
}

/** Passes our own errors on; SQLite's (locked for too long, disk full, closed) become `unavailable`. */
function usable<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof QueueError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new QueueError('unavailable', `The queue file cannot be used: ${detail}`, { cause: error });
  }
}

// The queue between the timer, the pages and the workers.
// Contract: tests/contract/queue-contract.ts. Adapters: sqlite.ts, service-bus.ts.

export const queueNames = ['discover', 'consent', 'sync', 'reconcile', 'deliver'] as const;
export type QueueName = (typeof queueNames)[number];

/** A message to send. A second one with the same id within the duplicate-detection window is dropped. */
export interface OutgoingMessage {
  messageId: string;
  /** A JSON object: Functions would turn a bare number or string into something else. */
  body: Readonly<Record<string, unknown>>;
  /** When it may first be received, milliseconds since the epoch; now unless told. */
  enqueueAtMs?: number;
}

export interface QueueSender {
  /** Sends any number of messages, in as few frames as they fit in. Resolves when all are accepted. */
  send(queue: QueueName, messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** A message under lock. */
export interface LockedMessage {
  messageId: string;
  body: unknown;
  /** 1 at the first delivery. */
  deliveryCount: number;
  enqueuedAtMs: number;
  lockedUntilMs: number;
  sequenceNumber: string;
}

export interface DeadLetter {
  messageId: string;
  body: unknown;
  deliveryCount: number;
  reason: string;
  description: string;
  deadLetteredAtMs: number;
  sequenceNumber: string;
}

/** Receiving under peek-lock; the one-machine host uses it, on Azure the Functions trigger does this part. */
export interface QueueReceiver {
  /** Up to `max` messages, waiting at most `waitMs` for the first. */
  receive(queue: QueueName, max: number, waitMs: number): Promise<readonly LockedMessage[]>;
  /** @throws QueueError `lockLost` when the lock ran out. So do the next three. */
  complete(queue: QueueName, message: LockedMessage): Promise<void>;
  /** Gives the message back at once; after the last allowed delivery it is dead-lettered. */
  abandon(queue: QueueName, message: LockedMessage): Promise<void>;
  deadLetter(queue: QueueName, message: LockedMessage, reason: string, description: string): Promise<void>;
  /** Renews the lock; gives the new `lockedUntilMs`. */
  renew(queue: QueueName, message: LockedMessage): Promise<number>;
  close(): Promise<void>;
}

export interface DeadLetters {
  list(queue: QueueName, max: number): Promise<readonly DeadLetter[]>;
  /** Sends the dead letter again under a new message id and removes it; false when it is no longer there. */
  resubmit(queue: QueueName, sequenceNumber: string, newMessageId: string): Promise<boolean>;
}

/** How every queue is set up, on Azure (infra/azure) and on one machine alike. */
export interface QueueSettings {
  lockMs: number;
  maxDeliveryCount: number;
  duplicateWindowMs: number;
  defaultTtlMs: number;
}
export const queueSettings: QueueSettings = {
  lockMs: 60_000,
  maxDeliveryCount: 5,
  duplicateWindowMs: 10 * 60_000,
  defaultTtlMs: 24 * 60 * 60_000,
};

export type QueueErrorKind = 'lockLost' | 'tooLarge' | 'invalid' | 'unavailable';

export class QueueError extends Error {
  readonly kind: QueueErrorKind;
  constructor(kind: QueueErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'QueueError';
    this.kind = kind;
  }
}

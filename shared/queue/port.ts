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
  /**
   * Sends any number of messages, in as few frames as they fit in. Resolves when all are accepted. Everything is checked
   * first, so `invalid` and `tooLarge` mean that nothing was sent; after `unavailable` some may have been: send all
   * again under the same ids.
   * @throws QueueError `invalid`, `tooLarge`, `unavailable`.
   */
  send(queue: QueueName, messages: readonly OutgoingMessage[]): Promise<void>;
  close(): Promise<void>;
}

/** A message under lock. Settle and renew with this very object: an adapter may keep the lock's handle beside it. */
export interface LockedMessage {
  messageId: string;
  body: unknown;
  /** 1 at the first delivery. */
  deliveryCount: number;
  /** When it became available: for a scheduled message that is the time it was scheduled for. */
  enqueuedAtMs: number;
  /** As it was at delivery; `renew` gives a later one. */
  lockedUntilMs: number;
  sequenceNumber: string;
}

/** Why the queue itself dead-letters, in Service Bus' own words. https://learn.microsoft.com/azure/service-bus-messaging/service-bus-dead-letter-queues */
export const deadLetterReasons = {
  maxDeliveryCount: 'MaxDeliveryCountExceeded',
  expired: 'TTLExpiredException',
} as const;

export interface DeadLetter {
  messageId: string;
  body: unknown;
  deliveryCount: number;
  /** What the worker gave, or one of {@link deadLetterReasons}. */
  reason: string;
  description: string;
  /** On Service Bus the time it was enqueued, which is what Service Bus keeps. */
  deadLetteredAtMs: number;
  sequenceNumber: string;
}

/** Receiving under peek-lock; the one-machine host uses it, on Azure the Functions trigger does this part. */
export interface QueueReceiver {
  /**
   * Up to `max` messages, waiting at most `waitMs` (real time, whatever the clock says) for the first. Calls may overlap.
   * @throws QueueError `unavailable`.
   */
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
  /** The oldest dead letters, `max` at most. */
  list(queue: QueueName, max: number): Promise<readonly DeadLetter[]>;
  /**
   * Sends the dead letter again under a new message id and removes it; false when it is no longer there. The new id
   * matters: duplicate detection drops the old one silently.
   * @throws QueueError `unavailable`, also while somebody else has it under lock.
   */
  resubmit(queue: QueueName, sequenceNumber: string, newMessageId: string): Promise<boolean>;
}

/** How many messages a queue holds, by what can be done with them. */
export interface QueueCounts {
  /** Can be received now. */
  active: number;
  scheduled: number;
  locked: number;
  deadLettered: number;
}

/** A look at a queue from outside, for pages, benches and tests. Offered by the one-machine queue. */
export interface QueueInspector {
  counts(queue: QueueName): Promise<QueueCounts>;
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

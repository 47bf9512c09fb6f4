// The queue on Azure, by the vendor's SDK. Functions triggers receive in the cloud; the receiver here serves the
// one-machine host on Service Bus, and dead letters everywhere. The queues themselves are made by infra/azure.
import type {
  ServiceBusClient,
  ServiceBusMessage,
  ServiceBusMessageBatch,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
  ServiceBusSender,
} from '@azure/service-bus';
import { bodiesOf, cutReason, tooLarge } from './outgoing.ts';
import type {
  DeadLetter,
  DeadLetters,
  LockedMessage,
  OutgoingMessage,
  QueueName,
  QueueReceiver,
  QueueSender,
} from './port.ts';
import { QueueError } from './port.ts';
import { callServiceBus, openServiceBusClient, type ServiceBusOptions } from './service-bus-client.ts';

/** A Premium namespace announces 100 MB for one message, but takes no batch above 1 MB. */
const maxBatchBytes = 1024 * 1024;
/** Enough to hide the network's latency without a frame waiting for credit. */
const batchesInFlight = 4;
const peekPage = 100;
/** Less would end before the first message has crossed the network. */
const minWaitMs = 500;
const deadLetterWaitMs = 2_000;
/** Whoever holds a message renews it; by itself the SDK would do so for five minutes, even for a worker that hangs. */
const peekLock = { receiveMode: 'peekLock', maxAutoLockRenewalDurationInMs: 0 } as const;

/**
 * Sends through one connection, with one link per queue.
 * Message ids serve duplicate detection, `enqueueAtMs` becomes the scheduled enqueue time, bodies are JSON.
 */
export function openServiceBusSender(options: ServiceBusOptions): QueueSender {
  const client = openServiceBusClient(options);
  const senders = new Map<QueueName, ServiceBusSender>();
  const senderOf = (queue: QueueName): ServiceBusSender => {
    const sender = senders.get(queue) ?? client.createSender(queue);
    senders.set(queue, sender);
    return sender;
  };
  return {
    send: async (queue, messages) => {
      bodiesOf(queue, messages);
      if (messages.length === 0) return;
      await callServiceBus('send to', queue, async () => {
        const sender = senderOf(queue);
        const batches = await packBatches(sender, queue, messages);
        for (let start = 0; start < batches.length; start += batchesInFlight) {
          const frames = batches.slice(start, start + batchesInFlight);
          await Promise.all(frames.map((batch) => sender.sendMessages(batch)));
        }
      });
    },
    close: () => client.close(),
  };
}

/** As few batches as the messages fit in. All are packed before one is sent, so that one too large stops them all. */
async function packBatches(
  sender: ServiceBusSender,
  queue: QueueName,
  messages: readonly OutgoingMessage[],
): Promise<readonly ServiceBusMessageBatch[]> {
  let batch = await createBatch(sender);
  const batches = [batch];
  for (const message of messages) {
    if (batch.tryAddMessage(toServiceBus(message))) continue;
    if (batch.count > 0) {
      batch = await createBatch(sender);
      batches.push(batch);
      if (batch.tryAddMessage(toServiceBus(message))) continue;
    }
    throw tooLarge(queue, message.messageId, `a frame takes ${batch.maxSizeInBytes} bytes`);
  }
  return batches;
}

async function createBatch(sender: ServiceBusSender): Promise<ServiceBusMessageBatch> {
  const batch = await sender.createMessageBatch();
  return batch.maxSizeInBytes <= maxBatchBytes ? batch : sender.createMessageBatch({ maxSizeInBytes: maxBatchBytes });
}

function toServiceBus({ messageId, body, enqueueAtMs }: OutgoingMessage): ServiceBusMessage {
  return {
    messageId,
    body,
    contentType: 'application/json',
    ...(enqueueAtMs === undefined ? {} : { scheduledEnqueueTimeUtc: new Date(enqueueAtMs) }),
  };
}

/** What the SDK needs to settle a message: the message as it came, and the receiver whose link it came on. */
interface Delivery {
  receiver: ServiceBusReceiver;
  message: ServiceBusReceivedMessage;
}
/**
 * Receives under peek-lock through one connection. When fewer than `max` messages are there, the SDK waits a second for
 * more after the first; ask for one where that matters. `receive` waits half a second at least.
 */
export function openServiceBusReceiver(options: ServiceBusOptions): QueueReceiver & DeadLetters {
  const client = openServiceBusClient(options);
  const deliveries = new WeakMap<LockedMessage, Delivery>();
  // A receiver of the SDK runs one receiveMessages at a time, so overlapping calls each take one of their own.
  const idle = new Map<QueueName, ServiceBusReceiver[]>();

  // A delivery is forgotten once it is settled or lost: the SDK's answer to a second try depends on the link's state.
  const onDelivery = async <T>(
    queue: QueueName,
    locked: LockedMessage,
    doing: string,
    act: (delivery: Delivery) => Promise<T>,
  ): Promise<T> => {
    const delivery = deliveries.get(locked);
    if (delivery === undefined)
      throw new QueueError('lockLost', `Message ${locked.messageId} is not held here any more`);
    return callServiceBus(`${doing} message ${locked.messageId} of`, queue, () => act(delivery)).catch((error) => {
      if (error instanceof QueueError && error.kind === 'lockLost') deliveries.delete(locked);
      throw error;
    });
  };
  const settle = async (queue: QueueName, locked: LockedMessage, act: (delivery: Delivery) => Promise<void>) => {
    await onDelivery(queue, locked, 'settle', act);
    deliveries.delete(locked);
  };
  return {
    receive: async (queue, max, waitMs) => {
      const receiver = idle.get(queue)?.pop() ?? client.createReceiver(queue, peekLock);
      const maxWaitTimeInMs = Math.max(waitMs, minWaitMs);
      const messages = await callServiceBus('receive from', queue, () =>
        receiver.receiveMessages(max, { maxWaitTimeInMs }),
      );
      idle.set(queue, [...(idle.get(queue) ?? []), receiver]);
      return messages.map((message) => {
        const locked = toLocked(message);
        deliveries.set(locked, { receiver, message });
        return locked;
      });
    },
    complete: (queue, locked) => settle(queue, locked, ({ receiver, message }) => receiver.completeMessage(message)),
    abandon: (queue, locked) => settle(queue, locked, ({ receiver, message }) => receiver.abandonMessage(message)),
    deadLetter: (queue, locked, reason, description) =>
      settle(queue, locked, ({ receiver, message }) =>
        receiver.deadLetterMessage(message, {
          deadLetterReason: cutReason(reason),
          deadLetterErrorDescription: cutReason(description),
        }),
      ),
    renew: async (queue, locked) => {
      const until = await onDelivery(queue, locked, 'renew', ({ receiver, message }) =>
        receiver.renewMessageLock(message),
      );
      return until.getTime();
    },
    ...deadLettersOf(options),
    close: () => client.close(),
  };
}

/**
 * Lists by peeking, which locks nothing; resubmits by receiving from the dead-letter queue. Each call takes a client of
 * its own, because a client remembers how far it has peeked and goes on from there.
 */
function deadLettersOf(options: ServiceBusOptions): DeadLetters {
  const withClient = async <T>(use: (client: ServiceBusClient) => Promise<T>): Promise<T> => {
    const client = openServiceBusClient(options);
    try {
      return await use(client);
    } finally {
      await client.close();
    }
  };
  const receiverOf = (client: ServiceBusClient, queue: QueueName) =>
    client.createReceiver(queue, { subQueueType: 'deadLetter', receiveMode: 'peekLock' });
  return {
    list: (queue, max) =>
      callServiceBus('list the dead letters of', queue, () =>
        withClient(async (client) => (await peek(receiverOf(client, queue), max, () => false)).map(toDeadLetter)),
      ),
    resubmit: (queue, sequenceNumber, newMessageId) =>
      callServiceBus('resubmit a dead letter of', queue, () =>
        withClient(async (client) => {
          bodiesOf(queue, [{ messageId: newMessageId, body: {} }]);
          const receiver = receiverOf(client, queue);
          const isWanted = (message: ServiceBusReceivedMessage) => sequenceOf(message) === sequenceNumber;
          if (!(await peek(receiver, Number.MAX_SAFE_INTEGER, isWanted)).some(isWanted)) return false;
          await holdDeadLetter(receiver, queue, isWanted, async (message) => {
            const sender = client.createSender(queue);
            await sender.sendMessages({ messageId: newMessageId, body: message.body, contentType: 'application/json' });
            // A crash here leaves the dead letter, and a second resubmit under the same id is a duplicate.
            await receiver.completeMessage(message);
          });
          return true;
        }),
      ),
  };
}

/** Peeks from the oldest on, until `max` messages, the one that is wanted or the end. */
async function peek(
  receiver: ServiceBusReceiver,
  max: number,
  isWanted: (message: ServiceBusReceivedMessage) => boolean,
): Promise<readonly ServiceBusReceivedMessage[]> {
  const found: ServiceBusReceivedMessage[] = [];
  while (found.length < max) {
    const page = await receiver.peekMessages(Math.min(max - found.length, peekPage));
    found.push(...page);
    if (page.length === 0 || page.some(isWanted)) break;
  }
  return found;
}

/** Service Bus locks what comes next, not what one asks for: takes messages until it is the one, gives the rest back. */
async function holdDeadLetter(
  receiver: ServiceBusReceiver,
  queue: QueueName,
  isWanted: (message: ServiceBusReceivedMessage) => boolean,
  use: (message: ServiceBusReceivedMessage) => Promise<void>,
): Promise<void> {
  const others: ServiceBusReceivedMessage[] = [];
  try {
    for (;;) {
      const messages = await receiver.receiveMessages(peekPage, { maxWaitTimeInMs: deadLetterWaitMs });
      others.push(...messages.filter((message) => !isWanted(message)));
      const wanted = messages.find(isWanted);
      if (wanted !== undefined) return await use(wanted);
      if (messages.length === 0) throw new QueueError('unavailable', `Somebody else holds the dead letter of ${queue}`);
    }
  } finally {
    // One that cannot be given back returns by itself when its lock ends.
    await Promise.allSettled(others.map((message) => receiver.abandonMessage(message)));
  }
}

function sequenceOf(message: ServiceBusReceivedMessage): string {
  return message.sequenceNumber?.toString() ?? '';
}

function toLocked(message: ServiceBusReceivedMessage): LockedMessage {
  return {
    messageId: String(message.messageId),
    body: message.body,
    // AMQP counts the deliveries before this one, and this SDK passes that on: 0 at the first.
    deliveryCount: (message.deliveryCount ?? 0) + 1,
    enqueuedAtMs: message.enqueuedTimeUtc?.getTime() ?? 0,
    lockedUntilMs: message.lockedUntilUtc?.getTime() ?? 0,
    sequenceNumber: sequenceOf(message),
  };
}

function toDeadLetter(message: ServiceBusReceivedMessage): DeadLetter {
  return {
    messageId: String(message.messageId),
    body: message.body,
    deliveryCount: message.deliveryCount ?? 0,
    reason: message.deadLetterReason ?? '',
    description: message.deadLetterErrorDescription ?? '',
    deadLetteredAtMs: message.enqueuedTimeUtc?.getTime() ?? 0,
    sequenceNumber: sequenceOf(message),
  };
}

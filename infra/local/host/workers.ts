// Queue workers of the one-machine host: what the Functions trigger does on Azure, on any QueueReceiver.
import { setTimeout as delay } from 'node:timers/promises';
import type { QueueFunction } from '../../../functions/define.ts';
import type { App } from '../../../shared/app.ts';
import type { Log } from '../../../shared/log.ts';
import type { LockedMessage, QueueReceiver } from '../../../shared/queue/port.ts';
import { createInvocation } from './invocation.ts';
import { keepLocked } from './lock-renewal.ts';

export interface WorkerSettings {
  /** Messages of one queue that are worked on at once. */
  concurrency: number;
  /** How long locks are renewed for one message: longer than the longest run. */
  maxLockRenewalMs: number;
}

export interface WorkerSide {
  /** Receives no more; resolves when the messages under way are settled. */
  stop(): Promise<void>;
}

/** Real time; the receiver waits no longer, so that a stop is noticed. */
const receiveWaitMs = 1_000;
const pauseAfterFailureMs = 1_000;

/** @throws Error when two functions share a queue: each would get some of the other's messages */
export function runWorkers(
  definitions: readonly QueueFunction[],
  app: App,
  receiver: QueueReceiver,
  settings: WorkerSettings,
): WorkerSide {
  const queues = definitions.map(({ queue }) => queue);
  const shared = queues.find((queue, index) => queues.indexOf(queue) !== index);
  if (shared !== undefined) throw new Error(`Two functions receive from the queue ${shared}: make them one`);
  const stopping = new AbortController();
  const loops = definitions.map((definition) =>
    receiveLoop({ definition, app, receiver, settings, stopping: stopping.signal }),
  );
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

interface Worker {
  definition: QueueFunction;
  app: App;
  receiver: QueueReceiver;
  settings: WorkerSettings;
  stopping: AbortSignal;
}

async function receiveLoop(worker: Worker): Promise<void> {
  const { definition, app, settings, stopping } = worker;
  const running = new Set<Promise<void>>();
  while (!stopping.aborted) {
    if (running.size >= settings.concurrency) {
      await Promise.race(running);
      continue;
    }
    const messages = await receive(worker, settings.concurrency - running.size).catch(async (error: unknown) => {
      app.log('error', `Cannot receive from the queue ${definition.queue}`, { error });
      await delay(pauseAfterFailureMs, undefined, { signal: stopping }).catch(() => undefined);
      return [];
    });
    for (const message of messages) {
      const run = work(worker, message).finally(() => running.delete(run));
      running.add(run);
    }
  }
  await Promise.all(running);
}

/** What arrives while stopping goes back to the queue at once. */
async function receive(worker: Worker, max: number): Promise<readonly LockedMessage[]> {
  const { definition, receiver, stopping } = worker;
  const messages = await receiver.receive(definition.queue, max, receiveWaitMs);
  if (!stopping.aborted) return messages;
  const back = messages.map((message) =>
    settle(worker.app.log, message.messageId, () => receiver.abandon(definition.queue, message)),
  );
  await Promise.all(back);
  return [];
}

/** One message from lock to settlement; never rejects. */
async function work(worker: Worker, message: LockedMessage): Promise<void> {
  const { definition, app, receiver, settings } = worker;
  const { messageId, deliveryCount, sequenceNumber } = message;
  const invocation = createInvocation(definition.name, app, {
    messageId,
    deliveryCount,
    sequenceNumber: Number(sequenceNumber),
    enqueuedTimeUtc: new Date(message.enqueuedAtMs).toISOString(),
  });
  const { log } = invocation.app;
  const lock = keepLocked({ queue: definition.queue, message, receiver, app: invocation.app, settings });
  try {
    await definition.run(message.body, invocation.context, invocation.app);
  } catch (error) {
    log('error', 'A worker threw: its message is delivered again, or dead-lettered', {
      messageId,
      deliveryCount,
      error,
    });
    await lock.release();
    await settle(log, messageId, () => receiver.abandon(definition.queue, message));
    return;
  }
  await lock.release();
  await settle(log, messageId, () => receiver.complete(definition.queue, message));
}

/** What cannot be settled comes again when its lock runs out; workers are idempotent. */
async function settle(log: Log, messageId: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    log('warn', 'A message could not be settled: it is delivered again', { messageId, error });
  }
}

// Works the sync queue as the one-machine host does, with the product's own worker, until what was sent is settled.
import { syncFunction } from '../../functions/workers/sync.ts';
import { runWorkers } from '../../infra/local/host/workers.ts';
import { MINUTE_MS } from '../../shared/clock.ts';
import type { OutgoingMessage, QueueReceiver } from '../../shared/queue/port.ts';
import type { BenchApp } from './bench-app.ts';
import { workspaceId } from './workspace.ts';

export interface Workers {
  /** Resolves when this many messages, counted from the start, are settled. */
  settled(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Begins to receive. What the worker throws is a bug and fails `settled`. */
export function startWorkers({ app, queue }: BenchApp, concurrency: number): Workers {
  let done = 0;
  let failure: unknown;
  let notice = (): void => undefined;
  const receiver: QueueReceiver = {
    ...queue,
    complete: async (name, message) => {
      await queue.complete(name, message);
      done += 1;
      notice();
    },
  };
  const worker: typeof syncFunction = {
    ...syncFunction,
    run: async (body, context, appOfRun) => {
      try {
        await syncFunction.run(body, context, appOfRun);
      } catch (error) {
        failure ??= error;
        notice();
        throw error;
      }
    },
  };
  const side = runWorkers([worker], app, receiver, { concurrency, maxLockRenewalMs: 5 * MINUTE_MS });
  return {
    settled: (count) =>
      new Promise((resolve, reject) => {
        notice = () => {
          if (failure !== undefined) reject(failure);
          else if (done >= count) resolve();
        };
        notice();
      }),
    stop: () => side.stop(),
  };
}

/** One scheduled run of each tenant. `round` makes the message ids differ from those of other rounds. */
export function runMessages(tenantIds: readonly string[], round: string): OutgoingMessage[] {
  return tenantIds.map((tenantId) => ({
    messageId: `bench:${round}:${tenantId}`,
    body: { kind: 'run', workspaceId, tenantId, trigger: 'schedule', attempt: 1 },
  }));
}

/** Runs jobs at most `concurrency` at a time, in order. */
export async function inParallel<T>(
  items: readonly T[],
  concurrency: number,
  job: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const lane = async (): Promise<void> => {
    for (const item of queue) await job(item);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
}
